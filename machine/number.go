package machine

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// integer gives a field's whole number, 0 when the field is absent.
func (e *Execution) integer(t *Thread, n program.Number, input value.Value) (int64, *Failure) {
	v, f := e.number(t, n, input)
	if f != nil || v.IsAbsent() {
		return 0, f
	}
	i, ok := v.Int()
	if !ok && t.queries() {
		return 0, e.unexpected(t, n, "integer", v)
	}
	if !ok {
		return 0, t.fault(ErrorRuntime, fmt.Sprintf("The %s field refers to value \"%s\" which is not a valid integer: %s", n.Field, plain(v), n.Expr))
	}
	return i, nil
}

// float gives a field's number, 0 when the field is absent.
func (e *Execution) float(t *Thread, n program.Number, input value.Value) (float64, *Failure) {
	v, f := e.number(t, n, input)
	if f != nil || v.IsAbsent() {
		return 0, f
	}
	x, ok := v.Float()
	if !ok && t.queries() {
		return 0, e.unexpected(t, n, "number", v)
	}
	if !ok {
		return 0, t.fault(ErrorRuntime, fmt.Sprintf("The %s field refers to value \"%s\" which is not a valid float: %s", n.Field, plain(v), n.Expr))
	}
	return x, nil
}

func (e *Execution) number(t *Thread, n program.Number, input value.Value) (value.Value, *Failure) {
	v, f := e.optional(t, n.Expr, input, value.Value{})
	if f == nil && v.Kind() == value.String && !t.queries() { // AWS reads numbers out of strings here
		if parsed, err := value.OfNumber(v.Text()); err == nil {
			return parsed, nil
		}
	}
	return v, f
}

// seconds gives a field's number of seconds, which must be positive; 0 when
// the field is absent.
func (e *Execution) seconds(t *Thread, n program.Number, input value.Value) (int64, *Failure) {
	i, f := e.integer(t, n, input)
	if f == nil && n.IsSet() && i <= 0 && t.queries() {
		return 0, e.outOfRange(t, n.Field, "a positive integer", value.OfInt(i))
	}
	if f == nil && n.IsSet() && i <= 0 {
		return 0, t.fault(ErrorRuntime, fmt.Sprintf("The %s field must be a positive integer but was: %d", n.Field, i))
	}
	return i, f
}
