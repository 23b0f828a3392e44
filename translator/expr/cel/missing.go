package cel

import (
	"fmt"
	"strings"

	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// way goes again along a chain of members that broke off, to tell where.
type way struct {
	variables Variables
	// bound are the names that are no variables there.
	bound []string
}

// follow gives the value that a chain leads to, or says where it breaks off. It
// gives neither for a chain that does not begin at a variable.
func (w way) follow(e ast.Expr) (v value.Value, told string) {
	if name, free := freeName(e, w.bound); free && w.variables != nil {
		v, ok := w.variables.Variable(name)
		if !ok {
			told = "there is no variable " + name
		}
		return v, told
	}
	if operand, name, ok := selection(e); ok {
		v, told := w.follow(operand)
		if told != "" || v.IsAbsent() {
			return value.Value{}, told
		}
		return memberOf(v, spell(operand), name)
	}
	if operand, i, ok := element(e); ok {
		v, told := w.follow(operand)
		if told != "" || v.IsAbsent() {
			return value.Value{}, told
		}
		return elementOf(v, spell(operand), i)
	}
	return v, ""
}

func memberOf(v value.Value, what, name string) (member value.Value, told string) {
	if v.Kind() != value.Object {
		return member, fmt.Sprintf("%s is %s, which has no member %s", what, article(v.Kind()), name)
	}
	member, ok := v.Member(name)
	if !ok {
		told = fmt.Sprintf("%s has no member %s; it has %s", what, name, membersOf(v))
	}
	return member, told
}

func elementOf(v value.Value, what string, i int64) (element value.Value, told string) {
	switch {
	case v.Kind() != value.Array:
		return element, fmt.Sprintf("%s is %s, which has no elements", what, article(v.Kind()))
	case i < 0 || i >= int64(v.Len()):
		return element, fmt.Sprintf("%s has no element %d; it has %d", what, i, v.Len())
	}
	return v.At(int(i)), ""
}

// element gives the index that an expression asks of another as a constant.
func element(e ast.Expr) (operand ast.Expr, i int64, ok bool) {
	if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 || e.AsCall().FunctionName() != operators.Index {
		return nil, 0, false
	}
	key := e.AsCall().Args()[1]
	if key.Kind() != ast.LiteralKind {
		return nil, 0, false
	}
	n, ok := key.AsLiteral().(types.Int)
	return e.AsCall().Args()[0], int64(n), ok
}

// fewMembers is how many names a message lists.
const fewMembers = 10

func membersOf(v value.Value) string {
	if v.Len() == 0 {
		return "none"
	}
	var names []string
	for i := range min(v.Len(), fewMembers) {
		names = append(names, v.NameAt(i))
	}
	if more := v.Len() - len(names); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}

func article(k value.Kind) string {
	switch k {
	case value.Null:
		return "null"
	case value.Array, value.Object:
		return "an " + k.String()
	}
	return "a " + k.String()
}

// spell writes a chain of members as the text does.
func spell(e ast.Expr) string {
	if e.Kind() == ast.IdentKind {
		return strings.TrimPrefix(e.AsIdent(), ".")
	}
	if operand, name, ok := selection(e); ok {
		return spell(operand) + "." + name
	}
	if operand, i, ok := element(e); ok {
		return fmt.Sprintf("%s[%d]", spell(operand), i)
	}
	return "an expression"
}
