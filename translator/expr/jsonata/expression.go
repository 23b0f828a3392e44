package jsonata

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Options choose the language that a text is compiled as.
type Options struct {
	// AWS is the dialect of AWS Step Functions: without $eval, with
	// $partition, $range, $hash, $uuid, $parse and $random(seed).
	AWS bool
	// Limits bound every evaluation; zero fields stand for [DefaultLimits].
	Limits Limits
}

// Limits bound an evaluation by what can be counted, so that it ends at the
// same place everywhere.
type Limits struct {
	// Steps is how many nodes are evaluated and list elements passed over, and
	// how many steps regular expressions take, together.
	Steps int
	// Depth is how deep evaluation nests; tail calls do not nest.
	Depth int
	// Size is the elements of the lists and the bytes of the strings that are
	// made, together.
	Size int
}

// DefaultLimits are the limits of an [Options] that sets none.
func DefaultLimits() Limits { return Limits{Steps: 20_000_000, Depth: 10_000, Size: 10_000_000} }

// Expression is a compiled expression. It is immutable and may be shared by
// goroutines.
type Expression struct {
	text     string
	root     node
	limits   Limits
	names    names
	natives  *library
	compiler textCompiler // of the texts evaluated later
	tree     *syntax      // for explanations only
}

// Env is what an expression sees. The zero Env is empty.
type Env struct {
	// Input is $, the value that paths start from; absent for none.
	Input value.Value
	// Variables gives $name, asked only when the expression uses the name, and
	// before the functions of the language.
	Variables Variables
	// Now is the time of $now and $millis.
	Now time.Time
	// Random is the stream of $random, $shuffle and $uuid; without it they draw
	// the same numbers in every evaluation.
	Random Random
}

// Variables finds variables by name, without the dollar.
type Variables interface {
	Variable(name string) (value.Value, bool)
}

// Compile compiles a text. The error is an *[Error].
func Compile(text string, o Options) (*Expression, error) {
	e, err := compile(text, o)
	if err != nil {
		return nil, err.finished(text)
	}
	return e, nil
}

func compile(text string, o Options) (*Expression, *Error) {
	tree, err := parse(text)
	if err == nil {
		tree, err = resolve(tree)
	}
	if err != nil {
		return nil, err
	}
	e := &Expression{text: text, limits: o.Limits.orDefault(), tree: tree, natives: referenceLibrary, compiler: treeCompiler{}}
	if e.root, err = compileSyntax(tree, &e.names); err != nil {
		return nil, err
	}
	if o.AWS {
		e.natives = awsLibrary
	}
	return e, nil
}

func (l Limits) orDefault() Limits {
	d := DefaultLimits()
	if l.Steps <= 0 {
		l.Steps = d.Steps
	}
	if l.Depth <= 0 {
		l.Depth = d.Depth
	}
	if l.Size <= 0 {
		l.Size = d.Size
	}
	return l
}

// String gives the text that was compiled.
func (e *Expression) String() string { return e.text }

// Evaluate gives the value of the expression, absent when it is undefined. The
// error is an *[Error].
func (e *Expression) Evaluate(env Env) (value.Value, error) {
	v, err := e.evaluate(&env)
	if err != nil {
		return value.Value{}, err.finished(e.text)
	}
	return v, nil
}

func (e *Expression) evaluate(env *Env) (value.Value, *Error) {
	if direct, ok := e.root.(*directNode); ok { // the usual case needs nothing more
		if v, ok := direct.follow(env.Input); ok {
			return v, nil
		}
	}
	ev := evaluation{expression: e, env: env, input: ofValue(env.Input), limits: &e.limits, names: &e.names}
	v, err := e.root.eval(&ev, asInput(ev.input), &ev.top)
	if err != nil {
		return value.Value{}, err
	}
	if v.has(outerWrapper) {
		v = v.at(0)
	}
	r := results{left: e.limits.Size}
	return r.of(v)
}
