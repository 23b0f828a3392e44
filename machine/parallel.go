package machine

// parallel starts all branches with the same input.
func (e *Execution) parallel(t *Thread) {
	input, f := e.input(t)
	if f == nil {
		input, f = e.parameters(t, input)
	}
	if f != nil {
		e.fail(t, *f)
		return
	}
	count := len(t.state.Parallel.Branches)
	e.open(t, count, count)
	t.Children.Items = input
	e.recordChildrenStarted(t)
	e.begin(t)
}

// branch makes the branch with the index.
func (e *Execution) branch(t *Thread, index int) *Thread {
	return e.thread(t, t.state.Parallel.Branches[index], t.Children.Items)
}
