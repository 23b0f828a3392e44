package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// In AWS's histories the events that tell how children ended are not followed:
// what comes next follows the last event inside the child.

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

func (e *Execution) recordChildSucceeded(child *Thread) { e.recordIteration(child, "Succeeded") }
func (e *Execution) recordChildFailed(child *Thread)    { e.recordIteration(child, "Failed") }
func (e *Execution) recordChildAborted(child *Thread)   { e.recordIteration(child, "Aborted") }

func (e *Execution) recordIteration(child *Thread, ending string) {
	if isIteration(child) {
		e.record(child.LastEvent, "MapIteration"+ending, iterationDetails("mapIteration"+ending+"EventDetails", child))
	}
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

func (e *Execution) recordMapRunSucceeded(t *Thread) {
	e.follow(t, "MapRunSucceeded", nil)
	e.record(t.LastEvent, "MapStateSucceeded", nil)
}

func (e *Execution) recordMapRunFailed(t *Thread, f Failure) {
	e.follow(t, "MapRunFailed", failureDetails("mapRunFailedEventDetails", f))
}
