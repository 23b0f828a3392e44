package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// cloned copies arrays and objects, so that objects may be changed. What
// comes from the document is copied when it is looked at.
func cloned(ev *evaluation, v item) (item, *Error) {
	k := v.kind()
	if k != array && k != object {
		return v, nil
	}
	if v.b == nil {
		return copyOf(v.v), ev.grow(v.len())
	}
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	if err := ev.grow(v.len()); err != nil {
		return item{}, err
	}
	b := &body{kind: k, items: make([]item, v.len())}
	if k == object {
		b.names = append([]string(nil), v.b.names...)
	}
	for n := range b.items {
		var err *Error
		if b.items[n], err = cloned(ev, v.at(n)); err != nil {
			return item{}, err
		}
	}
	b.nest = nestOf(b.items)
	ev.leave()
	return item{b: b}, nil
}

// copyOf copies an array or object of the document, but not yet what is in it.
func copyOf(v value.Value) item {
	elements := v.Elements()
	if v.Kind() == value.Array && isFlat(elements) {
		return item{v: v}
	}
	b := &body{kind: kind(v.Kind()), flags: copying, items: make([]item, len(elements), len(elements)+2)}
	for n := range elements {
		b.items[n].v = elements[n]
	}
	if v.Kind() == value.Object {
		b.names = make([]string, len(elements), len(elements)+2)
		for n := range b.names {
			b.names[n] = v.NameAt(n)
		}
	}
	return item{b: b}
}

// part gives an element of a copy, from now on a copy itself.
func (b *body) part(n int) item {
	if p := &b.items[n]; p.b == nil && p.v.Kind() >= value.Array {
		*p = copyOf(p.v)
	}
	return b.items[n]
}

// isFlat reports elements that cannot change.
func isFlat(elements []value.Value) bool {
	for k := range elements {
		if elements[k].Kind() >= value.Array {
			return false
		}
	}
	return true
}
