package cel

import (
	"github.com/google/cel-go/common/ast"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// path is an expression that is nothing but a way from a variable to a part of
// its value. It is followed without the interpreter, which keeps a number that
// it leads to as it was written.
type path struct {
	variable string
	steps    []step
}

// step is one member by its name, or one element.
type step struct {
	name    string
	index   int64
	element bool
}

// pathOf gives the path that an expression is; nil when it is none.
func pathOf(e ast.Expr) *path {
	if name, free := freeName(e, nil); free {
		return &path{variable: name}
	}
	if operand, i, ok := element(e); ok {
		return pathOf(operand).then(step{index: i, element: true})
	}
	if operand, name, ok := selection(e); ok && !isOptional(e) {
		return pathOf(operand).then(step{name: name})
	}
	return nil
}

func (p *path) then(s step) *path {
	if p != nil {
		p.steps = append(p.steps, s)
	}
	return p
}

// find gives what the path leads to, if it leads anywhere.
func (p *path) find(variables Variables) (v value.Value, ok bool) {
	if p == nil || variables == nil {
		return v, false
	}
	v, ok = variables.Variable(p.variable)
	for i := 0; ok && i < len(p.steps); i++ {
		switch s := p.steps[i]; {
		case !s.element:
			v, ok = v.Member(s.name)
		case v.Kind() == value.Array && s.index >= 0 && s.index < int64(v.Len()):
			v = v.At(int(s.index))
		default:
			ok = false
		}
	}
	return v, ok
}
