package jsonpath

import (
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Root is the document that a path starts from.
type Root uint8

// The roots that a definition can name, and the item of a filter.
const (
	// Document is `$`: the input of the field.
	Document Root = iota
	// Context is `$$`: the context object.
	Context
	// Variable is `$name`: a workflow variable.
	Variable
	item
)

// Path is a compiled JSONPath. It is immutable and safe for concurrent use.
type Path struct {
	text     string
	root     Root
	variable string
	steps    []step
	// plain is how many steps at the start are a single name or index: these
	// are walked without gathering.
	plain int
	// gather is the place of a function that takes all results of a scan
	// before it as one array; 0 when there is none.
	gather    int
	definite  bool
	reference bool
}

// Root gives what the path starts from.
func (p *Path) Root() Root { return p.root }

// Variable gives the name of the variable that the path starts from, without
// the dollar sign; it is empty for the other roots.
func (p *Path) Variable() string { return p.variable }

// IsDefinite reports whether the path leads to at most one place. The others
// always give an array, which may be empty.
func (p *Path) IsDefinite() bool { return p.definite }

// IsReference reports whether this is what the States Language calls a
// reference path: only names and indexes, one of each at a time (Amazon States
// Language specification, "Reference Paths").
func (p *Path) IsReference() bool { return p.reference }

// IsWhole reports whether the path is its root alone, such as `$`.
func (p *Path) IsWhole() bool { return len(p.steps) == 0 }

// String gives the text that the path was parsed from.
func (p *Path) String() string { return p.text }

// document gives what the path starts from. ok is false when a variable is not
// there.
func (p *Path) document(env *expr.Env) (value.Value, bool) {
	switch p.root {
	case Context:
		return env.ContextObject(), true
	case Variable:
		return env.Variable(p.variable)
	default:
		return env.Input, !env.Input.IsAbsent()
	}
}

// Relative gives the text as it would stand in a document of its own: `$$.a`
// is `$.a`. AWS writes paths into the context object so when it says that
// something could not be found.
func (p *Path) Relative() string {
	if p.root == Context {
		return p.text[1:]
	}
	return p.text
}

// canonical writes the first n steps as Jayway does: $['a'][0].
func (p *Path) canonical(n int) string {
	var b strings.Builder
	b.WriteByte('$')
	for _, s := range p.steps[:n] {
		s.write(&b)
	}
	return b.String()
}
