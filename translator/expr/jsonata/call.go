package jsonata

// callNode is a call: callee(arguments).
type callNode struct {
	callee    node
	arguments []node
	at        int
	name      string // of the callee, for errors
	member    int    // the callee is a bare name, maybe of a function without its $; else -1
	tail      bool
	calleeAt  int
	all       bool // the result does not collapse
}

func (n *callNode) whole() node {
	made := *n
	made.all = true
	return &made
}

func (c *compiler) call(n *syntax) (node, *Error) {
	made := &callNode{at: n.at, tail: n.tail, member: -1, calleeAt: n.left.at}
	var err *Error
	if made.callee, err = c.node(n.left); err != nil {
		return nil, err
	}
	made.name, made.member = c.calleeName(n.left)
	made.arguments, err = c.nodes(n.list)
	return made, err
}

// calleeName gives the word that errors show for the callee, and the number of
// the variable that may be meant when the callee is a bare name.
func (c *compiler) calleeName(callee *syntax) (string, int) {
	switch callee.form {
	case formPath:
		first := callee.list[0]
		if first.form == formName || first.form == formVariable {
			return first.text, c.names.number(first.text)
		}
		return "", -1
	case formLambda, formBlock, formCondition, formTransform, formParent, formRegex:
		return "", -1
	}
	return callee.text, -1
}

// misspelt reports that a bare name is that of a variable.
func (ev *evaluation) misspelt(member int, fr *frame) bool {
	if member < 0 {
		return false
	}
	v, ok := fr.find(member)
	if !ok {
		v = ev.global(member)
	}
	return !v.isUndefined()
}

func (n *callNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	v, err := n.evalWith(ev, in, fr, nil)
	if err != nil {
		return item{}, err
	}
	ev.leave()
	return v.collapsedIf(!n.all), nil
}

// evalWith calls with a first argument that is known already, if any.
func (n *callNode) evalWith(ev *evaluation, in item, fr *frame, first *item) (item, *Error) {
	callee, err := n.callee.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if callee.isUndefined() && ev.misspelt(n.member, fr) && !n.tail {
		return item{}, &Error{Code: "T1005", offset: n.at, Token: n.name}
	}
	base := len(ev.arguments)
	if first != nil {
		ev.arguments = append(ev.arguments, *first)
	}
	for _, a := range n.arguments {
		v, err := a.eval(ev, in, fr)
		if err != nil {
			return item{}, err
		}
		ev.arguments = append(ev.arguments, v)
	}
	args := ev.arguments[base:len(ev.arguments):len(ev.arguments)]
	if n.tail {
		return ev.tailCall(n, callee, args, base), nil
	}
	if f := callee.asFunction(); f != nil && f.native != nil && f.native.context {
		outer := ev.focus
		ev.focus = &focus{in, fr}
		defer func() { ev.focus = outer }()
	}
	r, err := ev.apply(callee, args, in, mark{n.at, n.name})
	ev.arguments = ev.arguments[:base]
	if err != nil {
		if err.offset == 0 {
			err.offset = n.at
		}
		if err.Token == "" {
			err.Token = n.name
		}
		return item{}, err
	}
	return r, nil
}

// tailCall leaves the call to whoever called the function it ends.
func (ev *evaluation) tailCall(n *callNode, callee item, args []item, base int) item {
	if ev.tail == nil {
		ev.tail = &tailCall{}
	}
	*ev.tail = tailCall{callee: callee, args: append([]item(nil), args...), from: mark{n.calleeAt, n.name}}
	ev.arguments = ev.arguments[:base]
	return item{b: calling}
}

// applyNode is value ~> function, or function ~> function.
type applyNode struct {
	left, right node
	call        *callNode // the right side, when it is a call
	at          int
	all         bool
}

func (n *applyNode) whole() node {
	made := *n
	made.all = true
	return &made
}

func (c *compiler) apply(n *syntax) (node, *Error) {
	made := &applyNode{at: n.at}
	var err *Error
	if made.left, err = c.node(n.left); err != nil {
		return nil, err
	}
	if n.right.form == formCall {
		var called node
		if called, err = c.call(n.right); err == nil {
			made.call = called.(*callNode)
		}
		return made, err
	}
	made.right, err = c.node(n.right)
	return made, err
}

func (n *applyNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	left, err := n.left.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	var r item
	if n.call != nil {
		r, err = n.call.evalWith(ev, in, fr, &left)
	} else {
		r, err = n.applyValue(ev, left, in, fr)
	}
	if err != nil {
		return item{}, err
	}
	ev.leave()
	return r.collapsedIf(!n.all), nil
}

func (n *applyNode) applyValue(ev *evaluation, left, in item, fr *frame) (item, *Error) {
	right, err := n.right.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	if right.asFunction() == nil {
		return item{}, &Error{Code: "T2006", offset: n.at, Value: right.shown()}
	}
	if left.asFunction() == nil {
		return ev.apply(right, []item{left}, ofValueNull, mark{})
	}
	chained := func(ev *evaluation, args []item) (item, *Error) {
		var x item
		if len(args) > 0 {
			x = args[0]
		}
		y, err := ev.apply(left, []item{x}, ofValueNull, mark{})
		if err != nil {
			return item{}, err
		}
		return ev.apply(right, []item{y.collapsed()}, ofValueNull, mark{})
	}
	return ofFunction(&function{call: chained, arity: 1}), nil
}
