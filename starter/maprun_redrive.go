package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newMapRunRedrive(c *console) *cobra.Command {
	var f mapRunFlags
	var w redriveWish
	command := &cobra.Command{
		Use:   "redrive MAPRUN-ARN",
		Short: "Run those items of a Map Run again that did not succeed",
		Long: `Run those items of a Map Run again that did not succeed.

While the Map Run goes on, its items that have failed, timed out or were aborted
are put back, which AWS lacks: those of shards that have ended at once, those of
shards that run once these have ended. They count as pendingRedrive until they run.
Asked for twice, they are put back once. The redriveCount of a Map Run counts the
redrives of its execution, that of an item counts these too.

When the Map Run has ended, its execution is redriven, and the Map Run goes on as
that goes on, under the same ARN: see 'stepwell redrive --help'. An execution that
has succeeded, since the failures were tolerated, cannot be redriven.

With --follow, waits for the execution's end, and exits with 0 only when it succeeded.`,
	}
	onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		l, err := n.lookMapRun(ctx, id)
		if err != nil {
			return err
		}
		execution, ok := parseIdentity(l.input.Spec.Run.Origin.ID)
		if !ok {
			return failed("", "the Map Run %s belongs to no execution that can be found: %q", l.arn(), l.input.Spec.Run.Origin.ID)
		}
		r := &redriving{cluster: n, console: c, id: execution, redriveWish: w, mapRun: l.arn()}
		of, err := n.look(ctx, execution)
		if err != nil {
			return err
		}
		switch status := statusOf(of.info.GetStatus(), ""); {
		case status == machine.Running && l.running():
			return r.putBack(ctx, l, f.format)
		case status == machine.Running:
			return failed("'stepwell describe "+execution.workflowID()+"' shows where it stands",
				"the Map Run %s has ended, and %s goes on without it; it can be redriven when that has ended, unless its state was left by then", l.arn(), of.input.Origin.ID)
		case status == machine.Succeeded:
			return n.succeeded(ctx, l, of)
		}
		return r.answer(ctx, f.format)
	})
	w.addFlags(command)
	return command
}

// succeeded refuses to redrive a Map Run whose execution has succeeded, and says
// what can be done about items that did not.
func (n *cluster) succeeded(ctx context.Context, l *mapRunLook, of *look) error {
	next := ""
	d, err := n.mapRunDescription(ctx, l.id)
	if err == nil && (d.ItemCounts == nil || d.ItemCounts.Succeeded < d.ItemCounts.Total) {
		next = "the execution went on although items did not succeed; to run these again, start an execution with them: their inputs stand in the records of\n" +
			"stepwell results " + l.arn() + " --failed --format jsonl (and --pending)"
	}
	f := notRedrivable(of.input.Origin.ID, "Execution is SUCCEEDED and cannot be redriven")
	f.next = next
	return f
}

// putBack is what maprun redrive has put back of a Map Run that goes on.
type putBack struct {
	MapRunARN string `json:"mapRunArn"`
	// Items are put back at once, Later those that failed in shards that still run.
	Items int64 `json:"itemsPutBack"`
	Later int64 `json:"itemsPutBackLater"`
	// Waiting had been put back before, and have not run again yet.
	Waiting int64 `json:"itemsPendingRedrive,omitempty"`
}

func (p putBack) text() string {
	text := fmt.Sprintf("%s\n  put back: %d %s", p.MapRunARN, p.Items, noun(p.Items, "item"))
	if p.Later > 0 {
		text += fmt.Sprintf(", and %d once their shards have ended", p.Later)
	}
	if p.Waiting > 0 {
		text += fmt.Sprintf("; %d had been put back before", p.Waiting)
	}
	return text + "\n"
}

// failuresTime is how long failures that a running shard has may take until its
// Map Run knows of them.
const failuresTime = 8 * time.Second

// putBack lets a Map Run that goes on run its failed items again.
func (r *redriving) putBack(ctx context.Context, l *mapRunLook, format outputFormat) error {
	var before liveCounts
	if err := r.lookAt(ctx, l.id, &before); err != nil {
		return failed("start one with stepwell-worker", "no worker tells how %s stands", l.arn())
	}
	known := unsuccessful(before.Items)
	_, err := r.changeMapRun(ctx, l.id, wire.MapRunUpdate{Redrive: true})
	for deadline := time.Now().Add(failuresTime); err != nil && known > 0 && time.Now().Before(deadline) && strings.Contains(err.Error(), wire.NothingToRedrive); {
		time.Sleep(500 * time.Millisecond)
		_, err = r.changeMapRun(ctx, l.id, wire.MapRunUpdate{Redrive: true})
	}
	waiting := before.Items.PendingRedrive
	if err != nil && !(waiting > 0 && known == 0 && strings.Contains(err.Error(), wire.NothingToRedrive)) {
		return err
	}
	answer := putBack{MapRunARN: l.arn(), Items: before.Redrivable, Later: max(known-before.Redrivable, 0), Waiting: waiting}
	if !r.following {
		return r.console.answerWith(format, answer, answer.text)
	}
	r.console.say("%s", strings.TrimSuffix(answer.text(), "\n"))
	return r.followAndAnswer(ctx, r.console, r.id, func(e *execution) error { return r.console.answerWith(format, e, e.text) })
}

// unsuccessful counts the items that have ended, did not succeed, and can be
// redriven.
func unsuccessful(c wire.Counts) int64 {
	return c.Failed + c.TimedOut + c.Aborted - c.FailuresNotRedrivable
}
