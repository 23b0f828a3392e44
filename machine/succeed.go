package machine

// succeed ends the machine with the state's effective input.
func (e *Execution) succeed(t *Thread) {
	input, f := e.input(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.pass(t, exit{output: input, given: t.state.Flow.Output, sees: sight{input: input}})
}
