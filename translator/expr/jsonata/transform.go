package jsonata

import "slices"

// transformNode is |pattern|update,delete|: a function that changes a copy of
// what it is given.
type transformNode struct {
	pattern, update, deletions node
	at, updateAt, deletionsAt  int
	clone                      int
}

// transformSignature is <(oa):o>.
var transformSignature = &signature{parameters: []parameter{{accepts: classObject | classArray | classMissing}}}

func (c *compiler) transform(n *syntax) (node, *Error) {
	made := &transformNode{at: n.at, updateAt: n.right.position(), clone: c.names.number("clone")}
	var err *Error
	if made.pattern, err = c.node(n.left); err != nil {
		return nil, err
	}
	if made.update, err = c.node(n.right); err == nil && n.third != nil {
		made.deletionsAt = n.third.position()
		made.deletions, err = c.node(n.third)
	}
	c.scope.captures = true
	return made, err
}

func (n *transformNode) eval(_ *evaluation, _ item, fr *frame) (item, *Error) {
	change := func(ev *evaluation, args []item) (item, *Error) {
		if len(args) == 0 || args[0].isUndefined() {
			return item{}, nil
		}
		return n.change(ev, args[0], fr)
	}
	return ofFunction(&function{call: change, signature: transformSignature, arity: 1}), nil
}

func (n *transformNode) change(ev *evaluation, v item, fr *frame) (item, *Error) {
	clone, ok := fr.find(n.clone)
	if !ok {
		clone = ev.global(n.clone)
	}
	if clone.asFunction() == nil {
		return item{}, &Error{Code: "T2013", offset: n.at}
	}
	copied, err := ev.call(clone, v)
	if err != nil {
		return item{}, err
	}
	matches, err := n.pattern.eval(ev, copied, fr)
	if err != nil || matches.isUndefined() {
		return copied, err
	}
	matches = matches.listed()
	if copied.b != nil {
		defer func() { copied.b.nest = nestOf(copied.b.items) }()
	}
	for k := range matches.len() {
		if err := n.changeOne(ev, matches.at(k), fr); err != nil {
			return item{}, err
		}
	}
	return copied, nil
}

// changeOne updates one object of the copy in place.
func (n *transformNode) changeOne(ev *evaluation, m item, fr *frame) *Error {
	update, err := n.update.eval(ev, m, fr)
	if err != nil {
		return err
	}
	own := m.kind() == object && m.b != nil
	if !update.isUndefined() {
		if update.kind() != object {
			return &Error{Code: "T2011", offset: n.updateAt, Value: update.shown()}
		}
		for k := 0; own && k < update.len(); k++ {
			v, err := snapshot(ev, update.at(k))
			if err != nil {
				return err
			}
			m.b.set(update.nameAt(k), v)
		}
	}
	if n.deletions == nil {
		return nil
	}
	deletions, err := n.deletions.eval(ev, m, fr)
	if err != nil || deletions.isUndefined() {
		return err
	}
	list := deletions.listed()
	for k := range list.len() {
		if list.at(k).kind() != text {
			return &Error{Code: "T2012", offset: n.deletionsAt, Value: deletions.shown()}
		}
	}
	for k := 0; own && k < list.len(); k++ {
		m.b.remove(list.at(k).text())
	}
	return nil
}

// set and remove change a copy, whose lists are its own.
func (b *body) set(name string, v item) {
	for k, own := range b.names {
		if own == name {
			b.items[k] = v
			return
		}
	}
	b.shape = nil
	b.names = append(b.names, name)
	b.items = append(b.items, v)
}

func (b *body) remove(name string) {
	for k, own := range b.names {
		if own == name {
			b.shape = nil
			b.names = slices.Delete(b.names, k, k+1)
			b.items = slices.Delete(b.items, k, k+1)
			return
		}
	}
}

// snapshot copies what the evaluation made and may yet change, so that an
// object cannot come to hold itself.
func snapshot(ev *evaluation, v item) (item, *Error) {
	if k := v.kind(); v.b == nil || k != array && k != object || v.b.values != nil || v.b.other != nil {
		return v, nil
	}
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	if err := ev.grow(v.len()); err != nil {
		return item{}, err
	}
	b := &body{kind: v.b.kind, flags: v.b.flags &^ copying, items: make([]item, v.len())}
	for n := range b.items {
		var err *Error
		if b.items[n], err = snapshot(ev, v.at(n)); err != nil {
			return item{}, err
		}
		if b.kind == object {
			b.names = append(b.names, v.nameAt(n))
		}
	}
	b.nest = nestOf(b.items)
	ev.leave()
	return item{b: b}, nil
}
