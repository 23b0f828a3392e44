package cel

import (
	"slices"
	"strings"
	"unicode"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/ast"
	"github.com/google/cel-go/common/operators"
	"github.com/google/cel-go/common/types"
)

// names are the variables of an expression that it does not name itself. They
// are not known beforehand and may hold anything.
type names []string

// namesOf gives the free names of a tree, in its order. A name of a type, such
// as list, is among them: it stands for the type when there is no such variable.
func namesOf(tree *ast.AST) names {
	var n names
	walk(tree.Expr(), func(e ast.Expr, bound []string) {
		if name, free := freeName(e, bound); free && !slices.Contains(n, name) {
			n = append(n, name)
		}
	})
	return n
}

func (n names) declarations() []cel.EnvOption {
	declared := make([]cel.EnvOption, 0, len(n))
	for _, name := range n {
		declared = append(declared, cel.Variable(name, cel.DynType))
	}
	return declared
}

// freeName gives the name of an identifier that is neither bound around it nor
// one of this package.
func freeName(e ast.Expr, bound []string) (string, bool) {
	if e.Kind() != ast.IdentKind || slices.Contains(bound, e.AsIdent()) {
		return "", false
	}
	name := strings.TrimPrefix(e.AsIdent(), ".")
	return name, !strings.HasPrefix(name, "@")
}

// usesOf gives where a checked tree looks at variables, with what it asks of
// them first.
func (e *Expression) usesOf() []Use {
	var uses []Use
	asked := map[int64]string{} // the member asked of an identifier, by its id
	walk(e.tree.Expr(), func(x ast.Expr, bound []string) {
		if operand, member, ok := selection(x); ok {
			asked[operand.ID()] = member
		}
		if name, free := freeName(x, bound); free && slices.Contains(e.names, name) {
			uses = append(uses, Use{Variable: name, Member: asked[x.ID()], Offset: e.offset(x.ID())})
		}
	})
	slices.SortStableFunc(uses, func(a, b Use) int { return a.Offset - b.Offset })
	return uses
}

// offset gives where an expression of the tree begins, in bytes of the text.
func (e *Expression) offset(id int64) int {
	at, ok := e.tree.SourceInfo().GetOffsetRange(id)
	if !ok {
		return 0
	}
	return wordAt(e.text, byteOffset(e.text, int(at.Start)))
}

// wordAt gives the beginning of the name of a call whose place is given as
// that of its parenthesis, and any other place as it is.
func wordAt(text string, at int) int {
	if at < len(text) && text[at] == '(' {
		return len(strings.TrimRightFunc(text[:at], func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }))
	}
	return at
}

// byteOffset gives where the n-th character of a text begins.
func byteOffset(text string, n int) int {
	for i := range text {
		if n == 0 {
			return i
		}
		n--
	}
	return len(text)
}

// selection gives the member that an expression asks of another by a constant
// name: a.b, a["b"], a.?b and a[?"b"].
func selection(e ast.Expr) (operand ast.Expr, member string, ok bool) {
	switch e.Kind() {
	case ast.SelectKind:
		return e.AsSelect().Operand(), e.AsSelect().FieldName(), true
	case ast.CallKind:
		call := e.AsCall()
		switch call.FunctionName() {
		case operators.Index, operators.OptIndex, operators.OptSelect:
			if key := call.Args()[1]; key.Kind() == ast.LiteralKind {
				if name, text := key.AsLiteral().(types.String); text {
					return call.Args()[0], string(name), true
				}
			}
		}
	}
	return nil, "", false
}

// isOptional reports a selection that may find nothing, or only asks whether it
// would find something.
func isOptional(e ast.Expr) bool {
	if e.Kind() == ast.CallKind {
		return e.AsCall().FunctionName() != operators.Index
	}
	return e.Kind() == ast.SelectKind && e.AsSelect().IsTestOnly()
}

// walk visits the expressions of a tree, outer before inner, each with the
// names that are bound around it.
func walk(e ast.Expr, visit func(e ast.Expr, bound []string)) { walkIn(e, nil, visit) }

func walkIn(e ast.Expr, bound []string, visit func(ast.Expr, []string)) {
	visit(e, bound)
	switch e.Kind() {
	case ast.SelectKind:
		walkIn(e.AsSelect().Operand(), bound, visit)
	case ast.CallKind:
		call := e.AsCall()
		if call.IsMemberFunction() {
			walkIn(call.Target(), bound, visit)
		}
		for _, arg := range call.Args() {
			walkIn(arg, bound, visit)
		}
	case ast.ListKind:
		for _, element := range e.AsList().Elements() {
			walkIn(element, bound, visit)
		}
	case ast.MapKind:
		for _, entry := range e.AsMap().Entries() {
			walkIn(entry.AsMapEntry().Key(), bound, visit)
			walkIn(entry.AsMapEntry().Value(), bound, visit)
		}
	case ast.StructKind:
		for _, field := range e.AsStruct().Fields() {
			walkIn(field.AsStructField().Value(), bound, visit)
		}
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		walkIn(c.IterRange(), bound, visit)
		walkIn(c.AccuInit(), bound, visit)
		result := append(slices.Clip(bound), c.AccuVar())
		walkIn(c.Result(), result, visit)
		step := append(slices.Clip(result), c.IterVar(), c.IterVar2())
		walkIn(c.LoopCondition(), step, visit)
		walkIn(c.LoopStep(), step, visit)
	}
}
