package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// measurements are all that one run has measured.
type measurements struct {
	transitions                     float64
	express, packed, child          measured
	baselineChild, baselineActivity measured
}

// print writes what each contender did.
func (m measurements) print(out io.Writer) {
	var all []measured
	for _, c := range m.contenders() {
		all = append(all, c.measured)
	}
	printPoints(out, all)
}

// contenders gives the measurements of items by their name in figures.
func (m measurements) contenders() []struct {
	name string
	measured
} {
	return []struct {
		name string
		measured
	}{
		{"express", m.express},
		{"packed", m.packed},
		{"child", m.child},
		{"baseline_child_workflow", m.baselineChild},
		{"baseline_activity", m.baselineActivity},
	}
}

// figure is one number with its name in bench.json.
type figure struct {
	name  string
	value float64
	// least and most are the figure's bounds; 0 is none.
	least, most float64
	// what says for people what the number is; raw numbers have the other table.
	what string
}

type figures []figure

// figures gives those for people first, then the raw numbers behind them.
func (m measurements) figures() figures {
	all := figures{
		{name: "standard_packed_vs_child_workflow", value: m.packed.perSecond() / m.baselineChild.perSecond(), least: 20,
			what: "STANDARD items: packed shards against a child workflow per item by hand"},
		{name: "standard_packed_vs_child_workflow_cpu", value: m.baselineChild.cpu() / m.packed.cpu(),
			what: "the same in processor time, which other load on the machine disturbs less"},
		{name: "standard_packed_vs_activity", value: m.packed.perSecond() / m.baselineActivity.perSecond(),
			what: "packed shards against an activity per item by hand"},
		{name: "standard_child_vs_child_workflow", value: m.child.perSecond() / m.baselineChild.perSecond(),
			what: "STANDARD items as child workflows against those by hand"},
		{name: "express_items_per_second", value: m.express.perSecond(), least: 10_000,
			what: "EXPRESS: CSV rows through Pass and Choice into result files"},
		{name: "express_worker_rss_mb", value: mebibytes(m.express.peak), most: 300,
			what: "the worker's memory meanwhile at its peak, MiB"},
		{name: "transitions_per_second", value: m.transitions, least: 300_000,
			what: "the machine alone on one core: Choice, Pass, immediate Task"},
		{name: "cores", value: float64(runtime.NumCPU()), what: "that servers and workers share"},
	}
	for _, c := range m.contenders() {
		if c.name != "express" {
			all = append(all, figure{name: c.name + "_items_per_second", value: c.perSecond()})
		}
		all = append(all,
			figure{name: c.name + "_items", value: float64(c.items)},
			figure{name: "events_per_item_" + c.name, value: c.eventsPerItem()},
			figure{name: "worker_cpu_ms_per_item_" + c.name, value: c.milliseconds(c.worker)},
			figure{name: "server_cpu_ms_per_item_" + c.name, value: c.milliseconds(c.server + c.storage)},
		)
	}
	return all
}

// kept reports that the figure is within its bounds.
func (f figure) kept() bool {
	return f.value >= f.least && (f.most == 0 || f.value <= f.most)
}

// missed gives the figures that are out of their bounds.
func (all figures) missed() (missed figures) {
	for _, f := range all {
		if !f.kept() {
			missed = append(missed, f)
		}
	}
	return missed
}

// write writes the figures as one flat object.
func (all figures) write(file string) error {
	object := make(map[string]float64, len(all))
	for _, f := range all {
		object[f.name] = f.value
	}
	text, err := json.MarshalIndent(object, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
