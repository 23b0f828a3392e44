package query

import (
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Language compiles expressions.
type Language interface {
	// Name is the language's name as causes spell it.
	Name() string
	// Reserved is the variable that shows an expression its state, as the
	// language spells it.
	Reserved() string
	// Compile compiles the text between the delimiters. The error is an
	// *[expr.SyntaxError]; there is no other kind.
	Compile(text string) (Query, error)
}

// Query is a compiled expression. It is immutable and safe for concurrent use.
type Query interface {
	// Evaluate gives the value of the expression, absent when it has none. The
	// error is an *[Fault]; there is no other kind.
	Evaluate(env *expr.Env) (value.Value, error)
	// Uses gives the variables that the expression looks at, in its order.
	Uses() []Use
}

// Typed is a [Query] of a language that knows types.
type Typed interface {
	// Kind gives the kind of every value of the expression, [value.Absent] when
	// only the data tell it.
	Kind() value.Kind
}

// Explainer is a Query that can tell why it gave nothing.
type Explainer interface {
	// Explain says which part of a path was missing and what was there, in one
	// line; "" when it does not know.
	Explain(env *expr.Env) string
}

// Use is a variable that an expression looks at.
type Use struct {
	// Variable is its name without a leading $, Member the first member that
	// is asked of it, "" when that is computed or the whole is meant.
	Variable, Member string
	// Offset is where it stands, in bytes of the expression's text.
	Offset int
}

// Fault is an expression that gave no value for a reason of its own.
type Fault struct {
	// Reason continues "The JSONata expression '...' specified for the field
	// '...' "; it ends with its own full stop, if it has one.
	Reason string
}

func (f *Fault) Error() string { return f.Reason }

// Threw is the fault of an expression that raised an error, told by its code
// and message.
func Threw(code, message string) *Fault {
	return &Fault{Reason: "threw an error during evaluation. " + code + ": " + message}
}

// The faults that no language's error code stands for.
var (
	Undefined   = &Fault{Reason: "returned nothing (undefined)."}
	Unsupported = &Fault{Reason: "returned an unsupported result type."}
)
