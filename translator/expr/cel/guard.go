package cel

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/common/functions"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/interpreter"
)

// guards are the functions whose one call can do much more work, or give much
// more text, than its arguments are long: their cost is judged before they
// run, where the interpreter counts it afterwards. Each gives the cost.
var guards = map[string]func(args []ref.Val) int{
	operators.Equals:        compared,
	operators.NotEquals:     compared,
	operators.In:            func(args []ref.Val) int { return size(args[1]) },
	"replace":               replaced,
	"regex.replace":         func(args []ref.Val) int { return product(length(args[0])+1, length(args[2])) },
	"join":                  func(args []ref.Val) int { return weight(args[0]) + product(size(args[0]), length(args[len(args)-1])) },
	"format":                func(args []ref.Val) int { return weight(args[1]) },
	"distinct":              func(args []ref.Val) int { return product(size(args[0]), size(args[0])) },
	"sort":                  func(args []ref.Val) int { return size(args[0]) },
	"@sortByAssociatedKeys": func(args []ref.Val) int { return size(args[0]) },
	"flatten":               func(args []ref.Val) int { return weight(args[0]) },
	"sets.contains":         func(args []ref.Val) int { return product(size(args[0]), size(args[1])) },
	"sets.equivalent":       func(args []ref.Val) int { return 2 * product(size(args[0]), size(args[1])) },
	"sets.intersects":       func(args []ref.Val) int { return product(size(args[0]), size(args[1])) },
}

// guarded puts a guard before the functions that have one.
func guarded(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := i.(interpreter.InterpretableCall)
	if !ok || guards[call.Function()] == nil {
		return i, nil
	}
	run, err := implementation(call.Function())
	if err != nil {
		return nil, err
	}
	return &guard{call, call.Args(), guards[call.Function()], run}, nil
}

// implementation gives what computes a function of the language, whichever of
// its overloads the arguments ask for.
func implementation(name string) (functions.FunctionOp, error) {
	switch name {
	case operators.Equals:
		return func(args ...ref.Val) ref.Val { return types.Equal(args[0], args[1]) }, nil
	case operators.NotEquals:
		return func(args ...ref.Val) ref.Val { return types.Bool(types.Equal(args[0], args[1]) != types.True) }, nil
	}
	bindings, err := standard.Functions()[name].Bindings()
	if err != nil {
		return nil, err
	}
	for _, b := range bindings {
		if b.Operator == name {
			return func(args ...ref.Val) ref.Val {
				switch {
				case len(args) == 1 && b.Unary != nil:
					return b.Unary(args[0])
				case len(args) == 2 && b.Binary != nil:
					return b.Binary(args[0], args[1])
				case b.Function != nil:
					return b.Function(args...)
				}
				return types.NoSuchOverloadErr()
			}, nil
		}
	}
	return nil, fmt.Errorf("the function %s cannot be guarded", name)
}

// guard is the call of a function that is judged before it runs.
type guard struct {
	interpreter.InterpretableCall
	args []interpreter.InterpretableV2
	cost func([]ref.Val) int
	run  functions.FunctionOp
}

// Exec calls the function, or ends the evaluation as the counter of costs does.
func (g *guard) Exec(frame *interpreter.ExecutionFrame) ref.Val {
	args := make([]ref.Val, len(g.args))
	for i, arg := range g.args {
		args[i] = arg.Exec(frame)
		if types.IsUnknownOrError(args[i]) {
			return args[i]
		}
	}
	if g.cost(args) > MaxSize {
		panic(interpreter.EvalCancelledError{Cause: interpreter.CostLimitExceeded, Message: "a call costs too much"})
	}
	return types.LabelErrNode(g.ID(), g.run(args...))
}

// Eval calls the function.
func (g *guard) Eval(vars interpreter.Activation) ref.Val { return g.Exec(interpreter.AsFrame(vars)) }

// replaced is the length of a text in which another is replaced.
func replaced(args []ref.Val) int {
	text, _ := args[0].(types.String)
	old, _ := args[1].(types.String)
	return len(text) + product(strings.Count(string(text), string(old)), length(args[2]))
}

// compared is the weight of what a comparison looks at. Values of the document
// weigh what they are; what an expression has made can hold one thing in many
// places.
func compared(args []ref.Val) int {
	for _, arg := range args {
		switch arg.(type) {
		case *list, *object:
			return 1
		case traits.Lister, traits.Mapper:
		default:
			return 1
		}
	}
	return min(weight(args[0]), weight(args[1]))
}

// weight counts values and bytes of text, until there are too many.
func weight(v ref.Val) int {
	left := MaxSize + 1
	weigh(v, &left)
	return MaxSize + 1 - left
}

func weigh(v ref.Val, left *int) {
	*left = max(0, *left-1)
	switch v := v.(type) {
	case types.String:
		*left = max(0, *left-len(v))
	case *list:
		*left = max(0, *left-v.value.Size())
	case *object:
		*left = max(0, *left-v.value.Size())
	case traits.Mapper:
		for it := v.Iterator(); *left > 0 && it.HasNext() == types.True; {
			key := it.Next()
			weigh(key, left)
			weigh(v.Get(key), left)
		}
	case traits.Lister:
		for it := v.Iterator(); *left > 0 && it.HasNext() == types.True; {
			weigh(it.Next(), left)
		}
	}
}

// size gives the elements of a list, length the bytes of a text.
func size(v ref.Val) int {
	if l, ok := v.(traits.Lister); ok {
		n, _ := l.Size().(types.Int)
		return int(n)
	}
	return 0
}

func length(v ref.Val) int {
	text, _ := v.(types.String)
	return len(text)
}

// product multiplies without passing the largest cost by much.
func product(a, b int) int {
	if a > MaxSize && b > 0 || b > MaxSize && a > 0 {
		return MaxSize + 1
	}
	return a * b
}
