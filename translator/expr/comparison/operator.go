package comparison

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Operand is what an operator is given in the definition.
type Operand string

// The operands. Those of type tests are booleans: the answer that is wanted.
const (
	Boolean   Operand = "boolean"
	Numeric   Operand = "number"
	Text      Operand = "string"
	Timestamp Operand = "timestamp"
)

// Operator is one comparison of a Choice rule.
type Operator struct {
	// Name is the field, without the ending Path.
	Name string
	// Operand is the type of the field's value.
	Operand Operand
	// HasPath tells that there is a field with the ending Path that takes the
	// operand from a path.
	HasPath bool
	// AllowsMissing tells that the Variable may lead nowhere: then the
	// operator gets the absent value.
	AllowsMissing bool

	holds func(v, operand value.Value) bool
}

// operators are all there are (Amazon States Language specification, "Choice
// State"). A new one is a row here and a case.
var operators = [...]Operator{
	{Name: "BooleanEquals", Operand: Boolean, HasPath: true, holds: booleanEquals},
	{Name: "NumericEquals", Operand: Numeric, HasPath: true, holds: ordered(numbers, equal)},
	{Name: "NumericLessThan", Operand: Numeric, HasPath: true, holds: ordered(numbers, less)},
	{Name: "NumericGreaterThan", Operand: Numeric, HasPath: true, holds: ordered(numbers, greater)},
	{Name: "NumericLessThanEquals", Operand: Numeric, HasPath: true, holds: ordered(numbers, notGreater)},
	{Name: "NumericGreaterThanEquals", Operand: Numeric, HasPath: true, holds: ordered(numbers, notLess)},
	{Name: "StringEquals", Operand: Text, HasPath: true, holds: ordered(texts, equal)},
	{Name: "StringLessThan", Operand: Text, HasPath: true, holds: ordered(texts, less)},
	{Name: "StringGreaterThan", Operand: Text, HasPath: true, holds: ordered(texts, greater)},
	{Name: "StringLessThanEquals", Operand: Text, HasPath: true, holds: ordered(texts, notGreater)},
	{Name: "StringGreaterThanEquals", Operand: Text, HasPath: true, holds: ordered(texts, notLess)},
	{Name: "StringMatches", Operand: Text, holds: stringMatches},
	{Name: "TimestampEquals", Operand: Timestamp, HasPath: true, holds: ordered(timestamps, equal)},
	{Name: "TimestampLessThan", Operand: Timestamp, HasPath: true, holds: ordered(timestamps, less)},
	{Name: "TimestampGreaterThan", Operand: Timestamp, HasPath: true, holds: ordered(timestamps, greater)},
	{Name: "TimestampLessThanEquals", Operand: Timestamp, HasPath: true, holds: ordered(timestamps, notGreater)},
	{Name: "TimestampGreaterThanEquals", Operand: Timestamp, HasPath: true, holds: ordered(timestamps, notLess)},
	{Name: "IsNull", Operand: Boolean, holds: is(value.Null)},
	{Name: "IsPresent", Operand: Boolean, AllowsMissing: true, holds: isPresent},
	{Name: "IsNumeric", Operand: Boolean, holds: is(value.Number)},
	{Name: "IsString", Operand: Boolean, holds: is(value.String)},
	{Name: "IsBoolean", Operand: Boolean, holds: is(value.Bool)},
	{Name: "IsTimestamp", Operand: Boolean, holds: isTimestamp},
}

// Operators gives all operators.
func Operators() []Operator { return append([]Operator(nil), operators[:]...) }

// Lookup finds the operator of a field; path tells that the field has the
// ending Path.
func Lookup(field string) (op Operator, path, ok bool) {
	base, ends := strings.CutSuffix(field, "Path")
	for _, op := range operators {
		if op.Name == field {
			return op, false, true
		}
		if ends && op.HasPath && op.Name == base {
			return op, true, true
		}
	}
	return Operator{}, false, false
}

// order compares two values of its type: negative, 0 or positive. ok is false
// when one is of another type; then no operator holds.
type order func(a, b value.Value) (c int, ok bool)

func ordered(compare order, wanted func(int) bool) func(v, operand value.Value) bool {
	return func(v, operand value.Value) bool {
		c, ok := compare(v, operand)
		return ok && wanted(c)
	}
}

func equal(c int) bool      { return c == 0 }
func less(c int) bool       { return c < 0 }
func greater(c int) bool    { return c > 0 }
func notGreater(c int) bool { return c <= 0 }
func notLess(c int) bool    { return c >= 0 }

// numbers compares IEEE 754 doubles.
func numbers(a, b value.Value) (int, bool) {
	x, okX := a.Float()
	y, okY := b.Float()
	switch {
	case !okX || !okY:
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, true
}

// texts compares by UTF-16 units.
func texts(a, b value.Value) (int, bool) {
	if a.Kind() != value.String || b.Kind() != value.String {
		return 0, false
	}
	return jsonpath.CompareStrings(a.Text(), b.Text()), true
}

func booleanEquals(v, operand value.Value) bool {
	return v.Kind() == value.Bool && operand.Kind() == value.Bool && v.IsTrue() == operand.IsTrue()
}

func is(kind value.Kind) func(v, wanted value.Value) bool {
	return func(v, wanted value.Value) bool { return (v.Kind() == kind) == wanted.IsTrue() }
}

func isPresent(v, wanted value.Value) bool { return !v.IsAbsent() == wanted.IsTrue() }
