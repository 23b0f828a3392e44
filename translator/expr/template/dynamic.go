package template

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/intrinsic"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Dynamic compiles a string that holds a path, context path, variable path or
// a call of an intrinsic function: the value of a key ending `.$`, or of
// ErrorPath and CausePath. The field is the key with its `.$`; it stands in
// the messages of failures. The error is a *[expr.SyntaxError].
func Dynamic(text, field string) (expr.Expr, error) {
	switch {
	case strings.HasPrefix(text, intrinsic.Prefix):
		call, err := intrinsic.Parse(text)
		if err != nil {
			return nil, err
		}
		return call, nil
	case strings.HasPrefix(text, "$"):
		p, err := jsonpath.Parse(text)
		if err != nil {
			return nil, err
		}
		return &path{path: p, field: field}, nil
	}
	return nil, &expr.SyntaxError{Reason: "it starts neither with $ nor with " + intrinsic.Prefix}
}

// path is a path in a template.
type path struct {
	path  *jsonpath.Path
	field string
}

// String gives the path.
func (p *path) String() string { return p.path.String() }

// Eval gives the value at the path. An index behind the end of an array, when
// it is the last step, gives null: so AWS does by public measurements, here and
// not in the arguments of an intrinsic function.
func (p *path) Eval(env *expr.Env) (value.Value, error) {
	if v, ok := p.path.Find(env); ok {
		return v, nil
	}
	_, err := p.path.Lookup(env)
	miss := err.(*jsonpath.Miss)
	if miss.PastEnd {
		return value.NullValue, nil
	}
	return value.Value{}, jsonpath.NotFound(p.field, miss, env)
}
