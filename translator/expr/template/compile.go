package template

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Compile makes an expression of a payload template, such as the value of
// Parameters. What holds no key ending `.$` becomes one [expr.Literal]. All
// faults are reported at once; the expression is nil when there is one.
func Compile(template value.Value) (expr.Expr, []expr.Fault) {
	c := compiler{}
	e := c.value(template)
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return e, nil
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

// below compiles what stands in a member or element.
func (c *compiler) below(name string, compile func() expr.Expr) expr.Expr {
	c.pointer = append(c.pointer, name)
	defer func() { c.pointer = c.pointer[:len(c.pointer)-1] }()
	return compile()
}

func (c *compiler) value(v value.Value) expr.Expr {
	switch v.Kind() {
	case value.Array:
		return c.array(v)
	case value.Object:
		return c.object(v)
	}
	return expr.Literal{Value: v}
}

func (c *compiler) array(v value.Value) expr.Expr {
	exprs := make([]expr.Expr, v.Len())
	for i, element := range v.Elements() {
		exprs[i] = c.below(strconv.Itoa(i), func() expr.Expr { return c.value(element) })
	}
	if allLiteral(exprs) {
		return expr.Literal{Value: v}
	}
	return &array{source: v, exprs: exprs}
}

// object puts literal members first, in the template's order, and dynamic ones
// after them, in the order of a hash table: so AWS does (by its recordings), for
// it fills a copy of the template without its dynamic members.
func (c *compiler) object(v value.Value) expr.Expr {
	o := &object{source: v}
	var names []string
	var exprs []expr.Expr
	for i, member := range v.Elements() {
		key := v.NameAt(i)
		if name, dynamic := dynamicName(key); dynamic {
			names = append(names, name)
			exprs = append(exprs, c.below(key, func() expr.Expr { return c.dynamic(key, member) }))
			continue
		}
		o.names = append(o.names, key)
		o.exprs = append(o.exprs, c.below(key, func() expr.Expr { return c.value(member) }))
	}
	if len(names) == 0 && allLiteral(o.exprs) {
		return expr.Literal{Value: v}
	}
	for _, i := range expr.HashOrder(names) {
		o.names, o.exprs = append(o.names, names[i]), append(o.exprs, exprs[i])
	}
	return o
}

// dynamic compiles the value of a key that ends `.$`. The words of a fault
// begin as AWS's do.
func (c *compiler) dynamic(key string, v value.Value) expr.Expr {
	const refusal = "The value for the field '%s' must be a valid JSONPath or a valid intrinsic function call: %s"
	if v.Kind() != value.String {
		c.fault(0, refusal, key, "it is not a string")
		return nil
	}
	e, err := Dynamic(v.Text(), key)
	if syntax := (*expr.SyntaxError)(nil); errors.As(err, &syntax) {
		c.fault(syntax.Offset, refusal, key, syntax.Reason)
	}
	return e
}

func allLiteral(exprs []expr.Expr) bool {
	return !slices.ContainsFunc(exprs, func(e expr.Expr) bool {
		_, literal := e.(expr.Literal)
		return !literal
	})
}
