package comparison

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Compile makes an expression, which gives a boolean, of a rule of a Choice in
// JSONPath. Fields that are no comparison, such as Next, are passed over. All
// faults are reported at once; the expression is nil when there is one.
func Compile(v value.Value) (expr.Expr, []expr.Fault) {
	c := compiler{}
	r := c.rule(v)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return &condition{source: v, rule: r}, nil
}

type compiler struct {
	pointer []string
	faults  []expr.Fault
}

func (c *compiler) fault(offset int, format string, args ...any) {
	c.faults = append(c.faults, expr.Fault{
		Pointer: slices.Clone(c.pointer), Offset: offset, Reason: fmt.Sprintf(format, args...),
	})
}

func (c *compiler) enter(name string) { c.pointer = append(c.pointer, name) }
func (c *compiler) leave()            { c.pointer = c.pointer[:len(c.pointer)-1] }

// rule compiles a rule with exactly one of And, Or, Not and the operators.
func (c *compiler) rule(v value.Value) rule {
	if v.Kind() != value.Object {
		c.fault(0, "a rule must be an object")
		return nil
	}
	var result rule
	count := 0
	for i, member := range v.Elements() {
		name := v.NameAt(i)
		op, path, isOperator := Lookup(name)
		if !isOperator && name != "And" && name != "Or" && name != "Not" {
			continue
		}
		if count++; count > 1 {
			c.enter(name)
			c.fault(0, "a rule has exactly one comparison")
			c.leave()
			continue
		}
		switch name {
		case "And":
			result = and(c.rules(name, member))
		case "Or":
			result = or(c.rules(name, member))
		case "Not":
			c.enter(name)
			result = not{c.rule(member)}
			c.leave()
		default:
			result = c.comparison(v, name, op, path)
		}
	}
	if count == 0 {
		c.fault(0, "a rule needs a comparison, And, Or or Not")
	}
	return result
}

func (c *compiler) rules(name string, v value.Value) []rule {
	c.enter(name)
	defer c.leave()
	if v.Kind() != value.Array || v.Len() == 0 {
		c.fault(0, "%s must be a non-empty array of rules", name)
		return nil
	}
	rules := make([]rule, v.Len())
	for i, element := range v.Elements() {
		c.enter(strconv.Itoa(i))
		rules[i] = c.rule(element)
		c.leave()
	}
	return rules
}

func (c *compiler) comparison(v value.Value, field string, op Operator, path bool) rule {
	result := &comparison{operator: op, operand: v.Get(field)}
	if variable, ok := v.Member("Variable"); ok {
		result.variable = c.path("Variable", variable)
	} else {
		c.fault(0, "a comparison needs a Variable")
	}
	switch {
	case path:
		result.path = c.path(field, result.operand)
	case !op.Operand.accepts(result.operand):
		c.enter(field)
		c.fault(0, "%s must be a %s", field, op.Operand)
		c.leave()
	}
	return result
}

// path compiles a reference path.
func (c *compiler) path(field string, v value.Value) *jsonpath.Path {
	c.enter(field)
	defer c.leave()
	if v.Kind() != value.String {
		c.fault(0, "%s must be a reference path", field)
		return nil
	}
	path, err := jsonpath.Parse(v.Text())
	if syntax := (*jsonpath.SyntaxError)(nil); errors.As(err, &syntax) {
		c.fault(syntax.Offset, "Value is not a Reference Path: %s", syntax.Reason)
		return nil
	}
	if !path.IsReference() {
		c.fault(0, "Value is not a Reference Path: only names and indexes may follow the root")
	}
	return path
}

// accepts tells whether the value may stand in the definition as the operand.
func (o Operand) accepts(v value.Value) bool {
	switch o {
	case Boolean:
		return v.Kind() == value.Bool
	case Numeric:
		return v.Kind() == value.Number
	case Timestamp:
		_, ok := v.Time()
		return ok
	}
	return v.Kind() == value.String
}
