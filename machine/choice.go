package machine

import "github.com/seed-a99ddb6e/stepwell/translator/program"

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
			e.pass(t, exit{output: input, assign: rule.Assign, seen: input, next: rule.Next})
			return
		}
	}
	if choice.Default == nil {
		e.fail(t, *noChoice(t.state))
		return
	}
	e.pass(t, exit{output: input, assign: t.state.Assign, seen: input, next: choice.Default})
}

func noChoice(s *program.State) *Failure {
	f := Fault(ErrorNoChoiceMatched, "Failed to transition out of the state. The state does not point to a next state.")
	return &f
}
