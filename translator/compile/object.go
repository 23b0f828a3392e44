package compile

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is an object of the tree with its place in the definition. The zero
// object has no fields.
type object struct {
	node *asl.Node
	path string
	// state is the state that the object is, or is part of; nil outside of one.
	state *asl.State
}

// location gives a field's place in its state, such as Catch[1]/Output.
func (o object) location(field string) string {
	if o.state == nil {
		return field
	}
	return strings.TrimPrefix(o.path+"/"+field, o.state.Path+"/")
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
	return object{o.node.Get(name), o.path + "/" + name, o.state}
}

// at gives what a pointer into the value of a field leads to.
func (o object) at(field string, pointer []string) object {
	at := o.field(field)
	for _, step := range pointer {
		at = at.step(step)
	}
	return at
}

// entries gives the objects of an array.
func (o object) entries(name string) []object {
	var entries []object
	for i, n := range o.node.Get(name).Items() {
		entries = append(entries, object{n, fmt.Sprintf("%s/%s[%d]", o.path, name, i), o.state})
	}
	return entries
}
