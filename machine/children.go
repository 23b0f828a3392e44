package machine

import (
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// open makes room for count children of the thread's state, at most limit of
// them at once.
func (e *Execution) open(t *Thread, count, limit int) {
	t.Children = &Children{Count: count, Limit: limit, Results: make([]Slot, count)}
}

// begin starts children while there are some to start and room for them.
func (e *Execution) begin(t *Thread) {
	c := t.Children
	for c.Next < c.Count && len(c.Active) < c.Limit {
		index := c.Next
		c.Next++
		child, f := e.child(t, index)
		if f != nil {
			c.Next = index
			e.childrenFailed(t, *f)
			return
		}
		child.Index = index
		child.LastEvent = t.LastEvent
		c.Active = append(c.Active, child)
		e.recordChildStarted(child)
		e.ready = append(e.ready, child)
	}
	if c.Done == c.Count {
		if c.LastIteration > 0 {
			t.LastEvent = c.LastIteration
		}
		results := make([]value.Value, c.Count)
		for i, slot := range c.Results {
			results[i] = slot.Value
		}
		t.Children = nil
		e.recordChildrenSucceeded(t)
		e.leave(t, value.OfArray(results))
	}
}

// child makes the child with the index: a branch or an iteration.
func (e *Execution) child(t *Thread, index int) (*Thread, *Failure) {
	if t.state.Parallel != nil {
		return e.branch(t, index), nil
	}
	return e.iteration(t, index)
}

// childEnded takes the output of a child that has ended.
func (e *Execution) childEnded(child *Thread, output value.Value) {
	t := child.parent
	c := t.Children
	c.LastIteration = e.recordChildSucceeded(child)
	c.Active = slices.DeleteFunc(c.Active, func(other *Thread) bool { return other == child })
	c.Results[child.Index].Value = output
	c.Done++
	t.LastEvent = child.LastEvent
	e.begin(t)
}

// childFailed lets the state fail as its first failing child did; the other
// children are stopped.
func (e *Execution) childFailed(child *Thread, f Failure) {
	t := child.parent
	t.LastEvent = child.LastEvent
	e.recordBranchAborted(child)
	e.cut(t)
	e.recordChildFailed(child)
	e.childrenFailed(t, f)
}

// childrenFailed lets the state fail. Its children stay in the frame, unless the
// state is tried again: a redrive goes on from those that have not succeeded.
func (e *Execution) childrenFailed(t *Thread, f Failure) {
	if f.Name() == ErrorRuntime {
		e.giveUp(t, f, true)
		return
	}
	e.cut(t)
	e.failStarted(t, f)
}

// cut stops the children that are in progress.
func (e *Execution) cut(t *Thread) {
	for _, child := range t.Children.Active {
		if !child.gone {
			e.recordChildAborted(child, t.LastEvent)
			e.abandon(child, t.LastEvent)
		}
	}
}
