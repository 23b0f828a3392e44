package jsonpath

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Discard is the target of `"ResultPath": null`: the result is dropped.
type Discard struct{}

// Put gives into.
func (Discard) Put(into, _ value.Value) (value.Value, error) { return into, nil }

// String gives null.
func (Discard) String() string { return "null" }

// Target compiles a ResultPath. It is nil for `$`, where the result replaces
// the input. The error is a *[SyntaxError].
//
// A result is put where the path leads; objects that are missing on the way
// are made, elements of arrays must be there. What does not fit, a name below
// a string or an index behind the end, fails with States.ReferencePathConflict
// and the words Unable to apply step "name" to input {...}: see
// [ReferencePathConflict] for why the name is not the specification's.
func Target(text string) (expr.Target, error) {
	path, err := Parse(text)
	switch {
	case err != nil:
		return nil, err
	case path.root != Document:
		return nil, &SyntaxError{Offset: 1, Reason: "a result can only be put below $"}
	case !path.reference:
		return nil, &SyntaxError{Reason: "not a reference path: only names and indexes may follow $"}
	case path.IsWhole():
		return nil, nil
	}
	return &target{path}, nil
}

type target struct{ path *Path }

func (t *target) String() string { return t.path.String() }

func (t *target) Put(into, result value.Value) (value.Value, error) {
	return put(t.path.steps, into, result)
}

func put(steps []step, into, result value.Value) (value.Value, error) {
	if len(steps) == 0 {
		return result, nil
	}
	s := &steps[0]
	if into.IsAbsent() && s.kind == stepName {
		into = value.EmptyObject
	}
	next, f := s.follow(into)
	if f.reason != found && f.reason != noMember {
		return value.Value{}, stepConflict(s, into)
	}
	changed, err := put(steps[1:], next, result)
	switch {
	case err != nil:
		return value.Value{}, err
	case s.kind == stepName:
		return into.With(s.name, changed), nil
	}
	return into.WithElement(fromEnd(s.index, into.Len()), changed), nil
}
