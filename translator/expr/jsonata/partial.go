package jsonata

// partialNode is a call with ? for some arguments: a function of these.
type partialNode struct {
	callee    node
	arguments []node // nil for ?
	at        int
	name      string
	member    int
}

func (c *compiler) partial(n *syntax) (node, *Error) {
	made := &partialNode{at: n.at}
	var err *Error
	if made.callee, err = c.node(n.left); err != nil {
		return nil, err
	}
	made.name, made.member = c.calleeName(n.left)
	for _, a := range n.list {
		var v node
		if a.form != formPlaceholder {
			if v, err = c.node(a); err != nil {
				return nil, err
			}
		}
		made.arguments = append(made.arguments, v)
	}
	return made, nil
}

func (n *partialNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	args := make([]item, len(n.arguments))
	for k, a := range n.arguments {
		if a == nil {
			continue
		}
		var err *Error
		if args[k], err = a.eval(ev, in, fr); err != nil {
			return item{}, err
		}
	}
	callee, err := n.callee.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	f := callee.asFunction()
	if f == nil {
		code := "T1008"
		if callee.isUndefined() && ev.misspelt(n.member, fr) {
			code = "T1007"
		}
		return item{}, &Error{Code: code, offset: n.at, Token: n.name}
	}
	ev.leave()
	if f.lambda == nil {
		f = f.asLambda()
	}
	return ofFunction(n.bind(f, args)), nil
}

// bind gives the function of the parameters that have no argument yet.
func (n *partialNode) bind(f *function, args []item) *function {
	fr := &frame{parent: f.frame}
	made := &function{lambda: f.lambda, frame: fr, input: f.input}
	for k, name := range f.names {
		if k < len(args) && n.arguments[k] == nil {
			made.names = append(made.names, name)
			continue
		}
		var v item
		if k < len(args) {
			v = args[k]
		}
		fr.bind(name, v)
	}
	made.arity = len(made.names)
	return made
}

// asLambda makes a lambda of a function of the language, whose signature is
// then not looked at any more.
func (f *function) asLambda() *function {
	count := f.arity
	if f.native != nil {
		count = f.native.parameters
	}
	names := make([]int, count)
	for k := range names {
		names[k] = -1 - k
	}
	return &function{lambda: &lambdaNode{names: names, native: f, scope: &scope{captures: true}}, names: names}
}
