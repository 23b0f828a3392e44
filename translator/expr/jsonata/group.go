package jsonata

// groupEntry is one member of an object being grouped: the values with its
// key, and the pair that gives its value.
type groupEntry struct {
	key    string
	pair   int
	count  int
	first  item
	list   series  // of all values, when there are several
	tuples []tuple // instead of values, when they carry bindings
}

// grouping gathers entries in the order of their first appearance.
type grouping struct {
	entries []groupEntry
	index   map[string]int // looked up, never ranged
}

// evalGroup sorts values into groups by the keys and evaluates each value on
// its group.
func (n *objectNode) evalGroup(ev *evaluation, in item, fr *frame) (item, *Error) {
	if in.has(tupleStream) {
		return n.evalTuples(ev, in.tuples(), fr)
	}
	if in.isArray() && in.len() > 0 {
		return n.group(ev, tuples{list: nil}, in, fr)
	}
	if in.isArray() {
		in = item{}
	}
	return n.group(ev, tuples{}, ofArray([]item{in}), fr)
}

func (n *objectNode) evalTuples(ev *evaluation, list []tuple, fr *frame) (item, *Error) {
	if len(list) == 0 {
		list = []tuple{{}}
	}
	return n.group(ev, tuples{started: true, list: list}, item{}, fr)
}

// group does the work, on a stream of tuples or on an array.
func (n *objectNode) group(ev *evaluation, stream tuples, list item, fr *frame) (item, *Error) {
	if err := ev.enter(); err != nil {
		return item{}, err
	}
	var g grouping
	count := list.len() + len(stream.list)
	if err := ev.work(count); err != nil {
		return item{}, err
	}
	for k := range count {
		t, inner := tuple{}, fr
		if stream.started {
			t = stream.list[k]
			inner = t.inside(fr)
		} else {
			t.at = list.at(k)
		}
		for pair, keyNode := range n.keys {
			key, err := keyNode.eval(ev, t.at, inner)
			if err != nil {
				return item{}, err
			}
			if key.isUndefined() {
				continue
			}
			if key.kind() != text {
				return item{}, &Error{Code: "T1003", offset: n.at, Value: key.shown()}
			}
			e := g.entry(key.text(), pair)
			if e.pair != pair { // a key may come from one pair only
				return item{}, &Error{Code: "D1009", offset: n.at, Value: key.shown()}
			}
			e.add(t, stream.started)
		}
	}
	made, err := n.members(ev, &g, stream.started, fr)
	if err != nil {
		return item{}, err
	}
	ev.leave()
	return made, ev.grow(count)
}

// members evaluates the value of each group.
func (n *objectNode) members(ev *evaluation, g *grouping, bindings bool, fr *frame) (item, *Error) {
	b := &body{kind: object, names: make([]string, 0, len(g.entries)), items: make([]item, 0, len(g.entries))}
	for k := range g.entries {
		e := &g.entries[k]
		context, inner := e.first, fr
		if bindings {
			all := merged(e.tuples)
			context, inner = all.at, all.inside(fr)
		} else if e.count > 1 {
			context = e.list.array(0)
		}
		v, err := n.values[e.pair].eval(ev, context, inner)
		if err != nil {
			return item{}, err
		}
		if !v.isUndefined() {
			b.names, b.items = append(b.names, e.key), append(b.items, v)
		}
	}
	b.nest = nestOf(b.items)
	return item{b: b}, nil
}

// add puts a value into a group; arrays are joined.
func (e *groupEntry) add(t tuple, bindings bool) {
	e.count++
	switch {
	case bindings:
		e.tuples = append(e.tuples, t)
	case e.count == 1:
		e.first = t.at
	default:
		if e.count == 2 && !e.first.isUndefined() {
			e.list.join(e.first)
		}
		if !t.at.isUndefined() {
			e.list.join(t.at)
		}
	}
}

// entry gives the group of a key, a new one for a key not seen before.
func (g *grouping) entry(key string, pair int) *groupEntry {
	at, known := g.find(key)
	if !known {
		if g.entries = append(g.entries, groupEntry{key: key, pair: pair}); g.index != nil {
			g.index[key] = at
		} else if len(g.entries) == 12 {
			g.index = make(map[string]int, 32)
			for k := range g.entries {
				g.index[g.entries[k].key] = k
			}
		}
	}
	return &g.entries[at]
}

func (g *grouping) find(key string) (int, bool) {
	if g.index != nil {
		if at, ok := g.index[key]; ok {
			return at, true
		}
		return len(g.entries), false
	}
	for k := range g.entries {
		if g.entries[k].key == key {
			return k, true
		}
	}
	return len(g.entries), false
}
