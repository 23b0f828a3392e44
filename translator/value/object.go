package value

import "slices"

// indexFrom is the number of members from which an object gets an index;
// below it a scan is faster than a map.
const indexFrom = 12

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// OfObject gives an object of the members in their order. Of members with the
// same name the last value stands, at the place of the first.
func OfObject(members ...Member) Value {
	b := NewObject(len(members))
	for _, m := range members {
		b.Put(m.Name, m.Value)
	}
	return b.Value()
}

// ObjectBuilder gathers the members of one object. The zero builder is ready
// to use; Value ends its life.
type ObjectBuilder struct {
	names  []string
	values []Value
	index  map[string]int
}

// NewObject gives a builder with room for size members.
func NewObject(size int) ObjectBuilder {
	return ObjectBuilder{names: make([]string, 0, size), values: make([]Value, 0, size)}
}

// Put sets a member. An absent value is left out; a name that stands already
// gets the new value at its old place.
func (b *ObjectBuilder) Put(name string, v Value) {
	if v.kind == Absent {
		return
	}
	if i := find(name, b.names, b.index); i >= 0 {
		b.values[i] = v
		return
	}
	b.names = append(b.names, name)
	b.values = append(b.values, v)
	if b.index != nil {
		b.index[name] = len(b.names) - 1
	} else if len(b.names) == indexFrom {
		b.index = indexOf(b.names)
	}
}

// Len gives the number of members put so far.
func (b *ObjectBuilder) Len() int { return len(b.names) }

// Value gives the object. The builder must not be used afterwards.
func (b *ObjectBuilder) Value() Value {
	if len(b.names) == 0 {
		return EmptyObject
	}
	return Value{kind: Object, node: &node{values: b.values, names: b.names, index: b.index}}
}

// ObjectShape is the sequence of names that many objects share, such as the
// columns of a CSV file; objects made from it share one index.
type ObjectShape struct {
	names []string
	index map[string]int
}

// NewShape gives the shape of the names, which must differ from each other.
func NewShape(names []string) *ObjectShape {
	s := &ObjectShape{names: slices.Clone(names)}
	if len(names) >= indexFrom {
		s.index = indexOf(s.names)
	}
	return s
}

// Names gives the names in order. Read only.
func (s *ObjectShape) Names() []string { return s.names }

// Of gives an object of this shape that owns values, one for each name.
func (s *ObjectShape) Of(values []Value) Value {
	if len(values) != len(s.names) {
		panic("value: a shape needs one value for each of its names")
	}
	return Value{kind: Object, node: &node{values: values, names: s.names, index: s.index}}
}

func indexOf(names []string) map[string]int {
	index := make(map[string]int, 2*len(names))
	for i, n := range names {
		index[n] = i
	}
	return index
}

func find(name string, names []string, index map[string]int) int {
	if index != nil {
		if i, ok := index[name]; ok {
			return i
		}
		return -1
	}
	return slices.Index(names, name)
}

// Member gives the value of the member, and whether v is an object that has it.
func (v Value) Member(name string) (Value, bool) {
	if v.kind != Object {
		return Value{}, false
	}
	if i := find(name, v.node.names, v.node.index); i >= 0 {
		return v.node.values[i], true
	}
	return Value{}, false
}

// Get gives the value of the member, or the absent value.
func (v Value) Get(name string) Value {
	m, _ := v.Member(name)
	return m
}

// With gives a copy of the object v in which the member has the value; v is
// unchanged. A v that is not an object counts as {}.
func (v Value) With(name string, member Value) Value {
	var n node
	if v.kind == Object {
		n = *v.node
	}
	i := find(name, n.names, n.index)
	if i >= 0 {
		n.values = slices.Clone(n.values)
		n.values[i] = member
		return Value{kind: Object, node: &n}
	}
	n.names = append(slices.Clip(n.names), name)
	n.values = append(slices.Clip(n.values), member)
	n.index = nil
	if len(n.names) >= indexFrom {
		n.index = indexOf(n.names)
	}
	return Value{kind: Object, node: &n}
}

// WithElement gives a copy of the array v in which element i has the value; i
// may be the length, which appends.
func (v Value) WithElement(i int, element Value) Value {
	values := slices.Clone(v.Elements())
	if i == len(values) {
		values = append(values, element)
	} else {
		values[i] = element
	}
	return OfArray(values)
}
