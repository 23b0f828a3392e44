package jsonpath

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ReferencePathConflict is the error that AWS ends with when a reference path
// of ItemsPath or ResultPath does not fit the data. No page of AWS has
// it, and the States Language specification has States.ResultPathMatchFailure;
// public reports of failed executions show this name for both fields.
const ReferencePathConflict = "States.ReferencePathConflict"

// Field gives the expression of a field that holds a path, such as InputPath.
// A path that leads nowhere is a *[expr.Error] in the words that AWS has for
// the field.
func Field(name string, path *Path) expr.Expr {
	return &field{name: name, path: path, report: reporterFor(name)}
}

type field struct {
	name   string
	path   *Path
	report func(field string, m *Miss, env *expr.Env) *expr.Error
}

func (f *field) String() string { return f.path.String() }

func (f *field) Eval(env *expr.Env) (value.Value, error) {
	if v, ok := f.path.Find(env); ok {
		return v, nil
	}
	_, err := f.path.Lookup(env)
	return value.Value{}, f.report(f.name, err.(*Miss), env)
}

// reporterFor tells which words a field has. Those without words of their own
// show the message of the path library. SecondsPath speaks as recorded
// executions do, and TimestampPath is taken to speak alike; for ItemsPath see
// [ReferencePathConflict].
func reporterFor(name string) func(string, *Miss, *expr.Env) *expr.Error {
	switch name {
	case "ErrorPath", "CausePath":
		return NotFound
	case "ItemsPath":
		return conflict
	case "SecondsPath", "TimestampPath":
		return noInputValue
	}
	return invalid
}

// NotFound is the failure of a path in a payload template; field is the key
// with its `.$`.
func NotFound(field string, m *Miss, env *expr.Env) *expr.Error {
	document, ok := m.Path.document(env)
	if !ok {
		return &expr.Error{Name: expr.Runtime, Cause: m.Detail}
	}
	return &expr.Error{Name: expr.Runtime, Cause: fmt.Sprintf(
		"The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'",
		m.Path.Relative(), field, document)}
}

func invalid(_ string, m *Miss, _ *expr.Env) *expr.Error {
	return &expr.Error{Name: expr.Runtime, Cause: fmt.Sprintf("Invalid path '%s' : %s", m.Path, m.Detail)}
}

func noInputValue(field string, m *Miss, _ *expr.Env) *expr.Error {
	return &expr.Error{Name: expr.Runtime, Cause: fmt.Sprintf("The %s parameter does not reference an input value: %s", field, m.Path)}
}

func conflict(_ string, m *Miss, env *expr.Env) *expr.Error {
	v, ok := m.Path.document(env)
	if !ok || !m.Path.reference {
		return invalid("", m, env)
	}
	for i := range m.Path.steps {
		s := &m.Path.steps[i]
		next, f := s.follow(v)
		if f.reason != found {
			return stepConflict(s, v)
		}
		v = next
	}
	return invalid("", m, env)
}

// stepConflict is a step of a reference path that does not fit the value.
func stepConflict(s *step, v value.Value) *expr.Error {
	name := s.name
	if s.kind == stepIndex {
		name = fmt.Sprintf("[%d]", s.index)
	}
	return &expr.Error{Name: ReferencePathConflict, Cause: fmt.Sprintf("Unable to apply step \"%s\" to input %s", name, v)}
}
