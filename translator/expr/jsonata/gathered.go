package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/value"

// gathered are the results of a step for many values, flattened.
type gathered struct {
	expected int // about how many there will be
	count    int
	first    item
	list     series
}

func (g *gathered) add(r item) {
	if g.count++; g.count == 1 {
		g.first = r
		return
	}
	if g.count == 2 {
		g.list.expected = min(g.expected, 1024)
		g.list.flatten(g.first)
	}
	g.list.flatten(r)
}

// addValue adds a value of the document.
func (g *gathered) addValue(v value.Value) {
	if g.count++; g.count == 1 {
		g.first = item{v: v}
		return
	}
	if g.count == 2 {
		g.list.expected = min(g.expected, 1024)
		g.list.flatten(g.first)
	}
	if g.list.items != nil {
		g.list.flatten(item{v: v})
	} else if v.Kind() == value.Array {
		g.list.values = append(g.list.values, v.Elements()...)
	} else {
		g.list.values = append(g.list.values, v)
	}
}

// result gives what a step makes of them: one value, an array of many, or
// undefined.
func (g *gathered) result(ev *evaluation, last bool) (item, bool, *Error) {
	switch g.count {
	case 0:
		return item{}, false, nil
	case 1:
		r, many := single(g.first, last)
		return r, many, nil
	}
	return g.list.sequence(), true, ev.grow(g.list.len())
}

// series is a sequence in the making. As long as all elements are of the
// document it holds no more than these.
type series struct {
	expected int
	values   []value.Value
	items    []item
}

func (l *series) len() int { return len(l.values) + len(l.items) }

func (l *series) add(e item) {
	if e.b == nil && l.items == nil {
		if l.values == nil {
			l.values = make([]value.Value, 0, max(l.expected, 4))
		}
		l.values = append(l.values, e.v)
		return
	}
	if l.items == nil {
		l.items = make([]item, 0, max(l.expected, len(l.values)+4))
		for _, v := range l.values {
			l.items = append(l.items, item{v: v})
		}
		l.values = nil
	}
	l.items = append(l.items, e)
}

// flatten adds an array's elements, or anything else as one element.
func (l *series) flatten(r item) {
	if r.has(constructed) {
		l.add(r)
		return
	}
	l.join(r)
}

// join adds the elements of any array, or anything else as one element.
func (l *series) join(r item) {
	if !r.isArray() {
		l.add(r)
		return
	}
	if elements, ok := r.documentElements(); ok && l.items == nil {
		l.values = append(l.values, elements...)
		return
	}
	for k := range r.len() {
		l.add(r.at(k))
	}
}

// sequence ends the making.
func (l *series) sequence() item { return l.array(sequence) }

// array ends the making of an array with some flags.
func (l *series) array(f flags) item {
	if l.values != nil && !l.anyAbsent() {
		return item{b: &body{kind: array, flags: f, values: l.values}}
	}
	for _, v := range l.values {
		l.items = append(l.items, item{v: v})
	}
	made := ofArray(l.items)
	made.b.flags = f
	return made
}

// anyAbsent reports an element that counts though it is undefined, which a
// list of JSON values cannot hold.
func (l *series) anyAbsent() bool {
	for _, v := range l.values {
		if v.IsAbsent() {
			return true
		}
	}
	return false
}
