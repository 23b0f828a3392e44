package machine

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// timeoutName is the error of a task or execution that took too long.
var timeoutName = value.OfString(ErrorTimeout)

// task asks for the state's Call.
func (e *Execution) task(t *Thread) {
	call, f := e.call(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	if call.Resource.Pattern != program.Activity {
		e.recordTaskScheduled(t, call)
	}
	e.await(t, Effect{Call: call})
}

func (e *Execution) call(t *Thread) (*Call, *Failure) {
	task := t.state.Task
	input, f := e.input(t)
	if f != nil {
		return nil, f
	}
	call := &Call{Resource: task.Resource, Visit: t.visit()}
	t.Token = ""
	if waits(task.Resource) {
		call.Made, call.Token = e.now, e.token()
		t.Token = call.Token
	}
	if call.TimeoutSeconds, f = e.seconds(t, task.Timeout, input); f != nil {
		return nil, f
	}
	if call.HeartbeatSeconds, f = e.seconds(t, task.Heartbeat, input); f != nil {
		return nil, f
	}
	if call.Input, f = e.parameters(t, input); f != nil {
		return nil, f
	}
	if call.Input, f = t.request(task.Resource, call.Input); f != nil {
		return nil, f
	}
	if f = e.oversized(t.State, providedParameters, call.Input); f != nil {
		return nil, f
	}
	if call.Credentials, f = e.optional(t, task.Credentials, input, value.Value{}); f != nil {
		return nil, f
	}
	if len(t.state.Retry) > 0 && !task.VariesByAttempt && !waits(task.Resource) {
		call.Retrying = Retrying{
			Retriers: t.state.Retry,
			Spent:    t.Spent,
			Random:   expr.Derive(e.frame.Origin.Seed, uint64(e.frame.LastEffect)),
		}
	}
	return call, nil
}

// called takes the outcome of a Call. Attempts that the runtime made on its
// own count as if the machine had asked for each.
func (e *Execution) called(t *Thread, call *Call, o Outcome) {
	for _, attempt := range o.Attempts {
		e.attempted(t, call, attempt)
		e.recordTaskScheduled(t, call)
	}
	e.past = time.Time{}
	if waits(call.Resource) {
		e.requested(t, call, o)
		return
	}
	e.taskEnded(t, call.Resource, o)
}

// attempted takes an attempt that the runtime made on its own, up to the pause
// that follows it. The events from its failure on have the times of the attempt,
// when it has any, until the caller comes back to now.
func (e *Execution) attempted(t *Thread, call *Call, attempt Attempt) {
	e.happened(t, attempt.Ended)
	e.recordTaskFailed(t, call.Resource, attempt.Failure)
	_, next, again := Retrying{Retriers: t.state.Retry, Spent: t.Spent}.After(attempt.Failure)
	if again {
		t.Spent = next.Spent
	}
	if !attempt.Ended.IsZero() {
		e.happened(t, attempt.Ended.Add(attempt.Delay))
	}
}

// Attempted tells the sink, ahead of the outcome, of attempts at a Call in
// flight that the runtime has made on its own by now. It is for those who look
// at an execution: they must let go of it afterwards, since the outcome will
// list the same attempts again. An effect that is no Call in flight is ignored.
func (e *Execution) Attempted(id EffectID, attempts []Attempt, now time.Time) {
	t, ok := e.waiting[id]
	if !ok || e.frame.Status != Running || t.Pending.Call == nil {
		return
	}
	e.now = now
	defer func() { e.past = time.Time{} }()
	call := t.Pending.Call
	for _, attempt := range attempts {
		e.attempted(t, call, attempt)
		if attempt.Ended.Add(attempt.Delay).After(now) {
			return // the next one has not begun
		}
		e.recordTaskScheduled(t, call)
	}
}

// taskEnded takes how a Task ended.
func (e *Execution) taskEnded(t *Thread, r program.Resource, o Outcome) {
	if o.Failure == nil {
		o.Failure = e.oversized(r.ARN, returnedResult, o.Output)
	}
	if o.Failure != nil {
		e.recordTaskFailed(t, r, *o.Failure)
		e.fail(t, *o.Failure)
		return
	}
	e.recordTaskSucceeded(t, r, o.Output)
	e.leave(t, o.Output.Or(value.NullValue))
}

// HeartbeatFailure is the failure of a task that was silent for longer than its
// HeartbeatSeconds. AWS gives it the name of any timeout.
var HeartbeatFailure = Failure{Error: timeoutName, Heartbeat: true}

// TimeoutFailure is the failure of a task that ran over its TimeoutSeconds.
// AWS gives it no cause.
var TimeoutFailure = Failure{Error: timeoutName}
