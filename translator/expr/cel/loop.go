package cel

import (
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/interpreter"
)

// loops marks the conditions of comprehensions, so that the cost of an
// iteration is counted at once. The interpreter's counter keeps the values of a
// comprehension until its end and searches them at each step, so that its work
// would grow with the square of the iterations.
func loops(tree *ast.AST) interpreter.InterpretableDecoratorV2 {
	conditions := map[int64]bool{}
	walk(tree.Expr(), func(e ast.Expr, _ []string) {
		if e.Kind() == ast.ComprehensionKind {
			conditions[e.AsComprehension().LoopCondition().ID()] = true
		}
	})
	return func(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
		if !conditions[i.ID()] {
			return i, nil
		}
		return &loop{i}, nil
	}
}

// loop is the condition of a comprehension. To the counter it is a call whose
// argument is the condition of the iteration before: with that it lets go of
// all that it kept since.
type loop struct{ interpreter.InterpretableV2 }

var _ interpreter.InterpretableCall = (*loop)(nil)

// Function and OverloadID name the call.
func (l *loop) Function() string   { return "@loop" }
func (l *loop) OverloadID() string { return "loop" }

// Args gives the condition itself.
func (l *loop) Args() []interpreter.InterpretableV2 { return []interpreter.InterpretableV2{l} }
