package asl

import (
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Node is one JSON value of the definition with its place. It is read only.
// All methods may be called on a nil Node, which stands for no value: it has
// no members and its kind is [value.Absent].
type Node struct {
	Span source.Span
	// Value is the whole value below this node.
	Value value.Value
	// Members stand for objects, in document order, with duplicates.
	Members []Member
	// Elements stand for arrays.
	Elements []*Node
}

// Member is one name of an object with its value.
type Member struct {
	Name     string
	NameSpan source.Span
	Node     *Node
}

// Member gives the last member with the name, or nil.
func (n *Node) Member(name string) *Member {
	if n == nil {
		return nil
	}
	for i := len(n.Members) - 1; i >= 0; i-- {
		if n.Members[i].Name == name {
			return &n.Members[i]
		}
	}
	return nil
}

// Get gives the value of the last member with the name, or nil.
func (n *Node) Get(name string) *Node {
	if m := n.Member(name); m != nil {
		return m.Node
	}
	return nil
}

// Kind gives the JSON type.
func (n *Node) Kind() value.Kind {
	if n == nil {
		return value.Absent
	}
	return n.Value.Kind()
}

// Text gives the content of a string; it is empty for all other kinds.
func (n *Node) Text() string {
	if n.Kind() != value.String {
		return ""
	}
	return n.Value.Text()
}

// Items gives the elements of an array.
func (n *Node) Items() []*Node {
	if n == nil {
		return nil
	}
	return n.Elements
}
