package comparison

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// rule is a compiled rule. It gives a boolean.
type rule interface {
	holds(env *expr.Env) (bool, error)
}

// condition is the [expr.Expr] of a whole rule.
type condition struct {
	source value.Value
	rule   rule
}

// Eval gives a boolean.
func (c *condition) Eval(env *expr.Env) (value.Value, error) {
	holds, err := c.rule.holds(env)
	return value.OfBool(holds), err
}

// String gives the JSON text of the rule.
func (c *condition) String() string { return c.source.String() }

// and, or and not stop at the first rule that decides.
type (
	and []rule
	or  []rule
	not struct{ inner rule }
)

func (rules and) holds(env *expr.Env) (bool, error) {
	for _, r := range rules {
		if ok, err := r.holds(env); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func (rules or) holds(env *expr.Env) (bool, error) {
	for _, r := range rules {
		if ok, err := r.holds(env); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

func (n not) holds(env *expr.Env) (bool, error) {
	ok, err := n.inner.holds(env)
	return !ok && err == nil, err
}

// comparison compares what the Variable leads to with an operand, which stands
// in the definition or at a path.
type comparison struct {
	operator Operator
	variable *jsonpath.Path
	operand  value.Value
	path     *jsonpath.Path
}

func (c *comparison) holds(env *expr.Env) (bool, error) {
	v, ok := c.variable.Find(env)
	if !ok && !c.operator.AllowsMissing {
		return false, invalidValue(c.variable)
	}
	operand := c.operand
	if c.path != nil {
		if operand, ok = c.path.Find(env); !ok {
			return false, invalidValue(c.path)
		}
	}
	return c.operator.holds(v, operand), nil
}

// invalidValue is a path of a rule that leads nowhere, in AWS's words.
func invalidValue(path *jsonpath.Path) error {
	return &expr.Error{Name: expr.Runtime, Cause: fmt.Sprintf(
		"Invalid path '%s': The choice state's condition path references an invalid value.", path)}
}
