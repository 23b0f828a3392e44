package compile

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is an object of the tree with its place in the definition. The zero
// object has no fields.
type object struct {
	node *asl.Node
	path string
}

// has reports whether the field is there.
func (o object) has(name string) bool { return o.node.Get(name) != nil }

// get gives the value of a field, absent when it is not there.
func (o object) get(name string) value.Value {
	if n := o.node.Get(name); n != nil {
		return n.Value
	}
	return value.Value{}
}

// text gives the content of a field that holds a string.
func (o object) text(name string) string { return o.node.Get(name).Text() }

// int gives a whole number, or the default when the field is not there.
func (o object) int(name string, otherwise int64) int64 {
	if n, ok := o.get(name).Int(); ok {
		return n
	}
	return otherwise
}

// texts gives the strings of an array.
func (o object) texts(name string) []string {
	var texts []string
	for _, n := range o.node.Get(name).Items() {
		texts = append(texts, n.Text())
	}
	return texts
}

// field gives the object that a field holds.
func (o object) field(name string) object {
	return object{o.node.Get(name), o.path + "/" + name}
}

// entries gives the objects of an array.
func (o object) entries(name string) []object {
	var entries []object
	for i, n := range o.node.Get(name).Items() {
		entries = append(entries, object{n, fmt.Sprintf("%s/%s[%d]", o.path, name, i)})
	}
	return entries
}
