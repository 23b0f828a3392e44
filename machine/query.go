package machine

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// queries reports whether the state's language is one of expressions that give
// whole fields, such as JSONata, whose faults are States.QueryEvaluationError
// and have an event (AWS, "Transforming data with JSONata").
func (t *Thread) queries() bool { return t.state.Language != program.JSONPath }

// queryFault is a failure of a field of such a state; location is empty for a
// field that is not there.
func (e *Execution) queryFault(t *Thread, location, cause string) *Failure {
	f := t.fault(expr.QueryEvaluationError, cause)
	e.recordEvaluationFailed(t, location, *f)
	return f
}

// unexpected is the failure of an expression that gave another type than its
// field takes.
func (e *Execution) unexpected(t *Thread, n program.Number, expected string, v value.Value) *Failure {
	return e.queryFault(t, n.Field, fmt.Sprintf(
		"The %s expression '%s' specified for the field '%s' returned an unexpected result type. Expected '%s', but was '%s' for value: %s",
		t.state.Language, n.Expr, n.Field, expected, v.Kind(), v))
}

// outOfRange is the failure of a field whose number is not one that it takes.
func (e *Execution) outOfRange(t *Thread, field, bounds string, v value.Value) *Failure {
	return e.queryFault(t, field, fmt.Sprintf("The field '%s' must be %s but was: %s", field, bounds, v))
}
