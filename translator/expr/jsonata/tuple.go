package jsonata

// tuple is one element of a tuple stream: a value, and the variables that the
// path bound on the way to it.
type tuple struct {
	at       item
	bindings *binding
}

// binding is one variable of a tuple and those bound before it. Bindings are
// shared by tuples and never change.
type binding struct {
	name  int
	value item
	next  *binding
}

// bound gives the tuple with one more variable.
func (t tuple) bound(name int, value item) tuple {
	t.bindings = &binding{name: name, value: value, next: t.bindings}
	return t
}

// with adds the bindings of another tuple, which win.
func (t tuple) with(other tuple) tuple {
	var newer []*binding
	for b := other.bindings; b != nil; b = b.next {
		newer = append(newer, b)
	}
	for n := len(newer) - 1; n >= 0; n-- {
		t = t.bound(newer[n].name, newer[n].value)
	}
	t.at = other.at
	return t
}

func ofTuples(tuples []tuple) item {
	return item{b: &body{kind: array, flags: sequence | tupleStream, other: &other{tuples: tuples}}}
}

// merged joins the tuples of one group to one: every variable becomes the list
// of its values.
func merged(tuples []tuple) tuple {
	if len(tuples) == 1 {
		return tuples[0]
	}
	var all tuple
	var names []int
	for _, t := range tuples {
		all.at = appended(all.at, t.at)
		for b := t.bindings; b != nil; b = b.next {
			if !containsName(names, b.name) {
				names = append(names, b.name)
			}
		}
	}
	for n := len(names) - 1; n >= 0; n-- {
		var values item
		for _, t := range tuples {
			v, _ := t.bindings.find(names[n])
			values = appended(values, v)
		}
		all = all.bound(names[n], values)
	}
	return all
}

func containsName(names []int, name int) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func (b *binding) find(name int) (item, bool) {
	for ; b != nil; b = b.next {
		if b.name == name {
			return b.value, true
		}
	}
	return item{}, false
}
