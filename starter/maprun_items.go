package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// itemStatuses are what --status may ask for.
func itemStatuses() []string {
	return []string{"failed", "succeeded", "pending", "running", "timed-out", "aborted", "pending-redrive"}
}

func newMapRunItems(c *console) *cobra.Command {
	var f mapRunFlags
	w := itemsWish{status: "failed"}
	command := &cobra.Command{
		Use:   "items MAPRUN-ARN",
		Short: "List items of a Map Run by their status, with error and cause",
		Long: `List items of a Map Run by their status, with error and cause, and how often each
was redriven. 'failed' stands for those that failed, timed out or were aborted;
'pending-redrive' for those that did so and wait to be run again.

Those of a Map Run that has ended are read from the result files in S3; without a
ResultWriter from what staging keeps for a redrive, which is all but those that
succeeded. While it goes on they are read from there too, and from the shards that
run: what an express shard does at the moment is only counted. 'stepwell history
ARN' shows the history of an item.`,
	}
	f.check = func() error {
		w.status = strings.ReplaceAll(strings.ToLower(w.status), "_", "-")
		switch {
		case !slices.Contains(itemStatuses(), w.status):
			return misused("use "+choice(itemStatuses()), "--status %q is no status of an item", w.status)
		case w.redriven && w.notRedriven:
			return misused("use one of them", "no item is both --redriven and --not-redriven")
		case w.limit < 1:
			return misused("use a number from 1", "--limit %d lists nothing", w.limit)
		}
		return nil
	}
	onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		l, err := n.lookMapRun(ctx, id)
		if err != nil {
			return err
		}
		listing := &itemListing{cluster: n, console: c, look: l, wish: w, known: map[string]bool{}}
		if err := listing.read(ctx); err != nil {
			return err
		}
		listing.index()
		answer := mapRunItems{Items: listing.items}
		if answer.Items == nil {
			answer.Items = []mapRunItem{}
		}
		return c.answerWith(f.format, answer, answer.text)
	})
	flags := command.Flags()
	flags.StringVar(&w.status, "status", w.status, "only items with this `status`: "+choice(itemStatuses()))
	flags.BoolVar(&w.redriven, "redriven", false, "only items that were redriven")
	flags.BoolVar(&w.notRedriven, "not-redriven", false, "only items that were never redriven")
	flags.IntVar(&w.limit, "limit", 100, "list at most so many (`number`)")
	completeFlag(command, "status", itemStatuses()...)
	return command
}

// itemsWish says which items are listed.
type itemsWish struct {
	status                string
	redriven, notRedriven bool
	limit                 int
}

// category gives the result files that have such items.
func (w itemsWish) category() wire.Category {
	switch w.status {
	case "succeeded":
		return wire.SucceededFile
	case "pending":
		return wire.PendingFile
	case "pending-redrive":
		return wire.RestFile // they are in no result file
	}
	return wire.FailedFile
}

// wants reports whether an item is listed.
func (w itemsWish) wants(item mapRunItem) bool {
	if w.redriven && item.RedriveCount == 0 || w.notRedriven && item.RedriveCount > 0 {
		return false
	}
	if w.status == "failed" {
		return wire.CategoryOf(item.Status) == wire.FailedFile && item.Status != machine.Running
	}
	return w.status == strings.ReplaceAll(strings.ToLower(string(item.Status)), "_", "-")
}

// mapRunItems are the answer of maprun items.
type mapRunItems struct {
	Items []mapRunItem `json:"items"`
}

// mapRunItem is an item, or a batch, of a Map Run.
type mapRunItem struct {
	ExecutionARN string `json:"executionArn"`
	Name         string `json:"name"`
	// Index is that of its first item in the source, nil when it is not known;
	// ItemCount is known for batches that run.
	Index        *int64         `json:"index,omitempty"`
	ItemCount    int64          `json:"itemCount,omitempty"`
	Status       machine.Status `json:"status"`
	StartDate    time.Time      `json:"startDate,omitzero"`
	StopDate     time.Time      `json:"stopDate,omitzero"`
	RedriveCount int            `json:"redriveCount"`
	Error        string         `json:"error,omitempty"`
	Cause        string         `json:"cause,omitempty"`
}

