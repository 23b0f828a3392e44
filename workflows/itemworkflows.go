package workflows

import (
	"fmt"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// mostStarting is how many item workflows may be on their way to their start:
// a server that is busy is not asked for more.
const mostStarting = 25

// itemWorkflows runs each item of a shard as an execution with a workflow of
// its own. They do not outlive a run of the shard's workflow: it continues as
// new when none is in progress.
type itemWorkflows struct {
	shard    *mapShard
	ctx      workflow.Context
	cancel   workflow.CancelFunc
	starting int
	ballast  ballast // of outputs, which cross history twice
}

func newItemWorkflows(s *mapShard) *itemWorkflows {
	w := &itemWorkflows{shard: s, ballast: ballast{bytes: shardBallast}}
	w.ctx, w.cancel = workflow.WithCancel(s.ctx)
	return w
}

// room keeps the server from being asked for too much, and history from what the
// outputs of those in progress would bring. Items may last long, so their start
// does not wait for the first output to show its size.
func (w *itemWorkflows) room() bool {
	return w.starting < mostStarting && (w.ballast.heaviest == 0 || w.ballast.holds(w.ctx, 2*int(w.shard.running), 2))
}

func (w *itemWorkflows) flush() {}

// abort cancels the items, which tell of their end themselves.
func (w *itemWorkflows) abort() { w.cancel() }

func (w *itemWorkflows) start(item *shardItem) {
	s := w.shard
	origin := machine.ItemOrigin(s.in.Origin, item.First, workflow.Now(s.ctx))
	if bytes := wire.PayloadSize(item.Input); bytes > wire.ValueLimit {
		failure := tooLarge(fmt.Sprintf("The input of item %d", item.First), bytes)
		s.ended(item, wire.Ended{Status: machine.Failed, Failure: &failure, Started: origin.StartTime, Stopped: origin.StartTime})
		return
	}
	s.budget.spend(s.ctx, wire.PayloadSize(item.Input)+len(s.in.Definition.Text.String()))
	_, id, _ := strings.Cut(origin.ID, ":execution:")
	ctx := workflow.WithChildOptions(w.ctx, workflow.ChildWorkflowOptions{
		WorkflowID:          id,
		WaitForCancellation: true,
		StaticSummary:       itemSummary(item),
		Memo:                map[string]any{wire.KindMemo: "item"},
	})
	child := workflow.ExecuteChildWorkflow(ctx, origin.StateMachineName, wire.Execution{
		Definition: *s.in.Definition,
		Origin:     origin,
		Input:      item.Input,
	})
	w.starting++
	s.flights.add(child.GetChildWorkflowExecution(), func(workflow.Future) { w.starting-- })
	s.flights.add(child, func(f workflow.Future) { s.ended(item, w.ended(f, origin)) })
}

// ended gives how the execution of an item ended.
func (w *itemWorkflows) ended(f workflow.Future, origin machine.Origin) wire.Ended {
	now := workflow.Now(w.ctx)
	ended := wire.Ended{Status: machine.Succeeded}
	if err := f.Get(w.ctx, &ended.Output); err != nil {
		ended = endedOf(err)
	}
	w.ballast.weigh(ended.Output.Size())
	if ended.Started.IsZero() {
		ended.Started = origin.StartTime
	}
	if ended.Stopped.IsZero() {
		ended.Stopped = now
	}
	return ended
}

func itemSummary(item *shardItem) string {
	if item.Items == 1 {
		return fmt.Sprintf("item %d", item.First)
	}
	return fmt.Sprintf("items %d-%d", item.First, item.First+item.Items-1)
}
