package workflows

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// unboundedSeconds is the TimeoutSeconds of a Task that has none (AWS,
	// "Task workflow state").
	unboundedSeconds = 99_999_999
	// wrapperMargin is what the activity's timeout stands above TimeoutSeconds,
	// which the activity keeps itself.
	wrapperMargin = 15 * time.Second
	// workerHeartbeat is how long an activity may be silent before its worker
	// counts as lost. The activity beats on its own.
	workerHeartbeat = 30 * time.Second
	// leastHeartbeat keeps a busy worker from counting as lost.
	leastHeartbeat = 10 * time.Second
)

// serverRetry lets the server repeat an activity that is to follow the state's
// Retry by itself: it says in each failure when to repeat, or not to. The
// interval counts only when a worker was lost.
func serverRetry() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1}
}

// taskOptions are the options of the activity that performs a Call.
func taskOptions(call *machine.Call, summary string) workflow.ActivityOptions {
	timeout := call.TimeoutSeconds
	if timeout == 0 {
		timeout = unboundedSeconds
	}
	heartbeat := workerHeartbeat
	if call.HeartbeatSeconds > 0 {
		heartbeat = min(heartbeat, max(leastHeartbeat, time.Duration(call.HeartbeatSeconds)*time.Second))
	}
	return workflow.ActivityOptions{
		StartToCloseTimeout: time.Duration(timeout)*time.Second + wrapperMargin,
		HeartbeatTimeout:    heartbeat,
		RetryPolicy:         serverRetry(),
		WaitForCancellation: true,
		Summary:             summary,
	}
}

// callBytes is what a Call comes to in a payload.
func callBytes(call *machine.Call) int {
	return wire.PayloadSize(call.Input) + wire.PayloadSize(call.Credentials)
}

// startCall schedules the activity of a Call.
func (p *performer) startCall(e *errand) {
	call := e.effect.Call
	if call.Resource.Integration() == wire.ForeignIntegration {
		p.startForeign(e)
		return
	}
	bytes := callBytes(call)
	if !p.passage.fits(p.ctx, bytes) {
		p.refuseCall(e, bytes)
		return
	}
	p.budget.spendValue(p.ctx, bytes)
	ctx, cancel := workflow.WithCancel(p.ctx)
	e.cancel = cancel
	options := taskOptions(call, e.effect.State)
	options.ActivityID = effectName(e.effect.ID)
	arguments := []any{wire.Task{
		Call:      *call,
		State:     e.effect.State,
		Execution: p.input.Origin.ID,
		Effect:    e.effect.ID,
	}}
	if shard, ok := p.shard(); ok {
		arguments = append(arguments, shard)
	}
	future := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), call.Resource.Integration(), arguments...)
	p.flights.add(future, func(f workflow.Future) {
		var result wire.TaskResult
		if err := get(ctx, f, &result); err != nil {
			p.land(e, taskOutcome(err))
			return
		}
		p.land(e, result.Outcome())
	})
}

// shard names the shard that has started the execution, if it is an item's.
func (p *performer) shard() (run wire.ShardRun, ok bool) {
	parent := workflow.GetInfo(p.ctx).ParentWorkflowExecution
	if parent == nil || !p.input.Definition.Processor {
		return wire.ShardRun{}, false
	}
	return wire.ShardRun{ID: parent.ID, RunID: parent.RunID}, true
}

func (p *performer) refuseCall(e *errand, bytes int) {
	failure := p.passage.tooLarge(fmt.Sprintf("The input of the task %q", e.effect.State), bytes)
	failure.Stage = "schedule"
	p.fail(e, failure)
}

// effectName names an activity after its effect, so that those who look at the
// server's pending activities find it.
func effectName(id machine.EffectID) string { return fmt.Sprintf("effect-%d", id) }

// EffectOf gives the effect that an activity of an execution's workflow performs,
// by the activity's id; ok is false for an activity that performs none.
func EffectOf(activityID string) (id machine.EffectID, ok bool) {
	number, ok := strings.CutPrefix(activityID, "effect-")
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return machine.EffectID(n), err == nil
}
