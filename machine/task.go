package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
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
	e.recordTaskScheduled(t, call)
	e.await(t, Effect{Call: call})
}

func (e *Execution) call(t *Thread) (*Call, *Failure) {
	task := t.state.Task
	input, f := e.input(t)
	if f != nil {
		return nil, f
	}
	call := &Call{Resource: task.Resource}
	if call.TimeoutSeconds, f = e.seconds(t, task.Timeout, input); f != nil {
		return nil, f
	}
	if call.HeartbeatSeconds, f = e.seconds(t, task.Heartbeat, input); f != nil {
		return nil, f
	}
	if call.Input, f = e.optional(t, t.state.Flow.Parameters, input, input); f != nil {
		return nil, f
	}
	if call.Credentials, f = e.optional(t, task.Credentials, input, value.Value{}); f != nil {
		return nil, f
	}
	if len(t.state.Retry) > 0 && !task.VariesByAttempt {
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
		e.recordTaskFailed(t, call, attempt.Failure)
		_, next, again := Retrying{Retriers: t.state.Retry, Spent: t.Spent}.After(attempt.Failure)
		if again {
			t.Spent = next.Spent
		}
		e.recordTaskScheduled(t, call)
	}
	if o.Failure != nil {
		e.recordTaskFailed(t, call, *o.Failure)
		e.fail(t, *o.Failure)
		return
	}
	e.recordTaskSucceeded(t, call, o.Output)
	e.leave(t, o.Output.Or(value.NullValue))
}

// TimeoutFailure is the failure of a task that ran over its TimeoutSeconds.
// AWS gives it no cause.
var TimeoutFailure = Failure{Error: timeoutName}
