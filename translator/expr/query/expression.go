package query

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// The delimiters of an expression.
const (
	opening = "{%"
	closing = "%}"
)

// IsExpression reports whether a string is one expression, or means to be.
func IsExpression(text string) bool { return strings.HasPrefix(text, opening) }

// Expression is one expression in a field.
type Expression struct {
	language string
	text     string
	location string
	query    Query
}

// parse makes the expression of a string that [IsExpression].
func parse(l Language, text, location string) (*Expression, error) {
	inner, ends := strings.CutSuffix(text[len(opening):], closing)
	if !ends || len(text) < len(opening)+len(closing) {
		return nil, &expr.SyntaxError{Offset: len(text), Reason: "an expression must end with " + closing}
	}
	trimmed := strings.TrimSpace(inner)
	if trimmed == "" {
		return nil, &expr.SyntaxError{Offset: len(opening), Reason: "there is no expression between " + opening + " and " + closing}
	}
	before := len(opening) + strings.Index(inner, trimmed)
	query, err := l.Compile(trimmed)
	if err != nil {
		fault := *err.(*expr.SyntaxError)
		fault.Offset += before
		return nil, &fault
	}
	return &Expression{language: l.Name(), text: trimmed, location: location, query: query}, nil
}

// Eval gives the value of the expression. One without a value is an error, in
// every field.
func (x *Expression) Eval(env *expr.Env) (value.Value, error) {
	v, err := x.query.Evaluate(env)
	switch {
	case err != nil:
		return v, x.fault(err)
	case v.IsAbsent():
		fault := x.fault(Undefined)
		if explainer, ok := x.query.(Explainer); ok {
			fault.Hint = explainer.Explain(env)
		}
		return v, fault
	}
	return v, nil
}

func (x *Expression) fault(err error) *expr.Error {
	return &expr.Error{
		Name:     expr.QueryEvaluationError,
		Cause:    fmt.Sprintf("The %s expression '%s' specified for the field '%s' %s", x.language, x.text, x.location, err),
		Location: x.location,
	}
}

// String gives the text between the delimiters.
func (x *Expression) String() string { return x.text }

// Uses gives the variables that the expression looks at.
func (x *Expression) Uses() []Use { return x.query.Uses() }

// Kind gives the kind of the expression's value where the language knows it
// before there are data, else [value.Absent].
func (x *Expression) Kind() value.Kind {
	if typed, ok := x.query.(Typed); ok {
		return typed.Kind()
	}
	return value.Absent
}

// condition is an expression that has to give a boolean.
type condition struct{ *Expression }

func (c condition) Eval(env *expr.Env) (value.Value, error) {
	v, err := c.Expression.Eval(env)
	if err == nil && v.Kind() != value.Bool {
		err = c.fault(&Fault{Reason: fmt.Sprintf(
			"returned an unexpected result type. Expected 'boolean', but was '%s' for value: %s", v.Kind(), v)})
	}
	return v, err
}

// object is an object with an expression below it.
type object struct {
	source value.Value
	exprs  []expr.Expr
}

func (o *object) Eval(env *expr.Env) (value.Value, error) {
	b := value.NewObject(len(o.exprs))
	for i, x := range o.exprs {
		v, err := x.Eval(env)
		if err != nil {
			return v, err
		}
		b.Put(o.source.NameAt(i), v)
	}
	return b.Value(), nil
}

func (o *object) String() string { return o.source.String() }

// array is an array with an expression below it.
type array struct {
	source value.Value
	exprs  []expr.Expr
}

func (a *array) Eval(env *expr.Env) (value.Value, error) {
	elements := make([]value.Value, len(a.exprs))
	for i, x := range a.exprs {
		v, err := x.Eval(env)
		if err != nil {
			return v, err
		}
		elements[i] = v
	}
	return value.OfArray(elements), nil
}

func (a *array) String() string { return a.source.String() }
