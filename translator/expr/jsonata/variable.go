package jsonata

type literalNode struct{ item item }

func (n literalNode) eval(*evaluation, item, *frame) (item, *Error) { return n.item, nil }

// variable compiles $, $$ or $name.
func (c *compiler) variable(n *syntax) node {
	switch n.text {
	case "":
		return contextNode{true}
	case "$":
		return rootNode{}
	}
	number := c.names.number(n.text)
	if c.names.bound[number] || c.names.all {
		return variableNode{number, true}
	}
	return globalNode{number}
}

// contextNode is $: the value that the expression is evaluated on.
type contextNode struct{ collapse bool }

func (n contextNode) eval(_ *evaluation, in item, _ *frame) (item, *Error) {
	if in.has(outerWrapper) {
		return in.at(0), nil
	}
	return in.collapsedIf(n.collapse), nil
}

func (n contextNode) whole() node { return contextNode{} }

// rootNode is $$: the value that the whole expression is evaluated on.
type rootNode struct{}

func (rootNode) eval(ev *evaluation, _ item, _ *frame) (item, *Error) { return ev.input, nil }

// variableNode is a variable that the expression binds somewhere, though
// perhaps not before here.
type variableNode struct {
	name     int
	collapse bool
}

func (n variableNode) whole() node { return variableNode{name: n.name} }

func (n variableNode) eval(ev *evaluation, _ item, fr *frame) (item, *Error) {
	if v, ok := fr.find(n.name); ok {
		return v.collapsedIf(n.collapse), nil
	}
	return ev.global(n.name), nil
}

// globalNode is a variable that only the host or the language can know.
type globalNode struct{ name int }

func (n globalNode) eval(ev *evaluation, _ item, _ *frame) (item, *Error) {
	return ev.global(n.name), nil
}

// parentNode is %: the value of the step that its label names.
type parentNode struct {
	label    int
	collapse bool
}

func (n parentNode) whole() node { return parentNode{label: n.label} }

func (n parentNode) eval(_ *evaluation, _ item, fr *frame) (item, *Error) {
	v, _ := fr.find(n.label)
	return v.collapsedIf(n.collapse), nil
}

// bindNode is $name := value.
type bindNode struct {
	name int
	to   node
}

func (n *bindNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	v, err := n.to.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	ev.leave()
	fr.bind(n.name, v)
	return v, nil
}

// blockNode is a list of expressions in parentheses; the last one is its value.
type blockNode struct {
	list  []node
	scope *scope
}

func (c *compiler) block(n *syntax) (node, *Error) {
	outer := c.scope
	c.scope = &scope{}
	list, err := c.nodes(n.list)
	made := &blockNode{list: list, scope: c.scope}
	outer.captures = outer.captures || c.scope.captures
	c.scope = outer
	made.scope.binds = made.scope.binds || c.names.all
	return made, err
}

func (n *blockNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	if n.scope.binds {
		fr = ev.frame(fr, 2)
	}
	var last item
	for _, e := range n.list {
		var err *Error
		if last, err = e.eval(ev, in, fr); err != nil {
			return item{}, err
		}
	}
	if n.scope.binds && !n.scope.captures {
		ev.release(fr)
	}
	ev.leave()
	return last.collapsed(), nil
}

// conditionNode is condition ? then : otherwise.
type conditionNode struct{ condition, then, otherwise node }

func (c *compiler) condition(n *syntax) (node, *Error) {
	made := &conditionNode{}
	var err *Error
	if made.condition, err = c.node(n.left); err != nil {
		return nil, err
	}
	if made.then, err = c.node(n.right); err == nil && n.third != nil {
		made.otherwise, err = c.node(n.third)
	}
	return made, err
}

func (n *conditionNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	v, err := n.condition.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	yes, err := v.truth()
	if err != nil {
		return item{}, err
	}
	branch := n.then
	if !yes {
		branch = n.otherwise
	}
	if branch == nil {
		ev.leave()
		return item{}, nil
	}
	v, err = branch.eval(ev, in, fr)
	if err != nil {
		return item{}, err
	}
	ev.leave()
	return v.collapsed(), nil
}
