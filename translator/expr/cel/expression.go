package cel

import (
	"time"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Limits of an evaluation, so that it ends at the same place everywhere.
const (
	// MaxCost bounds the cost of an evaluation as CEL counts it: about one for
	// each step, and more for work that grows with texts and lists. What it takes
	// ends well before Temporal takes a workflow that does not yield for stuck.
	MaxCost = 2_000_000
	// MaxSize bounds the values and the bytes of text that a result is made of.
	MaxSize = 10_000_000
)

// Expression is a compiled expression. It is immutable and may be shared by
// goroutines.
type Expression struct {
	text    string
	tree    *ast.AST
	program cel.Program
	names   names
	uses    []Use
	path    *path // nil for most
}

// Use is a variable that an expression looks at.
type Use struct {
	// Variable is its name, Member the first member that is asked of it, ""
	// when that is computed or the whole is meant.
	Variable, Member string
	// Offset is where the variable stands, in bytes of the text.
	Offset int
}

// Env is what an expression sees. The zero Env is empty.
type Env struct {
	// Variables gives values by name, asked only when the expression uses the
	// name.
	Variables Variables
	// Now is the time that now() gives.
	Now time.Time
	// Random is the stream of random() and uuid(), which fail without it.
	Random Random
}

// Variables finds variables by name.
type Variables interface {
	Variable(name string) (value.Value, bool)
}

// Random is a stream of random numbers.
type Random interface {
	// Float64 gives the next number in [0, 1), UUID the next version 4 UUID.
	Float64() float64
	UUID() string
}

// Compile compiles a text. The error is an *[Error] of [CodeSyntax].
func Compile(text string) (*Expression, error) {
	e, err := compile(text)
	if err != nil {
		return nil, err
	}
	return e, nil
}

func compile(text string) (*Expression, *Error) {
	parsed, issues := standard.Parse(text)
	if issues.Err() != nil {
		return nil, refused(text, issues)
	}
	e := &Expression{text: text, names: namesOf(parsed.NativeRep())}
	env, err := standard.Extend(e.names.declarations()...)
	if err != nil {
		return nil, &Error{Code: CodeSyntax, Message: oneLine(err.Error())}
	}
	checked, issues := env.Check(parsed)
	if issues.Err() != nil {
		return nil, refused(text, issues)
	}
	e.tree = checked.NativeRep()
	if err := e.vet(); err != nil {
		return nil, err
	}
	e.path = pathOf(e.tree.Expr())
	e.program, err = env.Program(checked,
		cel.EvalOptions(cel.OptOptimize),
		cel.CostLimit(MaxCost),
		cel.CostTrackerOptions(costs()...),
		cel.CustomDecoratorV2(orderedMaps(e.tree)),
		cel.CustomDecoratorV2(guarded),
		cel.CustomDecoratorV2(loops(e.tree)))
	if err != nil { // a constant that cannot be computed
		return nil, &Error{Code: CodeSyntax, Message: oneLine(err.Error())}
	}
	return e, nil
}

// String gives the text that was compiled.
func (e *Expression) String() string { return e.text }

// Uses gives the variables that the expression looks at, in the order of the
// text, but not those that it names itself.
func (e *Expression) Uses() []Use { return e.uses }

// Kind gives the kind of every value of the expression, [value.Absent] when
// that is known only from the data.
func (e *Expression) Kind() value.Kind {
	switch e.tree.GetType(e.tree.Expr().ID()).Kind() {
	case types.BoolKind:
		return value.Bool
	case types.IntKind, types.UintKind, types.DoubleKind:
		return value.Number
	case types.StringKind, types.BytesKind, types.TimestampKind, types.DurationKind:
		return value.String
	case types.ListKind:
		return value.Array
	case types.MapKind:
		return value.Object
	case types.NullTypeKind:
		return value.Null
	}
	return value.Absent
}

// Evaluate gives the value of the expression, absent when it is an optional
// without one. The error is an *[Error].
func (e *Expression) Evaluate(env Env) (value.Value, error) {
	if v, ok := e.path.find(env.Variables); ok {
		return v, nil
	}
	sees := activation{env: &env}
	got, _, err := e.program.Eval(&sees)
	if err != nil {
		return value.Value{}, e.failure(err, &sees)
	}
	r := reader{left: MaxSize}
	v, fault := r.whole(got)
	if fault != nil {
		return value.Value{}, fault
	}
	return v, nil
}
