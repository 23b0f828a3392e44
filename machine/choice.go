package machine

// choice takes the way of the first rule that is true, or the Default.
func (e *Execution) choice(t *Thread) {
	input, f := e.input(t)
	if f != nil {
		e.fail(t, *f)
		return
	}
	choice := t.state.Choice
	for i := range choice.Rules {
		rule := &choice.Rules[i]
		verdict, f := e.evaluate(t, rule.Condition, input)
		if f != nil {
			e.fail(t, *f)
			return
		}
		if verdict.IsTrue() {
			e.pass(t, exit{output: input, given: rule.Output, assign: rule.Assign, sees: sight{input: input}, next: rule.Next})
			return
		}
	}
	if choice.Default == nil {
		// AWS does not give its documented error, States.NoChoiceMatched.
		e.fail(t, *t.fault(ErrorRuntime, "Failed to transition out of the state. The state does not point to a next state."))
		return
	}
	e.pass(t, exit{output: input, given: t.state.Flow.Output, assign: t.state.Assign, sees: sight{input: input}, next: choice.Default})
}
