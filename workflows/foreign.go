package workflows

import (
	"errors"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// mostServerRetries bounds the retries that are left to the server for an
// activity that knows nothing of Retry.
const mostServerRetries = 1_000

// startForeign schedules another team's activity on its own task queue.
func (p *performer) startForeign(e *errand) {
	activity, fault := wire.NewForeignActivity(*e.effect.Call)
	if fault != nil {
		fault.Stage = "schedule"
		p.fail(e, *fault)
		return
	}
	bytes := wire.PayloadSize(activity.Input)
	if !p.passage.fits(p.ctx, bytes) {
		p.refuseCall(e, bytes)
		return
	}
	p.budget.spendValue(p.ctx, bytes)
	ctx, cancel := workflow.WithCancel(p.ctx)
	e.cancel = cancel
	ctx = keyed(ctx, p.input.Origin.ID, e.effect)
	policy, plain := foreignRetry(e.effect.Call.Retrying, activity)
	options := workflow.ActivityOptions{
		ActivityID:             effectName(e.effect.ID),
		TaskQueue:              activity.TaskQueue,
		ScheduleToCloseTimeout: activity.ScheduleToClose,
		ScheduleToStartTimeout: activity.ScheduleToStart,
		StartToCloseTimeout:    activity.StartToClose,
		HeartbeatTimeout:       activity.Heartbeat,
		RetryPolicy:            policy,
		WaitForCancellation:    true,
		Summary:                e.effect.State,
	}
	var arguments []any
	if !activity.Input.IsAbsent() {
		arguments = []any{activity.Input}
	}
	future := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), activity.ActivityType, arguments...)
	p.flights.add(future, func(f workflow.Future) {
		var raw converter.RawValue
		if err := get(ctx, f, &raw); err != nil {
			p.land(e, p.foreignOutcome(e, err, plain))
			return
		}
		p.land(e, foreignResult(raw))
	})
}

// keyed gives a context with which the activity of an effect is told the
// idempotency key of its Call, in its header. Replay compares no headers.
func keyed(ctx workflow.Context, execution string, effect machine.Effect) workflow.Context {
	from := wire.Caller{Execution: execution, State: effect.State, Effect: effect.ID}
	return idempotency.InWorkflow(ctx, wire.IdempotencyKey(from, *effect.Call))
}

// foreignRetry gives the server's retry policy for a foreign activity. plain
// reports that it says all that the state's Retry says; otherwise there is one
// attempt and the machine asks for the others.
func foreignRetry(r machine.Retrying, a wire.ForeignActivity) (policy *temporal.RetryPolicy, plain bool) {
	once := &temporal.RetryPolicy{MaximumAttempts: 1}
	if len(r.Retriers) != 1 || r.Count() > 0 || a.ScheduleToClose > 0 {
		return once, false
	}
	retrier := r.Retriers[0]
	if !slices.Equal(retrier.ErrorEquals, []string{machine.ErrorAll}) || retrier.FullJitter ||
		retrier.IntervalSeconds < 1 || retrier.BackoffRate < 1 || retrier.MaxAttempts > mostServerRetries {
		return once, false
	}
	longest := retrier.MaxDelaySeconds
	if longest == 0 {
		longest = unboundedSeconds
	}
	return &temporal.RetryPolicy{
		InitialInterval:    time.Duration(retrier.IntervalSeconds) * time.Second,
		BackoffCoefficient: retrier.BackoffRate,
		MaximumInterval:    time.Duration(max(longest, retrier.IntervalSeconds)) * time.Second,
		MaximumAttempts:    int32(retrier.MaxAttempts) + 1,
	}, true
}

// foreignOutcome gives how a foreign activity failed. When the server has made
// all the attempts of a plain Retry, the outcome lists them for the machine; the
// server keeps only the last failure, which stands for each. An error that the
// activity itself declares not retryable ends the server's attempts, but not
// the state's Retry.
func (p *performer) foreignOutcome(e *errand, err error, plain bool) machine.Outcome {
	failure := failureOf(err)
	outcome := machine.Outcome{Failure: &failure}
	var activity *temporal.ActivityError
	if !plain || temporal.IsCanceledError(err) ||
		errors.As(err, &activity) && activity.RetryState() == enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE {
		return outcome
	}
	now, retrying := workflow.Now(p.ctx), e.effect.Call.Retrying
	for {
		delay, next, again := retrying.After(failure)
		if !again {
			return outcome
		}
		outcome.Attempts = append(outcome.Attempts, machine.Attempt{Failure: failure, Started: now, Ended: now, Delay: delay})
		retrying = next
	}
}

// foreignResult reads the result of an activity that may be written in any
// language: JSON as it is, nothing as null, bytes as a base64 string.
func foreignResult(raw converter.RawValue) machine.Outcome {
	payload := raw.Payload()
	switch string(payload.GetMetadata()[converter.MetadataEncoding]) {
	case converter.MetadataEncodingJSON, converter.MetadataEncodingProtoJSON:
		output, err := value.Parse(payload.GetData())
		if err == nil {
			return machine.Outcome{Output: output}
		}
		failure := machine.Fault(machine.ErrorTaskFailed, "The result of the activity is not JSON: "+err.Error())
		return machine.Outcome{Failure: &failure}
	case "", converter.MetadataEncodingNil:
		return machine.Outcome{Output: value.NullValue}
	case converter.MetadataEncodingBinary:
		return machine.Outcome{Output: base64Value(payload.GetData())}
	}
	failure := machine.Fault(machine.ErrorTaskFailed, "The result of the activity is encoded as "+
		string(payload.GetMetadata()[converter.MetadataEncoding])+", which is not JSON.")
	return machine.Outcome{Failure: &failure}
}
