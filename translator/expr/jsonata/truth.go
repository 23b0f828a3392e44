package jsonata

import (
	"math"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// truth says what counts as true where a condition stands, and false for
// nothing. A function is true there unless it is a regular expression, as in the
// reference; $boolean itself gives false for one, see booleanOf.
func (i item) truth() (bool, *Error) {
	switch i.kind() {
	case boolean:
		return i.isTrue(), nil
	case text:
		return i.text() != "", nil
	case number:
		f, err := i.finite()
		return f != 0, err
	case object:
		return i.len() > 0, nil
	case callable:
		return i.b.function.regex == nil, nil
	case array:
		for n := range i.len() {
			if yes, err := i.at(n).truth(); yes || err != nil {
				return yes, err
			}
		}
	}
	return false, nil
}

// finite gives a number that JSON can hold.
func (i item) finite() (float64, *Error) {
	f := i.float()
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, &Error{Code: "D1001", Value: value.NullValue}
	}
	return f, nil
}
