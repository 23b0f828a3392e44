package machine

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// passState gives its Result, or what Parameters make of its input. With a
// Result AWS looks at neither InputPath nor Parameters.
func (e *Execution) passState(t *Thread) {
	result, f := e.optional(t, t.state.Pass.Result, t.Input, value.Value{})
	if result.IsAbsent() && f == nil {
		if result, f = e.input(t); f == nil {
			result, f = e.parameters(t, result)
		}
	}
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.leave(t, result)
}
