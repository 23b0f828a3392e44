package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
)

// mapCommand measures Distributed Maps beside what one would write by hand.
const mapCommand = "map"

// mapMeasurements are all that one run of bench map has measured.
type mapMeasurements struct {
	// express and packed are one worker with all items, expressLess has a tenth
	// of them.
	express, expressLess, packed  measured
	plain, child, activity, batch measured
	// expressMore, packedMore and slowTasks are several workers: two and four,
	// and for slowTasks one too.
	expressMore, packedMore [2]measured
	slowTasks               [3]measured
	small                   smallMaps
}

// mapStep is one measurement of a run.
type mapStep struct {
	// name is the point's in map-points.json.
	name      string
	contender contender
	items     int
	// times is how often it is made; the one of the middle counts.
	times int
	into  *measured
}

// steps gives the measurements in their order. What takes seconds is made three
// times.
func (b *bench) steps(m *mapMeasurements) []mapStep {
	express, packed, slow := expressItems(b.worker), packedItems(b.worker), slowItems(b.worker)
	n := b.scale
	return []mapStep{
		{"express", express, n.mapExpress, 1, &m.express},
		{"express_less", express, n.mapExpressLess, n.again, &m.expressLess},
		{"plain_loop", plainLoop(), n.mapExpress, n.again, &m.plain},
		{"express_2_workers", express.with(2), n.mapExpress, 1, &m.expressMore[0]},
		{"express_4_workers", express.with(4), n.mapExpress, 1, &m.expressMore[1]},
		{"packed", packed, n.mapStandard, n.again, &m.packed},
		{"activity_tree", activityPerItem(), n.mapStandard, n.again, &m.activity},
		{"batch_activity", batchOfItems(), n.mapStandard, 1, &m.batch},
		{"packed_2_workers", packed.with(2), n.mapStandard, 1, &m.packedMore[0]},
		{"packed_4_workers", packed.with(4), n.mapStandard, 1, &m.packedMore[1]},
		{"slow_tasks", slow, n.mapSlow, 1, &m.slowTasks[0]},
		{"slow_tasks_2_workers", slow.with(2), n.mapSlow, 1, &m.slowTasks[1]},
		{"slow_tasks_4_workers", slow.with(4), n.mapSlow, 1, &m.slowTasks[2]},
		{"child_workflow", childPerItem(), n.mapStandard, 1, &m.child},
	}
}

// runMap measures what is asked for and gives the exit code.
func runMap(ctx context.Context, arguments []string, out, log io.Writer) int {
	c := commandLine{name: "bench map", only: true}
	b, folder, code := c.parse(arguments, log)
	if b == nil {
		return code
	}
	var m mapMeasurements
	if err := b.measureMap(ctx, &m, out); err != nil {
		fmt.Fprintln(log, "bench:", err)
		return 1
	}
	if b.only != nil || b.rows {
		return 0
	}
	m.printModel(out)
	all := m.figures()
	all.print(out, b.scale.judged)
	err := all.write(filepath.Join(folder, "map.json"))
	if err == nil {
		err = b.writePoints(&m, filepath.Join(folder, "map-points.json"))
	}
	if err != nil {
		fmt.Fprintln(log, "bench:", err)
		return 1
	}
	return b.judge(all, out, log)
}

// measureMap makes all measurements, one after the other, and prints what they
// gave.
func (b *bench) measureMap(ctx context.Context, m *mapMeasurements, out io.Writer) (err error) {
	if b.wanted("small_maps") && !b.rows {
		fmt.Fprintf(b.log, "small maps of %d items ...\n", b.scale.smallMapItems)
		if m.small, err = b.smallMapRuns(ctx); err != nil {
			return fmt.Errorf("small maps: %w", err)
		}
		fmt.Fprintf(out, "Small maps of %d items, ms: p50 %s, least %s, most %s.\n\n",
			b.scale.smallMapItems, number(m.small.p50()), number(m.small.at(0)), number(m.small.at(1)))
	}
	var made []measured
	defer func() { // what has been measured is shown even when more cannot be
		printPoints(out, made)
		printActivities(out, made)
		if b.rows {
			printRows(out, made)
		}
	}()
	for _, step := range b.steps(m) {
		if !b.wanted(step.name) {
			continue
		}
		var all []measured
		for range step.times {
			fmt.Fprintf(b.log, "%s, %d items ...\n", step.contender.name, step.items)
			one, err := b.try(ctx, step.contender, step.items)
			if err != nil {
				return fmt.Errorf("%s: %w", step.contender.name, err)
			}
			all = append(all, one)
		}
		*step.into = median(all)
		made = append(made, *step.into)
	}
	return nil
}

// wanted reports whether the point of this name is to be measured.
func (b *bench) wanted(name string) bool { return b.only == nil || b.only.MatchString(name) }
