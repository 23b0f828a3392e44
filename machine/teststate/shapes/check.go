package shapes

import (
	"slices"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Mismatch tells what is wrong with a result, in AWS's words.
type Mismatch struct{ Reason string }

func (m *Mismatch) Error() string { return m.Reason }

func mismatch(field, what string) *Mismatch { return &Mismatch{"Field '" + field + "' " + what} }

// Check holds a result against the response; nil when it conforms. All means
// that required fields must be there. Fields that the API does not have are
// allowed.
func (r Response) Check(result value.Value, all bool) *Mismatch {
	return checker{shapes: r.service.Shapes, all: all}.check("", r.shape, result)
}

type checker struct {
	shapes map[string]Shape
	all    bool
}

// check holds a value against a shape; field names the value.
func (c checker) check(field, name string, v value.Value) *Mismatch {
	shape, known := c.shapes[name]
	if !known {
		return nil
	}
	k, typed := kinds[shape.Type]
	if !typed {
		return nil
	}
	if v.Kind() != k.kind {
		return mismatch(field, "must be "+k.called)
	}
	switch v.Kind() {
	case value.Object:
		if shape.Type == "map" {
			return c.elements(field, shape, v)
		}
		return c.structure(shape, v)
	case value.Array:
		if m := length(field, shape, v.Len()); m != nil {
			return m
		}
		return c.elements(field, shape, v)
	case value.Number:
		return size(field, shape, v)
	case value.String:
		if len(shape.Enum) > 0 && !slices.Contains(shape.Enum, v.Text()) {
			return mismatch(field, "is not an expected value")
		}
		return length(field, shape, utf8.RuneCountInString(v.Text()))
	}
	return nil
}

// kinds gives how each type stands in JSON, and how AWS calls that.
var kinds = map[string]struct {
	kind   value.Kind
	called string
}{
	"structure": {value.Object, "an object"}, "map": {value.Object, "an object"},
	"list":   {value.Array, "an array"},
	"string": {value.String, "a string"}, "timestamp": {value.String, "a string"}, "blob": {value.String, "a string"},
	"integer": {value.Number, "a number"}, "long": {value.Number, "a number"},
	"float": {value.Number, "a number"}, "double": {value.Number, "a number"},
	"boolean": {value.Bool, "a boolean"},
}

func (c checker) structure(shape Shape, v value.Value) *Mismatch {
	if c.all {
		for _, member := range shape.Required {
			if v.Get(FieldName(member)).IsAbsent() && v.Get(capital(member)).IsAbsent() {
				return &Mismatch{"Required field '" + FieldName(member) + "' is missing"}
			}
		}
	}
	named := make(map[string]string, 2*len(shape.Members))
	for member, of := range shape.Members { //pure: gathered into a map, whatever the order
		named[capital(member)] = of
		named[FieldName(member)] = of
	}
	for i, member := range v.Elements() {
		if of, known := named[v.NameAt(i)]; known {
			if m := c.check(v.NameAt(i), of, member); m != nil {
				return m
			}
		}
	}
	return nil
}

func (c checker) elements(field string, shape Shape, v value.Value) *Mismatch {
	for _, element := range v.Elements() {
		if m := c.check(field, shape.Element, element); m != nil {
			return m
		}
	}
	return nil
}

func size(field string, shape Shape, v value.Value) *Mismatch {
	n, _ := v.Float()
	switch {
	case shape.Min != nil && n < *shape.Min:
		return mismatch(field, "is less than the minimum value")
	case shape.Max != nil && n > *shape.Max:
		return mismatch(field, "exceeds the maximum value")
	}
	return nil
}

func length(field string, shape Shape, n int) *Mismatch {
	switch {
	case shape.Min != nil && float64(n) < *shape.Min:
		return mismatch(field, "is smaller than the minimum length")
	case shape.Max != nil && float64(n) > *shape.Max:
		return mismatch(field, "exceeds the maximum length")
	}
	return nil
}
