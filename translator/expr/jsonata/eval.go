package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// evaluateText is $eval: it compiles a text and evaluates it where the call
// stands.
func evaluateText(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	where := focus{input: ev.input, frame: &ev.top}
	if ev.focus != nil {
		where = *ev.focus
	}
	if given := argument(args, 1); !given.isUndefined() {
		where.input = asInput(given)
	}
	source := args[0].text()
	tree, err := parse(source)
	if err == nil {
		tree, err = resolve(tree)
	}
	var n node
	if err == nil {
		n, err = ev.compileText(tree)
	}
	if err != nil {
		return item{}, &Error{Code: "D3120", Value: value.OfString(err.finished(source).Message)}
	}
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	frame := where.frame
	v, err := n.eval(ev, where.input, frame)
	if err != nil {
		if err.isLimit() {
			return item{}, err
		}
		return item{}, &Error{Code: "D3121", Value: value.OfString(err.finished(source).Message)}
	}
	ev.leave()
	return v.collapsed(), nil
}

// compileText compiles with the numbers of the names in sight; they are copied
// before more are added, since the expression is shared.
func (ev *evaluation) compileText(tree *syntax) (node, *Error) {
	ev.names = &names{
		list:  append([]string(nil), ev.names.list...),
		bound: append([]bool(nil), ev.names.bound...),
		all:   true,
	}
	return ev.expression.compiler.compile(tree, ev.names)
}

// textCompiler stands between this function and the compiler, which knows the
// table that the function is in.
type textCompiler interface {
	compile(tree *syntax, names *names) (node, *Error)
}

type treeCompiler struct{}

func (treeCompiler) compile(tree *syntax, names *names) (node, *Error) {
	return compileSyntax(tree, names)
}

// isLimit reports the end of a budget.
func (e *Error) isLimit() bool {
	return e.Code == CodeSteps || e.Code == CodeDepth || e.Code == CodeSize
}

// asInput makes an array one value for the paths that start from it.
func asInput(v item) item {
	if v.isArray() && !v.has(sequence) {
		return item{b: &body{kind: array, flags: sequence | outerWrapper, items: []item{v}}}
	}
	return v
}
