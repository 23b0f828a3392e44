package machine

// passState gives its Result, or what Parameters make of its input.
func (e *Execution) passState(t *Thread) {
	input, f := e.input(t)
	if f == nil {
		input, f = e.optional(t, t.state.Flow.Parameters, input, input)
	}
	if f == nil {
		input, f = e.optional(t, t.state.Pass.Result, input, input)
	}
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.leave(t, input)
}
