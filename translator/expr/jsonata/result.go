package jsonata

import (
	"math"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// result makes a JSON value of an item. Undefined is the absent value; what
// JSON cannot hold, functions and numbers out of range, is an error.
func (i item) result() (value.Value, *Error) {
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
		return i.resultArray()
	case object:
		return i.b.resultObject()
	}
	return value.Value{}, &Error{Code: CodeFunction}
}

func (i item) resultArray() (value.Value, *Error) {
	if i.b.values != nil {
		return value.OfArray(i.b.values), nil
	}
	elements := make([]value.Value, i.len())
	for n := range elements {
		e, err := i.at(n).result()
		if err != nil {
			return value.Value{}, err
		}
		elements[n] = e.Or(value.NullValue)
	}
	return value.OfArray(elements), nil
}

func (b *body) resultObject() (value.Value, *Error) {
	values := make([]value.Value, len(b.items))
	for n, member := range b.items {
		v, err := member.result()
		if err != nil {
			return value.Value{}, err
		}
		values[n] = v.Or(value.NullValue)
	}
	if b.shape != nil {
		return b.shape.Of(values), nil
	}
	o := value.NewObject(len(values))
	for n, v := range values {
		o.Put(b.names[n], v)
	}
	return o.Value(), nil
}

// shown is an item in an error: as JSON as far as it can be.
func (i item) shown() value.Value {
	v, err := i.result()
	if err != nil {
		return value.Value{}
	}
	return v
}
