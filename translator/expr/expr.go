package expr

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// Expr is a compiled expression. It is immutable and safe for concurrent use.
type Expr interface {
	// Eval gives the value of the expression in env. It is never absent. The
	// error is an *[Error]; there is no other kind.
	Eval(env *Env) (value.Value, error)
	// String gives the text as it stands in the definition.
	String() string
}

// Names of the errors that an evaluation can end with, as the States Language
// spells them (Amazon States Language specification, "Errors").
const (
	Runtime              = "States.Runtime"
	IntrinsicFailure     = "States.IntrinsicFailure"
	QueryEvaluationError = "States.QueryEvaluationError"
)

// Error is an evaluation that failed. Name is the error name that Retry and
// Catch match; Cause is the text without the "An error occurred while
// executing the state" that the machine puts before it.
type Error struct {
	Name  string
	Cause string
	// Location is the place of the expression in its state, such as
	// Output/total; "" where the language does not tell it.
	Location string
	// Hint says what was missing and what was there instead, as far as the
	// language knows. AWS has no such words.
	Hint string
}

func (e *Error) Error() string { return e.Name + ": " + e.Cause }

// Literal is the Expr that always has the same value.
type Literal struct{ Value value.Value }

// Eval gives the value.
func (l Literal) Eval(*Env) (value.Value, error) { return l.Value, nil }

// String gives the JSON text of the value.
func (l Literal) String() string { return l.Value.String() }

// Target is a place in a document that a result is written to: a compiled
// ResultPath.
type Target interface {
	// Put gives a copy of into with the result at the place. The error is an
	// *[Error].
	Put(into, result value.Value) (value.Value, error)
	// String gives the text as it stands in the definition; "null" for the
	// target that drops the result.
	String() string
}
