package jsonpath

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// function is one of Jayway's functions at the end of a path. It gets the
// value before it and the arguments, which are never absent. An absent result
// stands for Java's null.
type function struct {
	name string
	// arguments is how many it takes at most; -1 for any number.
	arguments int
	apply     func(v value.Value, args []value.Value) (value.Value, error)
}

var functions = [...]function{
	{"length", 1, length},
	{"size", 1, length},
	{"min", -1, numbers(func(n []float64) float64 { return fold(n, math.Min) })},
	{"max", -1, numbers(func(n []float64) float64 { return fold(n, math.Max) })},
	{"sum", -1, numbers(sum)},
	{"avg", -1, numbers(func(n []float64) float64 { return sum(n) / float64(len(n)) })},
	{"stddev", -1, numbers(deviation)},
	{"keys", 0, keys},
	{"concat", -1, concat},
	{"append", -1, add},
	{"first", 0, func(v value.Value, _ []value.Value) (value.Value, error) { return elementAt(v, 0) }},
	{"last", 0, func(v value.Value, _ []value.Value) (value.Value, error) { return elementAt(v, -1) }},
	{"index", 1, index},
}

// call is a function with its arguments.
type call struct {
	function *function
	args     []operand
}

// apply calls the function with the scope's item.
func (c call) apply(s scope) (value.Value, error) {
	var args []value.Value
	for _, a := range c.args {
		arg := a.in(s).literal
		if arg.IsAbsent() {
			//lint:ignore ST1005 Jayway's words
			return value.Value{}, fmt.Errorf("No results for path: %s", a.path)
		}
		args = append(args, arg)
	}
	result, err := c.function.apply(s.item, args)
	return result.Or(value.NullValue), err
}

// call reads the arguments of the function, whose name has been read.
func (p *parser) call(name string, start int) (step, error) {
	var c call
	for i := range functions {
		if functions[i].name == name {
			c.function = &functions[i]
		}
	}
	if c.function == nil {
		return step{}, p.failAt(start, "Function with name: %s does not exist", name)
	}
	p.pos++
	for p.blanks(); !p.take(')'); p.blanks() {
		if len(c.args) > 0 {
			if err := p.expect(','); err != nil {
				return step{}, err
			}
		}
		arg, err := p.operand()
		if err != nil {
			return step{}, err
		}
		c.args = append(c.args, arg)
	}
	if most := c.function.arguments; most >= 0 && len(c.args) > most {
		return step{}, p.failAt(start, "%s takes at most %d arguments", name, most)
	}
	return step{kind: stepFunction, call: c}, nil
}

//lint:ignore ST1005 Jayway's words
var errNoNumbers = errors.New("Aggregation function attempted to calculate value using empty array")

// length counts elements or members; an argument is counted instead.
func length(v value.Value, args []value.Value) (value.Value, error) {
	if len(args) > 0 {
		v = args[0]
	}
	if v.Kind() == value.Array || v.Kind() == value.Object {
		return value.OfInt(int64(v.Len())), nil
	}
	return value.Value{}, nil
}

// numbers makes a function of all numbers in the array and the arguments.
func numbers(f func([]float64) float64) func(value.Value, []value.Value) (value.Value, error) {
	return func(v value.Value, args []value.Value) (value.Value, error) {
		var all []float64
		gather := func(v value.Value) {
			if n, ok := v.Float(); ok {
				all = append(all, n)
			}
		}
		if v.Kind() == value.Array {
			for _, e := range v.Elements() {
				gather(e)
			}
		}
		for _, a := range args {
			gather(a)
			if a.Kind() == value.Array {
				for _, e := range a.Elements() {
					gather(e)
				}
			}
		}
		if len(all) == 0 {
			return value.Value{}, errNoNumbers
		}
		result := f(all)
		if math.IsInf(result, 0) || math.IsNaN(result) {
			return value.Value{}, errors.New("the result is not a number")
		}
		return value.OfFloat(result), nil
	}
}

func fold(n []float64, f func(a, b float64) float64) float64 {
	result := n[0]
	for _, x := range n[1:] {
		result = f(result, x)
	}
	return result
}

func sum(n []float64) float64 {
	return fold(n, func(a, b float64) float64 { return a + b })
}

// deviation is the standard deviation of the whole population.
func deviation(n []float64) float64 {
	mean := sum(n) / float64(len(n))
	squares := 0.0
	for _, x := range n {
		squares += (x - mean) * (x - mean)
	}
	return math.Sqrt(squares / float64(len(n)))
}

func keys(v value.Value, _ []value.Value) (value.Value, error) {
	if v.Kind() != value.Object {
		return value.Value{}, nil
	}
	names := make([]value.Value, v.Len())
	for i := range names {
		names[i] = value.OfString(v.NameAt(i))
	}
	return value.OfArray(names), nil
}

// concat joins the strings of the array and the arguments.
func concat(v value.Value, args []value.Value) (value.Value, error) {
	var b strings.Builder
	if v.Kind() == value.Array {
		for _, e := range v.Elements() {
			if e.Kind() == value.String {
				b.WriteString(e.Text())
			}
		}
	}
	for _, a := range args {
		b.WriteString(Text(a))
	}
	return value.OfString(b.String()), nil
}

// add puts the arguments at the end of the array.
func add(v value.Value, args []value.Value) (value.Value, error) {
	if v.Kind() != value.Array {
		return v, nil
	}
	elements := append([]value.Value(nil), v.Elements()...)
	return value.OfArray(append(elements, args...)), nil
}

func index(v value.Value, args []value.Value) (value.Value, error) {
	if len(args) == 0 {
		return value.Value{}, errors.New("index needs a number")
	}
	n, ok := args[0].Int()
	if !ok || n != int64(int32(n)) {
		return value.Value{}, errors.New("index needs a whole number")
	}
	return elementAt(v, int(n))
}

func elementAt(v value.Value, i int) (value.Value, error) {
	if v.Kind() != value.Array {
		return value.Value{}, errNoNumbers
	}
	if i = fromEnd(i, v.Len()); i < 0 || i >= v.Len() {
		return value.Value{}, errNoNumbers
	}
	return v.At(i), nil
}