func (i mapRunItems) text() string {
	var b strings.Builder
	width, redriven := len("SUCCEEDED"), false
	for _, item := range i.Items {
		width, redriven = max(width, len(item.Status)), redriven || item.RedriveCount > 0
	}
	row := func(status, index, redrives, name, trouble string) {
		line := fmt.Sprintf("%-*s  %8s", width, status, index)
		if redriven { // else all are 0
			line += fmt.Sprintf("  %8s", redrives)
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s  %-36s  %s", line, name, trouble), " \n") + "\n")
	}
	row("STATUS", "INDEX", "REDRIVES", "NAME", "ERROR")
	for _, item := range i.Items {
		index := ""
		if item.Index != nil {
			index = fmt.Sprint(*item.Index)
		}
		trouble := item.Error
		if item.Cause != "" {
			trouble += ": " + shorten(item.Cause, shownDetails)
		}
		row(string(item.Status), index, fmt.Sprint(item.RedriveCount), item.Name, trouble)
	}
	return b.String()
}

// itemListing gathers the items that are asked for.
type itemListing struct {
	*cluster
	console *console
	look    *mapRunLook
	wish    itemsWish
	items   []mapRunItem
	// known are the names of those that are listed: what two sources tell of
	// counts once.
	known map[string]bool
	// told is what the Map Run tells of itself, nil when no worker does.
	told *wire.MapRunDescription
}

// errListed ends the gathering when the limit is reached.
var errListed = errors.New("listed")

func (l *itemListing) add(item mapRunItem) error {
	if item.Name == "" || l.known[item.Name] || !l.wish.wants(item) {
		return nil
	}
	l.known[item.Name] = true
	if l.items = append(l.items, item); len(l.items) >= l.wish.limit {
		return errListed
	}
	return nil
}

// read gathers the items from wherever they are told of.
func (l *itemListing) read(ctx context.Context) error {
	run := l.look.input.Spec.Run
	at, exported, err := results.Destination(run)
	if err != nil {
		return failed("correct the ResultWriter of the Map", "%s", err)
	}
	if d, err := l.queryMapRun(ctx, l.look.id); err == nil {
		l.told = &d
	}
	switch waits := l.wish.category() == wire.RestFile; {
	case l.look.running():
		err = l.live(ctx)
	case l.wish.status == "running" || waits: // there are none any more
		return nil
	case exported:
		err = l.exported(ctx, export{mapRunARN: run.MapRunArn, state: l.look.input.Spec.State, manifest: at.At(at.Key + "manifest.json")})
	default:
		err = l.kept(ctx)
	}
	if errors.Is(err, errListed) {
		return nil
	}
	return err
}

// exported reads the result files of a Map Run that has ended.
func (l *itemListing) exported(ctx context.Context, e export) error {
	s, err := l.console.storage(ctx)
	if err != nil {
		return err
	}
	m, err := s.manifest(ctx, e)
	if err == nil {
		err = s.each(ctx, &runResults{export: e, manifest: m}, l.wish.category(), l.record)
	}
	if err == nil || errors.Is(err, errListed) || len(l.rest()) == 0 || l.wish.category() == wire.SucceededFile {
		return err
	}
	return l.restParts(ctx, l.rest()) // the results could not be written, or are outputs alone
}

// record takes a record of a result file or of a part file.
func (l *itemListing) record(text []byte) error {
	var r struct {
		ExecutionArn, Name, Error, Cause string
		Status                           machine.Status
		RedriveCount                     int
		StartDate, StopDate              time.Time
	}
	if json.Unmarshal(text, &r) != nil || r.ExecutionArn == "" {
		return failed("'stepwell results "+l.look.arn()+" --succeeded' shows the outputs",
			"the results of %s hold outputs alone: the WriterConfig of its Map has the Transformation %s", l.look.arn(), l.format().Transformation)
	}
	return l.add(mapRunItem{
		ExecutionARN: r.ExecutionArn, Name: r.Name, Status: r.Status, StartDate: r.StartDate, StopDate: r.StopDate,
		RedriveCount: r.RedriveCount, Error: r.Error, Cause: r.Cause,
	})
}

func (l *itemListing) format() results.Format { return results.FormatOf(l.look.input.Spec.Run) }

// kept lists items of a Map Run that has ended without an export. One without
// staging remembers how its items ended; else what a redrive needs is kept.
func (l *itemListing) kept(ctx context.Context) error {
	const next = "give the Map a ResultWriter; 'stepwell maprun describe' shows the counts, 'stepwell history ARN' the history of a STANDARD item"
	switch {
	case l.told != nil && l.told.Staging == "":
		err := l.ask(ctx, l.look.id, wire.ItemsWish{Category: l.wish.category(), Limit: l.wish.limit})
		if err != nil || l.wish.status != "pending" {
			return err
		}
		return l.pending(ctx)
	case l.told == nil:
		return failed("start one with stepwell-worker", "no worker tells how %s stood", l.look.arn())
	case l.told.Status == machine.Succeeded:
		return failed(next, "the items of %s are not kept: it has succeeded, and its Map has no ResultWriter", l.look.arn())
	case l.wish.status == "succeeded":
		return failed(next, "items of %s that succeeded are not kept: its Map has no ResultWriter; those that did not succeed can be listed", l.look.arn())
	}
	if n := l.told.Items.FailuresNotRedrivable; n > 0 && l.wish.category() == wire.FailedFile {
		l.console.say("stepwell: %d %s that cannot be redriven are not kept, and not listed", n, noun(n, "item"))
	}
	if err := l.restParts(ctx, l.rest()); err != nil || l.wish.status != "pending" {
		return err
	}
	return l.pending(ctx)
}

// index finds the indexes of items that are told of by name: names derive from
// indexes.
func (l *itemListing) index() {
	const most = 20_000_000
	unknown := map[string]*mapRunItem{}
	for i := range l.items {
		if l.items[i].Index == nil {
			unknown[l.items[i].Name] = &l.items[i]
		}
	}
	if l.told == nil || l.told.Common.ID == "" {
		return
	}
	for i := int64(0); i < min(l.told.Total, most) && len(unknown) > 0; i++ {
		name := machine.ItemOrigin(l.told.Common, i, time.Time{}).Name
		if item := unknown[name]; item != nil {
			item.Index = new(i)
			delete(unknown, name)
		}
	}
}

// isExpress reports that the items run in activities, which tell only counts.
func (l *itemListing) isExpress() bool { return l.look.input.Leaf == program.ExpressBatch }
