package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// arrayNode is [a, b, c]: elements that are arrays are joined, unless they are
// array constructors themselves.
type arrayNode struct {
	elements []node
	nested   []bool
	whole    bool
}

func (c *compiler) array(n *syntax) (node, *Error) {
	made := &arrayNode{whole: n.whole, nested: make([]bool, len(n.list))}
	var err *Error
	made.elements, err = c.nodes(n.list)
	for k, e := range n.list {
		made.nested[k] = e.form == formArray
	}
	return made, err
}

func (n *arrayNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	made := body{items: make([]item, 0, len(n.elements))}
	for k, e := range n.elements {
		v, err := e.eval(ev, in, fr)
		if err != nil {
			return item{}, err
		}
		switch {
		case v.isUndefined():
			continue
		case n.nested[k] || !v.isArray():
			made.items = append(made.items, v)
			continue
		}
		if len(n.elements) == 1 && v.b != nil && v.tuples() == nil { // a copy may share what never changes
			made = *v.b.shared(0).b
			continue
		}
		if err := ev.grow(v.len()); err != nil {
			return item{}, err
		}
		made.items = spill(made.items, v)
	}
	ev.leave()
	made.kind, made.nest = array, max(made.nest, nestOf(made.items))
	if n.whole {
		made.flags = constructed
	}
	return item{b: &made}, nil
}

// objectNode is {key: value}, alone or as the group of a step.
type objectNode struct {
	keys, values []node
	at           int
	fixed        []string // the keys, when all are different literals
	shape        *value.ObjectShape
}

func (c *compiler) object(n *syntax) (*objectNode, *Error) {
	made := &objectNode{at: n.at}
	for _, p := range n.pairs {
		key, err := c.node(p.key)
		if err != nil {
			return nil, err
		}
		v, err := c.node(p.value)
		if err != nil {
			return nil, err
		}
		made.keys, made.values = append(made.keys, key), append(made.values, v)
	}
	made.fixed = fixedKeys(n.pairs)
	if made.fixed != nil {
		made.shape = value.NewShape(made.fixed)
	}
	return made, nil
}

// fixedKeys gives the keys when they are string literals that differ.
func fixedKeys(pairs []pair) []string {
	keys := make([]string, 0, len(pairs))
	for _, p := range pairs {
		if p.key.form != formString || len(p.key.predicates) > 0 || p.key.group != nil {
			return nil
		}
		for _, k := range keys {
			if k == p.key.text {
				return nil
			}
		}
		keys = append(keys, p.key.text)
	}
	if len(keys) == 0 {
		return nil
	}
	return keys
}

func (n *objectNode) eval(ev *evaluation, in item, fr *frame) (item, *Error) {
	if n.fixed == nil || in.isArray() {
		return n.evalGroup(ev, in, fr)
	}
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	b := &body{kind: object, items: make([]item, len(n.values)), names: n.fixed, shape: n.shape}
	filled := 0
	for k, e := range n.values {
		v, err := e.eval(ev, in, fr)
		if err != nil {
			return item{}, err
		}
		if v.isUndefined() {
			if b.shape != nil {
				b.shape, b.names = nil, append(make([]string, 0, len(n.fixed)), n.fixed[:filled]...)
			}
			continue
		}
		b.items[filled] = v
		filled++
		if b.shape == nil {
			b.names = append(b.names, n.fixed[k])
		}
	}
	b.items = b.items[:filled]
	b.nest = nestOf(b.items)
	ev.leave()
	return item{b: b}, nil
}
