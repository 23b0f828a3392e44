package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// What previousEventId says about children, as AWS's recordings have it:
//
//   - The first event of a branch or iteration follows the start of the state. An
//     iteration that waited for room follows the last event inside the one that
//     made it, not the event that tells of that one's end.
//   - MapIterationSucceeded and MapIterationFailed follow the last event inside
//     the iteration.
//   - MapStateSucceeded and MapStateExited both follow the MapIterationSucceeded
//     that came last; without items, MapStateStarted. ParallelStateSucceeded and
//     ParallelStateExited both follow the last event inside the branch that
//     ended last, since branches have no event of their own.
//   - MapStateFailed and ParallelStateFailed follow the last event inside the
//     child that failed, and so does the MapStateStarted or ParallelStateStarted
//     of another attempt. So do TaskStateAborted of a Task that failed the branch,
//     and what tells of the children that are cut short: for each of them
//     MapIterationAborted and then the StateAborted of where it stands. All of
//     these come before MapIterationFailed and the state's own failure.
//   - Bad data inside a child ends the execution without any of them, as do the
//     execution's TimeoutSeconds and a stop.
//   - What a Catch evaluates follows what the state's failure followed.
//   - Of a Distributed Map, MapRunSucceeded and MapRunFailed follow MapRunStarted,
//     MapStateSucceeded and MapStateFailed follow these, but MapStateExited
//     follows MapRunStarted (since 2024; before, MapRunSucceeded).

func (e *Execution) recordChildrenStarted(t *Thread) {
	if t.state.Type == program.MapState {
		e.recordMapStarted(t, t.Children.Count)
		return
	}
	e.follow(t, "ParallelStateStarted", nil)
}

func (e *Execution) recordMapStarted(t *Thread, length int) {
	e.follow(t, "MapStateStarted", func() (string, value.Value) {
		return "mapStateStartedEventDetails", value.OfObject(value.Member{Name: "length", Value: value.OfInt(int64(length))})
	})
}

func (e *Execution) recordChildrenSucceeded(t *Thread) {
	e.record(t.LastEvent, string(t.state.Type)+"StateSucceeded", nil)
}

func (e *Execution) recordChildStarted(child *Thread) {
	if isIteration(child) {
		e.follow(child, "MapIterationStarted", iterationDetails("mapIterationStartedEventDetails", child))
	}
}

func (e *Execution) recordChildSucceeded(child *Thread) int64 {
	return e.recordIteration(child, "Succeeded", child.LastEvent)
}

func (e *Execution) recordChildFailed(child *Thread) {
	e.recordIteration(child, "Failed", child.LastEvent)
}

func (e *Execution) recordChildAborted(child *Thread, after int64) {
	e.recordIteration(child, "Aborted", after)
}

// recordStateFailed tells that a Parallel or Map has failed. Bad data, which
// nobody can catch, ends the execution without.
func (e *Execution) recordStateFailed(t *Thread, f Failure) {
	if f.Name() != ErrorRuntime {
		e.follow(t, string(t.state.Type)+"StateFailed", nil)
	}
}

// recordBranchAborted tells that a Task inside a Parallel ended the branch: its
// failure has an event of its own, which is what the Parallel's follows.
func (e *Execution) recordBranchAborted(child *Thread) {
	if !isIteration(child) && child.state.Type == program.TaskState {
		e.record(child.LastEvent, "TaskStateAborted", nil)
	}
}

// recordIteration gives the event's id, 0 for a branch, which has none.
func (e *Execution) recordIteration(child *Thread, ending string, after int64) int64 {
	if !isIteration(child) {
		return 0
	}
	return e.record(after, "MapIteration"+ending, iterationDetails("mapIteration"+ending+"EventDetails", child))
}

func isIteration(child *Thread) bool { return child.parent.state.Type == program.MapState }

func iterationDetails(member string, child *Thread) func() (string, value.Value) {
	return func() (string, value.Value) {
		return member, value.OfObject(
			value.Member{Name: "name", Value: value.OfString(child.parent.State)},
			value.Member{Name: "index", Value: value.OfInt(int64(child.Index))},
		)
	}
}

func (e *Execution) recordMapRunStarted(t *Thread, arn string) {
	e.follow(t, "MapRunStarted", func() (string, value.Value) {
		return "mapRunStartedEventDetails", value.OfObject(value.Member{Name: "mapRunArn", Value: value.OfString(arn)})
	})
}

func (e *Execution) recordMapRunRedriven(t *Thread, run *Distribute) {
	e.follow(t, "MapRunRedriven", func() (string, value.Value) {
		return "mapRunRedrivenEventDetails", value.OfObject(
			value.Member{Name: "mapRunArn", Value: value.OfString(run.MapRunArn)},
			value.Member{Name: "redriveCount", Value: value.OfInt(int64(run.Redrives))},
		)
	})
}

func (e *Execution) recordMapRunSucceeded(t *Thread) {
	ended := e.record(t.LastEvent, "MapRunSucceeded", nil)
	e.record(ended, "MapStateSucceeded", nil)
}

func (e *Execution) recordMapRunFailed(t *Thread, f Failure) {
	e.follow(t, "MapRunFailed", failureDetails("mapRunFailedEventDetails", f))
}
