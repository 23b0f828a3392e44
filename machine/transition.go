package machine

import (
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// moveTo puts the thread before a state, to enter it in its turn.
func (e *Execution) moveTo(t *Thread, next *program.State, input value.Value) {
	t.State, t.state, t.Input = next.Name, next, input
	t.Visits++
	t.EnteredEvent, t.Spent, t.Children, t.Token, t.MapRun = 0, nil, nil, "", nil
	e.ready = append(e.ready, t)
}

// enter enters the state that the thread stands before. After a redrive it may
// stand in it already.
func (e *Execution) enter(t *Thread) {
	if t.EnteredEvent > 0 {
		e.reenter(t)
		return
	}
	t.Entered = e.now
	e.before = t.LastEvent
	e.recordEntered(t)
	e.entering = true
	e.attempt(t)
	e.entering = false
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
		e.giveUp(t, f, false)
	}
}

// failStarted is fail for a Parallel or Map that has begun its work: its
// history tells of the failure, unless it is retried.
func (e *Execution) failStarted(t *Thread, f Failure) {
	if !e.retry(t, f) {
		e.giveUp(t, f, true)
	}
}

// retry asks for another attempt of the state and reports whether there will
// be one.
func (e *Execution) retry(t *Thread, f Failure) bool {
	e.inspectFailure(t, f)
	retrying := Retrying{Retriers: t.state.Retry, Spent: t.Spent, Random: e.frame.Random}
	delay, next, again := retrying.After(f)
	if again {
		t.Spent, e.frame.Random = next.Spent, next.Random
		t.Children, t.MapRun = nil, nil
		e.await(t, Effect{Wait: &Wait{Until: e.now.Add(delay), Reason: WaitForRetry}})
	}
	return again
}

// giveUp goes on after a failure that is not retried: through a catcher, or up.
// The history tells of the failure when told is true.
func (e *Execution) giveUp(t *Thread, f Failure, told bool) {
	e.stateEnded(t, Failed, f.Name())
	before := t.LastEvent
	if told {
		e.recordStateFailed(t, f)
	}
	i := slices.IndexFunc(t.state.Catch, func(c program.Catcher) bool { return Matches(c.ErrorEquals, f) })
	if i < 0 {
		e.failThread(t, f)
		return
	}
	e.inspect(t, CatchIndex, value.OfInt(int64(i)))
	// What happens in a catcher follows what came before the failure was told.
	failed := t.LastEvent
	t.LastEvent = before
	way, fault := e.caught(t, &t.state.Catch[i], f)
	if fault != nil {
		// It must not be caught again by the same state.
		if told {
			e.recordStateFailed(t, *fault)
		}
		e.failThread(t, *fault)
		return
	}
	t.LastEvent = failed
	e.pass(t, way)
}

// caught gives the way out of the state through a catcher.
func (e *Execution) caught(t *Thread, c *program.Catcher, f Failure) (exit, *Failure) {
	caught := value.OfObject(
		value.Member{Name: "Error", Value: f.Error.Or(value.NullValue)},
		value.Member{Name: "Cause", Value: f.Cause.Or(value.NullValue)},
	)
	output := caught
	if c.ResultPath != nil {
		var err error
		if output, err = c.ResultPath.Put(t.Input, caught); err != nil {
			return exit{}, t.expressionFault(err, e.frame.Origin.Strict)
		}
	}
	sees := sight{input: caught}
	if t.state.Language != program.JSONPath {
		sees = sight{input: t.Input, errorOutput: caught}
	}
	output, assigned, fault := e.given(t, exit{given: c.Output, assign: c.Assign, sees: sees}, output)
	return exit{output: output, assign: literal(assigned), next: c.Next, caught: true}, fault
}

// failThread ends the thread's machine with a failure.
func (e *Execution) failThread(t *Thread, f Failure) {
	t.gone = true
	if t.parent != nil && f.Name() != ErrorRuntime {
		e.childFailed(t, f)
		return
	}
	e.failExecution(t, f)
}

// failExecution ends the execution with the failure of a thread. One that nobody
// can catch comes from any depth at once: AWS tells nothing of what stands in
// between.
func (e *Execution) failExecution(t *Thread, f Failure) {
	e.silent = true
	for at := t; at != nil; at = at.parent {
		if at != t {
			e.stateEnded(at, Failed, f.Name())
		}
		at.gone = true
		if at.Children == nil {
			continue
		}
		for _, child := range at.Children.Active {
			if !child.gone {
				e.abandon(child, 0)
			}
		}
	}
	e.silent = false
	e.endFailed(f)
}

// endFailed ends the execution as failed.
func (e *Execution) endFailed(f Failure) {
	e.frame.Status, e.frame.Output, e.frame.Failure = Failed, value.Value{}, &f
	e.close()
	e.ready = nil
	e.recordFailed(f)
}

// close ends the execution: its own timer is wanted no longer.
func (e *Execution) close() {
	e.frame.Stopped = e.now
	if e.frame.Timer != nil {
		e.effects = append(e.effects, Effect{Cancel: e.frame.Timer.ID})
		e.frame.Timer = nil
	}
}
