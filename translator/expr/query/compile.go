package query

import (
	"slices"
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Placed is an expression with its place in the value that it was compiled from.
type Placed struct {
	*Expression
	// Pointer leads to the string, as in [expr.Fault].
	Pointer []string
	// Text is the string with its delimiters.
	Text string
}

// Compiled is a field's value with its expressions.
type Compiled struct {
	// Expr gives the value of the field.
	Expr expr.Expr
	// Expressions are those in the value, in its order.
	Expressions []Placed
	// Faults are strings that are no expressions of the language.
	Faults []expr.Fault
}

// Compile compiles a field's value. location is the field's place in its state,
// such as Output or Catch[1]/Assign.
func Compile(l Language, v value.Value, location string) Compiled {
	c := compiler{language: l}
	x := c.compile(v, location, nil)
	c.compiled.Expr = x
	return c.compiled
}

// Condition compiles a field that has to give a boolean.
func Condition(l Language, v value.Value, location string) Compiled {
	c := Compile(l, v, location)
	if x, ok := c.Expr.(*Expression); ok {
		c.Expr = condition{x}
	}
	return c
}

type compiler struct {
	language Language
	compiled Compiled
}

func (c *compiler) compile(v value.Value, location string, pointer []string) expr.Expr {
	switch v.Kind() {
	case value.String:
		if IsExpression(v.Text()) {
			return c.expression(v, location, pointer)
		}
	case value.Object:
		exprs, literal := make([]expr.Expr, v.Len()), true
		for i, member := range v.Elements() {
			name := v.NameAt(i)
			exprs[i] = c.compile(member, location+"/"+name, append(slices.Clip(pointer), name))
			literal = literal && isLiteral(exprs[i])
		}
		if !literal {
			return &object{v, exprs}
		}
	case value.Array:
		exprs, literal := make([]expr.Expr, v.Len()), true
		for i, element := range v.Elements() {
			at := strconv.Itoa(i)
			exprs[i] = c.compile(element, location+"["+at+"]", append(slices.Clip(pointer), at))
			literal = literal && isLiteral(exprs[i])
		}
		if !literal {
			return &array{v, exprs}
		}
	}
	return expr.Literal{Value: v}
}

func (c *compiler) expression(v value.Value, location string, pointer []string) expr.Expr {
	x, err := parse(c.language, v.Text(), location)
	if err != nil {
		fault := err.(*expr.SyntaxError)
		c.compiled.Faults = append(c.compiled.Faults, expr.Fault{Pointer: pointer, Offset: fault.Offset, Reason: fault.Reason})
		return expr.Literal{Value: v}
	}
	c.compiled.Expressions = append(c.compiled.Expressions, Placed{Expression: x, Pointer: pointer, Text: v.Text()})
	return x
}

func isLiteral(x expr.Expr) bool {
	_, literal := x.(expr.Literal)
	return literal
}
