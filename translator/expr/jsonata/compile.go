package jsonata

import "strconv"

// names numbers the variables of an expression.
type names struct {
	list  []string
	bound []bool // the expression itself binds the name somewhere
	all   bool   // any name may be bound: by a text that is evaluated later
}

func (n *names) number(name string) int {
	for k, known := range n.list {
		if known == name {
			return k
		}
	}
	n.list = append(n.list, name)
	n.bound = append(n.bound, false)
	return len(n.list) - 1
}

// label gives a number to a parent operator's label, by a name that no
// variable can have.
func (n *names) label(l *label) int {
	return n.number("!" + strconv.Itoa(l.number))
}

// compiler makes nodes of the resolved tree.
type compiler struct {
	names *names
	scope *scope
}

// scope is what the compiler learns about one frame.
type scope struct {
	binds    bool // a variable is bound in this very frame
	captures bool // something that outlives the evaluation holds the frame
}

// compileSyntax compiles a resolved tree whose variables are numbered in names.
func compileSyntax(n *syntax, numbers *names) (node, *Error) {
	numbers.gather(n)
	c := &compiler{names: numbers, scope: &scope{}}
	return c.node(n)
}

// gather numbers the variables that a tree binds.
func (n *names) gather(s *syntax) {
	if s == nil {
		return
	}
	bind := func(variable *syntax) {
		if variable != nil {
			number := n.number(variable.text)
			n.bound[number] = true
		}
	}
	switch s.form {
	case formBind:
		bind(s.left)
	case formLambda:
		for _, parameter := range s.list {
			bind(parameter)
		}
	case formVariable:
		n.all = n.all || s.text == "eval"
	}
	bind(s.focus)
	bind(s.index)
	for _, g := range [][]stage{s.stages, s.predicates} {
		for _, stage := range g {
			bind(stage.index)
			n.gather(stage.filter)
		}
	}
	for _, child := range []*syntax{s.left, s.right, s.third, s.group} {
		n.gather(child)
	}
	for _, child := range s.list {
		n.gather(child)
	}
	for _, p := range s.pairs {
		n.gather(p.key)
		n.gather(p.value)
	}
	for _, t := range s.terms {
		n.gather(t.key)
	}
}

// node compiles a node with the predicates, group and array mark on it.
func (c *compiler) node(n *syntax) (node, *Error) {
	made, err := c.plain(n)
	if err != nil || n.tail || n.form == formPath && !n.keepArray {
		return made, err
	}
	if len(n.predicates) == 0 && n.group == nil && !n.keepArray {
		return made, nil
	}
	after := &afterNode{inner: made, keepArray: n.keepArray}
	if whole, ok := made.(wholeNode); ok {
		after.inner = whole.whole()
	}
	if after.filters, err = c.stages(n.predicates); err != nil {
		return nil, err
	}
	if n.group != nil && n.form != formPath {
		after.group, err = c.object(n.group)
	}
	return after, err
}

// wholeNode is a node whose value may be a sequence that collapses when it is
// used; what stands on the node sees all of it.
type wholeNode interface {
	whole() node
}

// plain compiles a node without what stands on it.
func (c *compiler) plain(n *syntax) (node, *Error) {
	switch n.form {
	case formName:
		return &nameNode{name: n.text}, nil
	case formString, formValue:
		return literalNode{ofValue(n.literal())}, nil
	case formNumber:
		return literalNode{ofFloat(n.number)}, nil
	case formVariable:
		return c.variable(n), nil
	case formRegex:
		return c.regex(n)
	case formWildcard:
		return wildcardNode{collapse: true}, nil
	case formDescendant:
		return descendantNode{collapse: true}, nil
	case formParent:
		return parentNode{c.names.label(n.slot.label), true}, nil
	case formPath:
		return c.path(n)
	case formBinary:
		return c.binary(n)
	case formNegate:
		operand, err := c.node(n.left)
		return &negateNode{operand: operand, at: n.at}, err
	case formArray:
		return c.array(n)
	case formObject:
		return c.object(n)
	case formBlock:
		return c.block(n)
	case formCondition:
		return c.condition(n)
	case formBind:
		c.scope.binds = true
		to, err := c.node(n.right)
		return &bindNode{name: c.names.number(n.left.text), to: to}, err
	case formCall:
		return c.call(n)
	case formPartial:
		return c.partial(n)
	case formLambda:
		return c.lambda(n)
	case formApply:
		return c.apply(n)
	case formTransform:
		return c.transform(n)
	}
	return nil, &Error{Code: "S0211", offset: n.at, Token: n.text}
}

func (c *compiler) nodes(list []*syntax) ([]node, *Error) {
	made := make([]node, len(list))
	for k, n := range list {
		var err *Error
		if made[k], err = c.node(n); err != nil {
			return nil, err
		}
	}
	return made, nil
}
