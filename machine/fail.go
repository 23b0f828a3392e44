package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// failState ends the machine with the state's Error and Cause; what is not
// given stays absent.
func (e *Execution) failState(t *Thread) {
	e.inspect(t, AfterInputPath, t.Input)
	name, f := e.failureText(t, t.state.Fail.Error, t.state.Fail.ErrorField)
	if f != nil {
		e.fail(t, *f)
		return
	}
	cause, f := e.failureText(t, t.state.Fail.Cause, t.state.Fail.CauseField)
	if f != nil {
		e.fail(t, *f)
		return
	}
	e.stateEnded(t, Failed, name.Text())
	e.failThread(t, Failure{Error: name, Cause: cause})
}

func (e *Execution) failureText(t *Thread, x expr.Expr, field string) (value.Value, *Failure) {
	v, f := e.optional(t, x, t.Input, value.Value{})
	if f != nil || v.IsAbsent() || v.Kind() == value.String {
		return v, f
	}
	if t.queries() {
		return v, e.unexpected(t, program.Number{Field: field, Expr: x}, "string", v)
	}
	return v, t.fault(ErrorRuntime, "The "+field+" field must reference a string but was: "+v.String())
}

// literal gives the expression for a value that was computed before; nil for none.
func literal(v value.Value) expr.Expr {
	if v.IsAbsent() {
		return nil
	}
	return expr.Literal{Value: v}
}
