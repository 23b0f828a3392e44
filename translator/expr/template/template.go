package template

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is a template object with at least one expression below it.
type object struct {
	source value.Value
	names  []string
	exprs  []expr.Expr
}

// Eval gives an object of the members' values.
func (o *object) Eval(env *expr.Env) (value.Value, error) {
	b := value.NewObject(len(o.names))
	for i, name := range o.names {
		v, err := o.exprs[i].Eval(env)
		if err != nil {
			return value.Value{}, err
		}
		b.Put(name, v)
	}
	return b.Value(), nil
}

// String gives the JSON text of the template.
func (o *object) String() string { return o.source.String() }

// array is a template array with at least one expression below it.
type array struct {
	source value.Value
	exprs  []expr.Expr
}

// Eval gives an array of the elements' values.
func (a *array) Eval(env *expr.Env) (value.Value, error) {
	elements := make([]value.Value, len(a.exprs))
	for i, e := range a.exprs {
		v, err := e.Eval(env)
		if err != nil {
			return value.Value{}, err
		}
		elements[i] = v
	}
	return value.OfArray(elements), nil
}

// String gives the JSON text of the template.
func (a *array) String() string { return a.source.String() }

// dynamicName gives the name that a key ending `.$` stands for.
func dynamicName(key string) (name string, ok bool) { return strings.CutSuffix(key, ".$") }
