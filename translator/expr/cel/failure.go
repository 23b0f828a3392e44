package cel

import (
	"errors"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/interpreter"
)

// The interpreter does not tell which types met; mixedTypes says what it mostly
// is with JSON.
const (
	noSuchOverload = "no such overload"
	mixedTypes     = noSuchOverload + ": an operator or function does not take values of these types (an int and a double need double() or int())"
)

func plainer(message string) string {
	if message == noSuchOverload {
		return mixedTypes
	}
	return message
}

// failure gives what an evaluation ended with.
func (e *Expression) failure(err error, sees *activation) *Error {
	var cancelled interpreter.EvalCancelledError
	if errors.As(err, &cancelled) {
		return &Error{Code: CodeCost, Message: "the evaluation costs too much"}
	}
	message := oneLine(err.Error())
	var fault *types.Err
	if !errors.As(err, &fault) || !missing(fault, message) {
		return &Error{Code: CodeEvaluation, Message: plainer(message)}
	}
	at, bound := find(e.tree.Expr(), fault.NodeID())
	if at == nil {
		return &Error{Code: CodeMissing, Message: message}
	}
	w := way{sees.env.Variables, bound}
	if _, told := w.follow(at); told != "" {
		return &Error{Code: CodeMissing, Message: told}
	}
	if strings.HasPrefix(message, noSuchOverload) {
		return &Error{Code: CodeEvaluation, Message: plainer(message)}
	}
	return &Error{Code: CodeMissing, Message: message + " in " + spell(at)}
}

// missing reports an error of a name, key or index, whose place can be trusted:
// one error value of the interpreter is shared by all evaluations and has the
// place of the first.
func missing(fault *types.Err, message string) bool {
	if fault == types.NoSuchOverloadErr() || fault.NodeID() == 0 {
		return false
	}
	for _, prefix := range []string{"no such key: ", "index out of bounds: ", "no such attribute(s): ", noSuchOverload} {
		if strings.HasPrefix(message, prefix) {
			return true
		}
	}
	return false
}

// find gives the expression with the id and the names bound around it.
func find(root ast.Expr, id int64) (found ast.Expr, names []string) {
	walk(root, func(e ast.Expr, bound []string) {
		if found == nil && e.ID() == id {
			found, names = e, bound
		}
	})
	return found, names
}
