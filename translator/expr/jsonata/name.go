package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// nameNode is a name: the member of an object, or of every object in an array.
type nameNode struct{ name string }

func (n *nameNode) eval(_ *evaluation, in item, _ *frame) (item, *Error) { return n.get(in), nil }

func (n *nameNode) get(in item) item {
	if in.b == nil && in.v.Kind() == value.Object {
		return item{v: in.v.Get(n.name)}
	}
	switch in.kind() {
	case object:
		return in.member(n.name).collapsed()
	case array:
		return lookup(in, n.name).collapsed()
	}
	return item{}
}

// lookup gives a member of an object, or the members of all objects in an
// array, whose arrays are joined.
func lookup(in item, name string) item {
	switch in.kind() {
	case object:
		return in.member(name)
	case array:
		var found series
		for k := range in.len() {
			if v := lookup(in.at(k), name); !v.isUndefined() {
				found.join(v)
			}
		}
		return found.sequence()
	}
	return item{}
}

// eachName takes a name's step on each of many values.
func eachName(ev *evaluation, from item, name string, last bool) (item, bool, *Error) {
	g := gathered{expected: from.len()}
	if err := ev.work(g.expected); err != nil {
		return item{}, false, err
	}
	step := nameNode{name}
	if elements, ok := from.documentElements(); ok {
		for k := range elements {
			switch e := &elements[k]; e.Kind() {
			case value.Object:
				if v, ok := e.Member(name); ok {
					g.addValue(v)
				}
			case value.Array:
				if r := step.get(item{v: *e}); !r.isUndefined() {
					g.add(r)
				}
			}
		}
		return g.result(ev, last)
	}
	for k := range g.expected {
		if r := step.get(from.at(k)); !r.isUndefined() {
			g.add(r)
		}
	}
	return g.result(ev, last)
}

// eachNameBelow takes a name's step on values and all that is in them: what
// ** and a name after it give.
func eachNameBelow(ev *evaluation, from values, name string) (item, bool, *Error) {
	g := gathered{expected: 16}
	var err *Error
	if !from.many {
		err = g.below(ev, from.item, name)
	}
	for k := 0; from.many && k < from.item.len() && err == nil; k++ {
		err = g.below(ev, from.item.at(k), name)
	}
	if err != nil {
		return item{}, false, err
	}
	return g.result(ev, from.last)
}

func (g *gathered) below(ev *evaluation, v item, name string) *Error {
	k := v.kind()
	if k != array && k != object {
		return nil
	}
	if err := ev.enter(); err != nil {
		return err
	}
	if err := ev.work(v.len()); err != nil {
		return err
	}
	if k == object {
		if m := v.member(name).collapsed(); !m.isUndefined() {
			g.add(m)
		}
	}
	if v.b == nil {
		elements := v.v.Elements()
		for n := range elements {
			if e := &elements[n]; e.Kind() >= value.Array {
				if err := g.below(ev, item{v: *e}, name); err != nil {
					return err
				}
			}
		}
	} else {
		for n := range v.len() {
			if err := g.below(ev, v.at(n), name); err != nil {
				return err
			}
		}
	}
	ev.leave()
	return nil
}
