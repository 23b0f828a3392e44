package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// moveTo puts the thread before a state, to enter it in its turn.
func (e *Execution) moveTo(t *Thread, next *program.State, input value.Value) {
	t.State, t.state, t.Input = next.Name, next, input
	t.EnteredEvent, t.Spent, t.Children = 0, nil, nil
	e.ready = append(e.ready, t)
}

// enter enters the state that the thread stands before.
func (e *Execution) enter(t *Thread) {
	t.Entered = e.now
	e.recordEntered(t)
	e.attempt(t)
}

// attempt does what the state does, once more when it is retried.
func (e *Execution) attempt(t *Thread) {
	switch t.state.Type {
	case program.TaskState:
		e.task(t)
	case program.PassState:
		e.passState(t)
	case program.ChoiceState:
		e.choice(t)
	case program.WaitState:
		e.wait(t)
	case program.SucceedState:
		e.succeed(t)
	case program.FailState:
		e.failState(t)
	case program.ParallelState:
		e.parallel(t)
	case program.MapState:
		e.mapState(t)
	}
}

// end ends the thread's machine with an output.
func (e *Execution) end(t *Thread, output value.Value) {
	t.gone = true
	if t.parent != nil {
		e.childEnded(t, output)
		return
	}
	e.frame.Status, e.frame.Output = Succeeded, output
	e.close()
	e.recordSucceeded(t, output)
}

// fail lets a state fail: Retry is asked, then Catch, then whoever owns the
// state's machine (AWS, "Handling errors in Step Functions workflows").
func (e *Execution) fail(t *Thread, f Failure) {
	if !e.retry(t, f) {
		e.giveUp(t, f)
	}
}

// failStarted is fail for a Parallel or Map that has begun its work: its
// history tells of the failure, unless it is retried.
func (e *Execution) failStarted(t *Thread, f Failure) {
	if !e.retry(t, f) {
		e.follow(t, string(t.state.Type)+"StateFailed", nil)
		e.giveUp(t, f)
	}
}

// retry asks for another attempt of the state and reports whether there will
// be one.
func (e *Execution) retry(t *Thread, f Failure) bool {
	retrying := Retrying{Retriers: t.state.Retry, Spent: t.Spent, Random: e.frame.Random}
	delay, next, again := retrying.After(f)
	if again {
		t.Spent, e.frame.Random = next.Spent, next.Random
		e.await(t, Effect{Wait: &Wait{Until: e.now.Add(delay), Reason: WaitForRetry}})
	}
	return again
}

// giveUp goes on after a failure that is not retried.
func (e *Execution) giveUp(t *Thread, f Failure) {
	for i := range t.state.Catch {
		if Matches(t.state.Catch[i].ErrorEquals, f) {
			e.catch(t, &t.state.Catch[i], f)
			return
		}
	}
	e.failThread(t, f)
}

// catch leaves the state through a catcher.
func (e *Execution) catch(t *Thread, c *program.Catcher, f Failure) {
	caught := value.OfObject(
		value.Member{Name: "Error", Value: f.Error.Or(value.NullValue)},
		value.Member{Name: "Cause", Value: f.Cause.Or(value.NullValue)},
	)
	output := caught
	if c.ResultPath != nil {
		var err error
		if output, err = c.ResultPath.Put(t.Input, caught); err != nil {
			e.failThread(t, *t.expressionFault(err))
			return
		}
	}
	// What fails in the way out must not be caught again by the same state.
	assigned, fault := e.optional(t, c.Assign, caught, value.Value{})
	if fault != nil {
		e.failThread(t, *fault)
		return
	}
	e.pass(t, exit{output: output, assign: literal(assigned), next: c.Next, caught: true})
}

// failThread ends the thread's machine with a failure.
func (e *Execution) failThread(t *Thread, f Failure) {
	t.gone = true
	if t.parent != nil {
		e.childFailed(t, f)
		return
	}
	e.frame.Status, e.frame.Failure = Failed, &f
	e.close()
	e.recordFailed(t, f)
}

// close ends the execution: its own timer is wanted no longer.
func (e *Execution) close() {
	e.frame.Stopped = e.now
	if e.frame.Timer != nil {
		e.effects = append(e.effects, Effect{Cancel: e.frame.Timer.ID})
		e.frame.Timer = nil
	}
}
