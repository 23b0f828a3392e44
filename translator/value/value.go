package value

// Kind is the JSON type of a [Value].
type Kind uint8

// The kinds. Absent is the kind of the zero Value: no value at all, which is
// not the same as null. It is never part of an array or object.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"absent", "null", "boolean", "number", "string", "array", "object"}

// String gives the name of the kind as JSON Schema spells it.
func (k Kind) String() string { return kindNames[k] }

// Value is one immutable JSON value, or none ([Absent], the zero Value).
type Value struct {
	kind Kind
	text string // String: the content; Number: the literal; Bool: "true" or "false"
	node *node  // Array and Object
}

// node is the body of an array or object. It is never written after it has
// been handed out.
type node struct {
	values []Value
	names  []string       // objects: parallel to values
	index  map[string]int // objects with many members; looked up, never ranged
}

// NullValue is JSON null.
var NullValue = Value{kind: Null, text: "null"}

// True and False are the JSON booleans.
var (
	True  = Value{kind: Bool, text: "true"}
	False = Value{kind: Bool, text: "false"}
)

// EmptyObject is {}; EmptyArray is [].
var (
	EmptyObject = Value{kind: Object, node: &node{}}
	EmptyArray  = Value{kind: Array, node: &node{}}
)

// OfBool gives the JSON boolean b.
func OfBool(b bool) Value {
	if b {
		return True
	}
	return False
}

// OfString gives the JSON string s, which should be valid UTF-8.
func OfString(s string) Value { return Value{kind: String, text: s} }

// OfArray gives an array that owns elements: the caller must not write to the
// slice afterwards. Absent elements are not allowed.
func OfArray(elements []Value) Value {
	if len(elements) == 0 {
		return EmptyArray
	}
	return Value{kind: Array, node: &node{values: elements}}
}

// Kind gives the JSON type.
func (v Value) Kind() Kind { return v.kind }

// IsAbsent reports that there is no value.
func (v Value) IsAbsent() bool { return v.kind == Absent }

// Or gives v, or other when v is absent.
func (v Value) Or(other Value) Value {
	if v.kind == Absent {
		return other
	}
	return v
}

// Text gives the content of a string, or the literal of a number, boolean or
// null; it is empty for the other kinds.
func (v Value) Text() string { return v.text }

// IsTrue reports whether v is the boolean true.
func (v Value) IsTrue() bool { return v.kind == Bool && v.text == "true" }

// Len gives the number of elements or members, 0 for other kinds.
func (v Value) Len() int {
	if v.node == nil {
		return 0
	}
	return len(v.node.values)
}

// At gives the i-th element of an array or the value of the i-th member of an
// object. It panics when i is out of range, as a slice does.
func (v Value) At(i int) Value { return v.node.values[i] }

// NameAt gives the name of the i-th member of an object.
func (v Value) NameAt(i int) string { return v.node.names[i] }

// Elements gives the elements of an array (or the member values of an
// object). The slice is shared: read only.
func (v Value) Elements() []Value {
	if v.node == nil {
		return nil
	}
	return v.node.values
}
