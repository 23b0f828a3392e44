package jsonata

import (
	"strconv"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// kind is what an item is: the kinds of JSON in the order of value.Kind, and
// functions.
type kind uint8

const (
	undefined = kind(value.Absent)
	null      = kind(value.Null)
	boolean   = kind(value.Bool)
	number    = kind(value.Number)
	text      = kind(value.String)
	array     = kind(value.Array)
	object    = kind(value.Object)
	callable  = kind(value.Object + 1)
)

// item is a value under evaluation. Without a body it is the JSON value v, or
// undefined. With the body numeral it is the computed number f. Any other body
// is an array, object or function made by the evaluation.
type item struct {
	v value.Value
	f float64
	b *body
}

// body is an array, object or function that an evaluation made. Its flags and,
// inside a transformation, its members may change; it never outlives the
// evaluation.
type body struct {
	kind     kind
	flags    flags
	nest     int32              // how deep made arrays and objects nest in it
	items    []item             // elements, or values of members
	values   []value.Value      // instead of items: elements that are all of the document
	names    []string           // names of members
	shape    *value.ObjectShape // of objects: the names as a shape, when known
	other    *other             // instead of items: elements of another form
	function *function
}

// other is the elements of an array that are not listed one by one, or carry
// more than their value.
type other struct {
	tuples []tuple // of a tuple stream
	span   int     // of a range: how many numbers
	from   float64 // and the first of them
}

// flags tell arrays apart that look the same from outside.
type flags uint8

const (
	sequence      flags = 1 << iota // a result sequence: alone, its only element stands for it
	keepSingleton                   // a sequence that stays an array even with one element
	constructed                     // made by an array constructor in a path: not flattened
	outerWrapper                    // the sequence around an input that is an array
	tupleStream                     // holds tuples
	copying                         // a copy of the document whose parts are copied when they are looked at
)

var ofValueNull = item{v: value.NullValue}

// numeral is the body of every computed number. It is never written.
var numeral = &body{kind: number}

func (i item) kind() kind {
	if i.b != nil {
		return i.b.kind
	}
	return kind(i.v.Kind())
}

func (i item) isUndefined() bool { return i.b == nil && i.v.IsAbsent() }

func (i item) isArray() bool { return i.kind() == array }

func (i item) has(f flags) bool { return i.b != nil && i.b.flags&f != 0 }

func ofValue(v value.Value) item { return item{v: v} }

func ofString(s string) item { return item{v: value.OfString(s)} }

func ofFloat(f float64) item { return item{f: f, b: numeral} }

func ofInt(n int) item { return item{f: float64(n), b: numeral} }

func ofBool(b bool) item { return item{v: value.OfBool(b)} }

func ofFunction(f *function) item {
	both := &struct {
		body     body
		function function
	}{body{kind: callable}, *f}
	both.body.function = &both.function
	return item{b: &both.body}
}

// ofArray gives an array that owns the items.
func ofArray(items []item) item {
	return item{b: &body{kind: array, items: items, nest: nestOf(items)}}
}

// nestOf gives the nesting of a body that holds the items.
func nestOf(items []item) int32 {
	nest := int32(0)
	for k := range items {
		if b := items[k].b; b != nil && b.nest >= nest {
			nest = b.nest + 1
		}
	}
	return nest
}

// ofSequence gives a sequence that owns the items.
func ofSequence(items []item) item {
	return item{b: &body{kind: array, flags: sequence, items: items, nest: nestOf(items)}}
}

// float gives a number as a double; a literal too large is an infinity.
func (i item) float() float64 {
	if i.b != nil {
		return i.f
	}
	return parseFloat(i.v.Text())
}

// tens are the powers of ten that a double holds exactly and short decimals
// need.
var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// parseFloat reads a JSON number; short decimals, the usual case, by hand: a
// whole number and a power of ten that are both exact give the nearest double.
func parseFloat(literal string) float64 {
	if n := len(literal); n > 0 && n < 16 {
		whole, k, point := 0, 0, n
		if literal[0] == '-' {
			k = 1
		}
		for ; k < n; k++ {
			if c := literal[k] - '0'; c <= 9 {
				whole = whole*10 + int(c)
			} else if literal[k] == '.' && point == n {
				point = k + 1
			} else {
				break
			}
		}
		if k == n {
			f := float64(whole) / tens[n-point]
			if literal[0] == '-' {
				return -f
			}
			return f
		}
	}
	f, _ := strconv.ParseFloat(literal, 64)
	return f
}

// text gives the content of a string.
func (i item) text() string { return i.v.Text() }

func (i item) isTrue() bool { return i.b == nil && i.v.IsTrue() }

// len gives the number of elements of an array or members of an object.
func (i item) len() int {
	if i.b == nil {
		return i.v.Len()
	}
	if i.b.other != nil {
		return i.b.other.span + len(i.b.other.tuples)
	}
	return len(i.b.items) + len(i.b.values)
}

// at gives an element of an array or the value of a member. Of a tuple stream
// it gives the tuple's own value.
func (i item) at(n int) item {
	switch {
	case i.b == nil:
		return item{v: i.v.At(n)}
	case i.b.values != nil:
		return item{v: i.b.values[n]}
	case i.b.flags&copying != 0:
		return i.b.part(n)
	case i.b.other == nil:
		return i.b.items[n]
	case i.b.other.span > 0:
		return ofFloat(i.b.other.from + float64(n))
	}
	return i.b.other.tuples[n].at
}

// tuples gives the tuples of a tuple stream.
func (i item) tuples() []tuple {
	if i.b == nil || i.b.other == nil {
		return nil
	}
	return i.b.other.tuples
}

// isPlain reports that the elements are the items.
func (b *body) isPlain() bool { return b.values == nil && b.other == nil && b.flags&copying == 0 }

// shared is a body with the same elements and other flags.
func (b *body) shared(f flags) item {
	for n := 0; b.flags&copying != 0 && n < len(b.items); n++ {
		b.part(n)
	}
	return item{b: &body{
		kind: array, flags: f, nest: b.nest, values: b.values, other: b.other,
		items: b.items[:len(b.items):len(b.items)],
	}}
}

// nameAt gives the name of a member.
func (i item) nameAt(n int) string {
	if i.b == nil {
		return i.v.NameAt(n)
	}
	return i.b.names[n]
}

// member gives the value of a member of an object, or undefined.
func (i item) member(name string) item {
	if i.b == nil {
		return item{v: i.v.Get(name)}
	}
	for n, own := range i.b.names {
		if own == name {
			return i.at(n)
		}
	}
	return item{}
}

// elements gives the elements of an array as items. Read only.
func (i item) elements() []item {
	if i.b != nil && i.b.isPlain() {
		return i.b.items
	}
	all := make([]item, i.len())
	for n := range all {
		all[n] = i.at(n)
	}
	return all
}

// documentElements gives the elements of an array that are all of the document
// as they stand there. Read only.
func (i item) documentElements() ([]value.Value, bool) {
	if i.b == nil {
		return i.v.Elements(), true
	}
	return i.b.values, i.b.values != nil
}

// listed gives an array as it is, and anything else as an array of one.
func (i item) listed() item {
	if i.isArray() {
		return i
	}
	return ofSequence([]item{i})
}

// collapsed is what a sequence is to those who use it: nothing when empty, its
// only element unless it is to stay an array.
func (i item) collapsed() item {
	if i.b == nil || i.b.flags&(sequence|tupleStream) != sequence {
		return i
	}
	switch i.len() {
	case 0:
		return item{}
	case 1:
		if i.b.flags&keepSingleton == 0 {
			return i.at(0)
		}
	}
	return i
}

// collapsedIf is collapsed, or the item as it is.
func (i item) collapsedIf(yes bool) item {
	if yes {
		return i.collapsed()
	}
	return i
}

// appended joins two values to one array, as $append does.
func appended(a, b item) item {
	if a.isUndefined() {
		return b
	}
	if b.isUndefined() {
		return a
	}
	joined := make([]item, 0, max(1, a.len())+max(1, b.len()))
	return ofArray(spill(spill(joined, a), b))
}

// spill adds an array's elements to a list, or anything else as one element.
func spill(list []item, i item) []item {
	if !i.isArray() {
		return append(list, i)
	}
	if i.b != nil && i.b.isPlain() {
		return append(list, i.b.items...)
	}
	for n := range i.len() {
		list = append(list, i.at(n))
	}
	return list
}
