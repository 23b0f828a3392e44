package jsonata

// lambdaNode is a function definition.
type lambdaNode struct {
	names     []int
	repeated  bool // two parameters have one name
	body      node
	native    *function // instead of body: a function with arguments applied
	signature *signature
	scope     *scope
}

func (c *compiler) lambda(n *syntax) (node, *Error) {
	outer := c.scope
	c.scope = &scope{}
	made := &lambdaNode{signature: n.signature, scope: c.scope}
	for _, parameter := range n.list {
		number := c.names.number(parameter.text)
		made.repeated = made.repeated || containsName(made.names, number)
		made.names = append(made.names, number)
	}
	var err *Error
	made.body, err = c.node(n.right)
	c.scope.captures = c.scope.captures || c.names.all
	c.scope = outer
	c.scope.captures = true
	return made, err
}

func (n *lambdaNode) eval(_ *evaluation, in item, fr *frame) (item, *Error) {
	return ofFunction(&function{lambda: n, frame: fr, input: in, names: n.names, signature: n.signature, arity: len(n.names)}), nil
}

// invokeLambda evaluates a body with the parameters bound.
func (ev *evaluation) invokeLambda(f *function, args []item) (item, *Error) {
	fr := ev.frame(f.frame, len(f.names))
	for k, name := range f.names {
		var v item
		if k < len(args) {
			v = args[k]
		}
		if f.lambda.repeated {
			fr.bind(name, v)
		} else {
			fr.cells = append(fr.cells, cell{name, v})
		}
	}
	if f.lambda.native != nil {
		args := make([]item, len(f.lambda.names))
		for k, name := range f.lambda.names {
			args[k], _ = fr.find(name)
		}
		return ev.invokeBare(f.lambda.native, args)
	}
	r, err := f.lambda.body.eval(ev, f.input, fr)
	if err != nil {
		return item{}, err
	}
	if !f.lambda.scope.captures {
		ev.release(fr)
	}
	if r.b != nil && int(r.b.nest) > ev.limits.Depth { // else what walks it could not return
		return item{}, &Error{Code: CodeDepth, Message: messageDepth}
	}
	return r, nil
}

// invokeBare calls a function without looking at its signature.
func (ev *evaluation) invokeBare(f *function, args []item) (item, *Error) {
	if f.native != nil {
		return f.native.run(ev, args)
	}
	return f.call(ev, args)
}
