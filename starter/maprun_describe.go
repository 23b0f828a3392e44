package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func newMapRunDescribe(c *console) *cobra.Command {
	var f mapRunFlags
	command := &cobra.Command{
		Use:   "describe MAPRUN-ARN",
		Short: "Tell all about a Map Run",
		Long: `Tell all about a Map Run, as AWS's DescribeMapRun does, and besides: how its items
are run (leaf), its shards, its rate limit, whether it is paused, and where its
results are. The total grows until the source has been read (final). Items that
failed and wait to be run again count as pendingRedrive; failuresNotRedrivable are
those of the others that cannot be. Without a worker to ask, counts, limits and
shards are left out, and a note says so.`,
	}
	return onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		d, err := n.mapRunDescription(ctx, id)
		if err != nil {
			return err
		}
		return c.answerWith(f.format, d, d.text)
	})
}

// mapRunDescription is all that is told of a Map Run: AWS's DescribeMapRun, and
// what Stepwell has besides.
type mapRunDescription struct {
	MapRunARN    string         `json:"mapRunArn"`
	ExecutionARN string         `json:"executionArn"`
	Status       machine.Status `json:"status"`
	StartDate    time.Time      `json:"startDate"`
	StopDate     time.Time      `json:"stopDate,omitzero"`
	// MapRunStand, ItemCounts and ExecutionCounts are nil when no worker tells them.
	*MapRunStand
	ItemCounts      *mapRunCounts    `json:"itemCounts,omitempty"`
	ExecutionCounts *mapRunCounts    `json:"executionCounts,omitempty"`
	RedriveCount    int              `json:"redriveCount"`
	RedriveDate     time.Time        `json:"redriveDate,omitzero"`
	State           string           `json:"state"`
	Leaf            program.LeafKind `json:"leaf"`
	Manifest        string           `json:"manifest,omitempty"`
	// Error and Cause tell why it failed.
	Error      *string `json:"error,omitempty"`
	Cause      *string `json:"cause,omitempty"`
	WorkflowID string  `json:"workflowId"`
	RunID      string  `json:"runId"`
	// Note says what is not known, or what keeps failing.
	Note string `json:"note,omitempty"`

	// exports tells that results go to S3.
	exports bool
}

// MapRunStand is what changes while a Map Run goes on, beside its counts: the
// limits that hold, and how far it is. (Its name is exported because encoding/json
// reads nothing into an embedded pointer to another.)
type MapRunStand struct {
	MaxConcurrency             int64   `json:"maxConcurrency"`
	ToleratedFailurePercentage float64 `json:"toleratedFailurePercentage"`
	ToleratedFailureCount      int64   `json:"toleratedFailureCount"`
	// RateLimit is in items per second, 0 for none.
	RateLimit float64 `json:"rateLimit"`
	Paused    bool    `json:"paused"`
	// Final tells that the totals will not grow any more.
	Final      bool `json:"final"`
	Shards     int  `json:"shards"`
	ShardsDone int  `json:"shardsDone"`
}

// mapRunCounts are AWS's MapRunItemCounts and MapRunExecutionCounts.
type mapRunCounts struct {
	Pending        int64 `json:"pending"`
	Running        int64 `json:"running"`
	Succeeded      int64 `json:"succeeded"`
	Failed         int64 `json:"failed"`
	TimedOut       int64 `json:"timedOut"`
	Aborted        int64 `json:"aborted"`
	Total          int64 `json:"total"`
	ResultsWritten int64 `json:"resultsWritten"`
	// FailuresNotRedrivable are some of those that did not succeed. PendingRedrive
	// are among no others.
	FailuresNotRedrivable int64 `json:"failuresNotRedrivable,omitempty"`
	PendingRedrive        int64 `json:"pendingRedrive,omitempty"`
}

func countsIn(c wire.Counts, total, running int64) *mapRunCounts {
	return &mapRunCounts{
		Pending: max(total-c.Ended()-c.PendingRedrive-running, 0), Running: running, Total: total,
		Succeeded: c.Succeeded, Failed: c.Failed, TimedOut: c.TimedOut, Aborted: c.Aborted,
		FailuresNotRedrivable: c.FailuresNotRedrivable, PendingRedrive: c.PendingRedrive,
	}
}

