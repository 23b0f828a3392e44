package intrinsic

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// parameter is what an argument must be.
type parameter uint8

const (
	anything parameter = iota
	text
	template // a text with {}
	number
	array
	object
	boolean
)

var parameterKinds = [...]value.Kind{
	text: value.String, template: value.String, number: value.Number,
	array: value.Array, object: value.Object, boolean: value.Bool,
}

// String names the parameter in faults.
func (p parameter) String() string {
	switch kind := parameterKinds[p]; kind {
	case value.Array, value.Object:
		return "an " + kind.String()
	default:
		return "a " + kind.String()
	}
}

func (p parameter) accepts(v value.Value) bool { return p == anything || v.Kind() == parameterKinds[p] }

// function is one row of the table. The words of its error are put behind
// Invalid arguments in States.X.
type function struct {
	name       string
	parameters []parameter
	// optional is how many of the last parameters may be left out.
	optional int
	// rest tells that the last parameter stands for any number of arguments,
	// none included.
	rest  bool
	apply func(env *expr.Env, args []value.Value) (value.Value, error)
}

// functions are all there are (AWS, "Intrinsic functions for JSONPath states").
// A new one is a row here, the function, and a case.
var functions = [...]function{
	{name: "States.Format", parameters: []parameter{template, anything}, rest: true, apply: format},
	{name: "States.StringToJson", parameters: []parameter{text}, apply: stringToJSON},
	{name: "States.JsonToString", parameters: []parameter{anything}, apply: jsonToString},
	{name: "States.Array", parameters: []parameter{anything}, rest: true, apply: makeArray},
	{name: "States.ArrayPartition", parameters: []parameter{array, number}, apply: arrayPartition},
	{name: "States.ArrayContains", parameters: []parameter{array, anything}, apply: arrayContains},
	{name: "States.ArrayRange", parameters: []parameter{number, number, number}, apply: arrayRange},
	{name: "States.ArrayGetItem", parameters: []parameter{array, number}, apply: arrayGetItem},
	{name: "States.ArrayLength", parameters: []parameter{array}, apply: arrayLength},
	{name: "States.ArrayUnique", parameters: []parameter{array}, apply: arrayUnique},
	{name: "States.Base64Encode", parameters: []parameter{text}, apply: base64Encode},
	{name: "States.Base64Decode", parameters: []parameter{text}, apply: base64Decode},
	{name: "States.Hash", parameters: []parameter{text, text}, apply: hash},
	{name: "States.JsonMerge", parameters: []parameter{object, object, boolean}, apply: jsonMerge},
	{name: "States.MathRandom", parameters: []parameter{number, number, number}, optional: 1, apply: mathRandom},
	{name: "States.MathAdd", parameters: []parameter{number, number}, apply: mathAdd},
	{name: "States.StringSplit", parameters: []parameter{text, text}, apply: stringSplit},
	{name: "States.UUID", apply: uuid},
}

// find gives the function with the name, or nil.
func find(name string) *function {
	for i := range functions {
		if functions[i].name == name {
			return &functions[i]
		}
	}
	return nil
}

// Names gives the names of all functions.
func Names() []string {
	names := make([]string, len(functions))
	for i := range functions {
		names[i] = functions[i].name
	}
	return names
}

// parameter gives what the i-th argument must be.
func (f *function) parameter(i int) parameter {
	if len(f.parameters) == 0 {
		return anything
	}
	return f.parameters[min(i, len(f.parameters)-1)]
}

// min gives how few arguments the function takes.
func (f *function) min() int {
	if f.rest {
		return len(f.parameters) - 1
	}
	return len(f.parameters) - f.optional
}

// max gives how many arguments the function takes, -1 for no limit.
func (f *function) max() int {
	if f.rest {
		return -1
	}
	return len(f.parameters)
}

func (f *function) arity() string {
	switch low, high := f.min(), f.max(); {
	case high < 0:
		return fmt.Sprintf("%d or more arguments", low)
	case low == high:
		return fmt.Sprintf("%d arguments", low)
	default:
		return fmt.Sprintf("%d to %d arguments", low, high)
	}
}
