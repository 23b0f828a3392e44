package expr

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Env is all that an expression can see. The zero fields stand for nothing:
// an absent Input, no context object, no variables.
type Env struct {
	// Input is `$`: the document that paths start from. Which one it is
	// depends on the field (raw input, effective input or result).
	Input value.Value
	// Context gives the context object `$$` when an expression asks for it;
	// most do not, and it costs an object to make.
	Context ContextSource
	// Vars are the workflow variables in sight, `$name`.
	Vars Scope
	// Result is `$states.result`, ErrorOutput `$states.errorOutput`; absent
	// where the language has none.
	Result, ErrorOutput value.Value
	// Now is the time of the state's entry; an evaluation never reads a clock.
	Now time.Time
	// Random is the execution's stream of random numbers.
	Random *Random
}

// ContextSource gives a context object.
type ContextSource interface {
	ContextObject() value.Value
}

// Scope finds workflow variables by name.
type Scope interface {
	Variable(name string) (value.Value, bool)
}

// ContextObject gives `$$`, an empty object when there is none.
func (e *Env) ContextObject() value.Value {
	if e.Context == nil {
		return value.EmptyObject
	}
	return e.Context.ContextObject()
}

// Variable gives the value of `$name`.
func (e *Env) Variable(name string) (value.Value, bool) {
	if e.Vars == nil {
		return value.Value{}, false
	}
	return e.Vars.Variable(name)
}

// Fixed is a [ContextSource] and [Scope] with given values: the context object
// and an object of variables.
type Fixed struct {
	Object    value.Value
	Variables value.Value
}

// ContextObject gives the object.
func (f Fixed) ContextObject() value.Value { return f.Object.Or(value.EmptyObject) }

// Variable gives a member of Variables.
func (f Fixed) Variable(name string) (value.Value, bool) { return f.Variables.Member(name) }