// mapRunDescription tells all of a Map Run. Its counts, and the limits that hold,
// take a worker to tell, unless it has succeeded.
func (n *cluster) mapRunDescription(ctx context.Context, id string) (*mapRunDescription, error) {
	l, err := n.lookMapRun(ctx, id)
	if err != nil {
		return nil, err
	}
	run := l.input.Spec.Run
	d := &mapRunDescription{
		MapRunARN: l.arn(), ExecutionARN: run.Origin.ID, Status: statusOf(l.info.GetStatus(), ""),
		StartDate: instant(l.input.Spec.Started), State: l.input.Spec.State, Leaf: l.input.Leaf,
		exports:    run.Writer != nil && run.Writer.Resource != "",
		WorkflowID: id, RunID: l.info.GetExecution().GetRunId(),
		RedriveCount: run.Redrives, RedriveDate: l.input.Spec.Redriven.Truncate(time.Millisecond),
	}
	var told wire.MapRunDescription
	ended := !l.running()
	var failure error
	if ended {
		d.StopDate = instant(l.info.GetCloseTime().AsTime())
		failure = n.GetWorkflow(ctx, id, d.RunID).Get(ctx, &told)
	}
	if failure != nil {
		if end, _, ok := endOf(failure); ok && end.Failure != nil {
			d.Error, d.Cause = text(end.Failure.Error), text(end.Failure.Cause)
		}
	}
	if !ended || failure != nil {
		var counts liveCounts
		if err := n.lookAt(ctx, id, &counts); err != nil {
			d.Note = "no worker tells its counts, its shards and the limits that hold"
			return d, ctx.Err()
		}
		told, d.Note = counts.MapRunDescription, counts.trouble
	}
	if told.Limits.MaxConcurrency == 0 { // it was told by an older worker, which could not change them
		told.Limits = wire.MapRunLimits{MaxConcurrency: run.MaxConcurrency, Tolerance: run.Tolerance}
	}
	d.count(told, ended)
	return d, ctx.Err()
}

func (d *mapRunDescription) count(told wire.MapRunDescription, ended bool) {
	l := told.Limits
	d.MapRunStand = &MapRunStand{
		MaxConcurrency: l.MaxConcurrency, RateLimit: l.RateLimit, Paused: l.Paused,
		ToleratedFailureCount: l.Tolerance.Count, ToleratedFailurePercentage: l.Tolerance.Percentage,
		Final: told.Planned, Shards: told.Shards, ShardsDone: told.ShardsDone,
	}
	d.ItemCounts = countsIn(told.Items, told.Total, told.Running)
	d.ExecutionCounts = countsIn(told.Executions, told.ExecutionsTotal, told.ExecutionsRunning)
	if ended { // results are written at the end
		if !d.exports || told.Manifest != "" { // else they could not be
			d.ItemCounts.ResultsWritten, d.ExecutionCounts.ResultsWritten = told.Items.Ended(), told.Executions.Ended()
		}
	}
	d.Manifest = told.Manifest
}

func (d *mapRunDescription) text() string {
	var b strings.Builder
	row := func(name, told string) {
		if told != "" {
			fmt.Fprintf(&b, "  %-11s %s\n", name, told)
		}
	}
	fmt.Fprintf(&b, "%s\n", d.MapRunARN)
	status := string(d.Status)
	stand := d.MapRunStand
	if stand != nil && stand.Paused && d.Status == machine.Running {
		status += ", paused"
	}
	row("status", status)
	row("of", fmt.Sprintf("%s, state %s", d.ExecutionARN, d.State))
	row("started", d.StartDate.Format(timeForm))
	if !d.StopDate.IsZero() {
		row("stopped", d.StopDate.Format(timeForm))
	}
	if d.Error != nil {
		row("error", *d.Error)
	}
	if d.Cause != nil {
		row("cause", *d.Cause)
	}
	if d.RedriveCount > 0 {
		row("redriven", fmt.Sprintf("%s (redrive %d)", d.RedriveDate.Format(timeForm), d.RedriveCount))
	}
	leaf := string(d.Leaf)
	if stand != nil {
		limits := fmt.Sprintf("%d at once", stand.MaxConcurrency)
		if stand.RateLimit > 0 {
			limits += fmt.Sprintf(", %s items per second", float(stand.RateLimit))
		}
		row("limits", limits)
		row("tolerates", fmt.Sprintf("%d failures, %s %%", stand.ToleratedFailureCount, float(stand.ToleratedFailurePercentage)))
		leaf += fmt.Sprintf(", %d of %s ended", stand.ShardsDone, plural(stand.Shards, "shard"))
	}
	if n := d.ItemCounts; n != nil {
		row("items", n.text(d.Final))
	}
	if n := d.ExecutionCounts; n != nil && *n != *d.ItemCounts {
		row("executions", n.text(d.Final))
	}
	row("leaf", leaf)
	row("results", d.Manifest)
	row("note", d.Note)
	row("workflow", fmt.Sprintf("%s, run %s", d.WorkflowID, d.RunID))
	return b.String()
}

func (n *mapRunCounts) text(final bool) string {
	total := fmt.Sprint(n.Total)
	if !final {
		total += "+" // and more to come
	}
	text := fmt.Sprintf("%s: %d succeeded, %d failed, %d timed out, %d aborted, %d running, %d pending",
		total, n.Succeeded, n.Failed, n.TimedOut, n.Aborted, n.Running, n.Pending)
	if n.PendingRedrive > 0 {
		text += fmt.Sprintf(", %d pending redrive", n.PendingRedrive)
	}
	if n.FailuresNotRedrivable > 0 {
		text += fmt.Sprintf(", %d not redrivable", n.FailuresNotRedrivable)
	}
	return text
}
