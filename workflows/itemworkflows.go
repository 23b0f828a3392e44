package workflows

import (
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
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
	if e := item.Earlier; e != nil && e.Frame != nil {
		origin.StartTime = e.Started
	}
	if bytes := wire.PayloadSize(item.Input); !s.passage.fits(s.ctx, bytes) {
		failure := s.passage.tooLarge(fmt.Sprintf("The input of item %d", item.First), bytes)
		s.ended(item, wire.Ended{Status: machine.Failed, Failure: &failure, Started: origin.StartTime, Stopped: origin.StartTime})
		return
	}
	input := w.input(item, origin)
	more := len(s.in.Definition.Text.String())
	if input.Frame != nil {
		more += len(input.Frame.String())
	}
	s.budget.spendBeside(s.ctx, wire.PayloadSize(item.Input), more)
	_, id, _ := strings.Cut(origin.ID, ":execution:")
	options := workflow.ChildWorkflowOptions{
		WorkflowID:          id,
		WaitForCancellation: true,
		StaticSummary:       itemSummary(item),
		Memo:                map[string]any{wire.KindMemo: "item"},
	}
	if item.Earlier != nil {
		options.WorkflowIDReusePolicy = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
	}
	if input.Redrive != nil {
		options.Memo[wire.RedriveMemo] = input.Redrive
	}
	child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(w.ctx, options), origin.StateMachineName, input)
	w.starting++
	s.flights.add(child.GetChildWorkflowExecution(), func(workflow.Future) { w.starting-- })
	s.flights.add(child, func(f workflow.Future) {
		ended := w.ended(f, origin)
		w.keepRest(item, child)
		s.ended(item, ended)
	})
}

// input gives what the item's execution is started, or redriven, with.
func (w *itemWorkflows) input(item *shardItem, origin machine.Origin) wire.Execution {
	s := w.shard
	input := wire.Execution{Definition: *s.in.Definition, Origin: origin, Input: item.Input, Item: s.in.Redrivable}
	if e := item.Earlier; e != nil && e.Frame != nil {
		input.Input, input.Frame = value.Value{}, e.Frame
		input.Redrive = &wire.Redrive{Count: item.Again(), Time: workflow.Now(s.ctx), Run: e.Run}
	}
	return input
}

// keepRest notes where the execution of an item stood that did not succeed: what
// it told, or, when it had not begun, where it stood before. Of one that ended
// without telling nothing is known.
func (w *itemWorkflows) keepRest(item *shardItem, child workflow.ChildWorkflowFuture) {
	err := child.Get(w.ctx, nil)
	begun := child.GetChildWorkflowExecution()
	switch {
	case err == nil || !w.shard.in.Redrivable:
	case !begun.IsReady() || begun.Get(w.ctx, nil) != nil:
		item.rest = before(item)
	case isRefusal(err):
		item.rest = before(item)
		item.lasting = item.rest.Frame == nil
	default:
		item.rest = restOfError(err)
		item.lasting = item.rest.Frame == nil
		if item.rest.Frame != nil {
			w.ballast.weigh(len(item.rest.Frame.String()))
		}
	}
}

// ended gives how the execution of an item ended.
func (w *itemWorkflows) ended(f workflow.Future, origin machine.Origin) wire.Ended {
	now := workflow.Now(w.ctx)
	ended := wire.Ended{Status: machine.Succeeded}
	if err := get(w.ctx, f, &ended.Output); err != nil {
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

// before gives where the execution of an item stood when it was started last.
func before(item *shardItem) wire.ItemRest {
	if e := item.Earlier; e != nil {
		return wire.ItemRest{Frame: e.Frame, Run: e.Run}
	}
	return wire.ItemRest{}
}

func itemSummary(item *shardItem) string {
	if item.Items == 1 {
		return fmt.Sprintf("item %d", item.First)
	}
	return fmt.Sprintf("items %d-%d", item.First, item.First+item.Items-1)
}
