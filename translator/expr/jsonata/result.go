package jsonata

import (
	"math"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// results makes JSON values of items. Objects in a row mostly have the same
// names, which they then share.
type results struct {
	left  int // how many elements and members may still be made
	shape *value.ObjectShape
}

// of makes a JSON value of an item. Undefined is the absent value; what JSON
// cannot hold, functions and numbers out of range, is an error.
func (r *results) of(i item) (value.Value, *Error) {
	if i.b == nil {
		return i.v, nil
	}
	switch i.b.kind {
	case number:
		if math.IsNaN(i.f) || math.IsInf(i.f, 0) {
			return value.Value{}, &Error{Code: "D1001", Value: value.NullValue}
		}
		return value.OfFloat(i.f), nil
	case array:
		if i.b.values != nil {
			return value.OfArray(i.b.values), nil
		}
		elements, err := r.all(i)
		return value.OfArray(elements), err
	case object:
		values, err := r.all(i)
		if err != nil {
			return value.Value{}, err
		}
		if len(values) == 0 {
			return value.EmptyObject, nil
		}
		if i.b.shape != nil {
			return i.b.shape.Of(values), nil
		}
		if r.shape == nil || !slices.Equal(r.shape.Names(), i.b.names) {
			r.shape = value.NewShape(i.b.names)
		}
		return r.shape.Of(values), nil
	}
	return value.Value{}, &Error{Code: CodeFunction}
}

// all gives the elements or member values. In a list, undefined is null.
func (r *results) all(i item) ([]value.Value, *Error) {
	if r.left -= i.len(); r.left < 0 {
		return nil, &Error{Code: CodeSize}
	}
	values := make([]value.Value, i.len())
	for n := range values {
		v, err := r.of(i.untouched(n))
		if err != nil {
			return nil, err
		}
		values[n] = v.Or(value.NullValue)
	}
	return values, nil
}

// untouched is at, but does not copy.
func (i item) untouched(n int) item {
	if i.b.flags&copying != 0 {
		return i.b.items[n]
	}
	return i.at(n)
}

// shown is an item in an error: as JSON as far as it can be.
func (i item) shown() value.Value {
	const most = 10_000
	r := results{left: most}
	v, err := r.of(i)
	if err != nil {
		return value.Value{}
	}
	return v
}
