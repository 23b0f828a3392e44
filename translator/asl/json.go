package asl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// jsonReader reads RFC 8259 JSON. Slips that leave no doubt about what was
// meant (a comma too many or missing, a comment) are reported and read over, so
// that one run shows them all; any other fault ends the reading.
type jsonReader struct {
	text   string
	at     int
	depth  int
	faults source.Diagnostics
}

// maxSlips ends the reading of a text that is plainly something else.
const maxSlips = 20

func parseJSON(text string) (*Node, source.Diagnostics) {
	r := &jsonReader{text: text}
	r.at = strings.IndexByte(text, '{')
	root := r.value()
	if root == nil {
		return nil, r.faults
	}
	r.blanks()
	if r.at < len(r.text) {
		r.fault(r.at, "More text after the end of the definition", "Delete it, or check the braces: the one that closes the definition stands before this place.")
	}
	return root, r.faults
}

func (r *jsonReader) fault(at int, summary, hint string) {
	end := min(at, len(r.text))
	if end < len(r.text) {
		_, size := utf8.DecodeRuneInString(r.text[end:])
		end += size
	}
	r.faults = append(r.faults, source.Diagnostic{
		Code: InvalidText, Severity: source.Error, Summary: summary, Hint: hint,
		Span: source.Span{Start: min(at, len(r.text)), End: end},
	})
}

// peek gives the next byte, 0 at the end.
func (r *jsonReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

// blanks moves over white space, and over comments with a fault.
func (r *jsonReader) blanks() {
	for r.at < len(r.text) {
		rest := r.text[r.at:]
		switch {
		case strings.IndexByte(" \t\r\n", rest[0]) >= 0:
			r.at++
			continue
		case strings.HasPrefix(rest, "//"):
			r.slip("JSON has no comments", `Use the field Comment, or write the definition in YAML.`)
			r.at += until(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			r.slip("JSON has no comments", `Use the field Comment, or write the definition in YAML.`)
			r.at += until(rest, "*/")
		default:
			return
		}
	}
}

func until(text, mark string) int {
	if i := strings.Index(text, mark); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}

func (r *jsonReader) slip(summary, hint string) {
	if len(r.faults) < maxSlips {
		r.fault(r.at, summary, hint)
	}
}

// value reads the next value; nil after a fault that ends the reading.
func (r *jsonReader) value() *Node {
	r.blanks()
	start := r.at
	switch c := r.peek(); {
	case c == '{' || c == '[':
		if r.depth++; r.depth > maxDepth {
			r.fault(r.at, fmt.Sprintf("The definition nests more than %d levels deep", maxDepth), "")
			return nil
		}
		defer func() { r.depth-- }()
		if c == '{' {
			return r.object()
		}
		return r.array()
	case c == '"':
		text, ok := r.string()
		if !ok {
			return nil
		}
		return &Node{Span: source.Span{Start: start, End: r.at}, Value: value.OfString(text)}
	default:
		return r.word()
	}
}

func (r *jsonReader) object() *Node {
	node := &Node{Span: source.Span{Start: r.at}}
	r.at++
	for more := r.opened('}'); more; more = r.next('}') {
		start := r.at
		if r.peek() != '"' {
			r.expectedName()
			return nil
		}
		name, ok := r.string()
		if !ok {
			return nil
		}
		span := source.Span{Start: start, End: r.at}
		r.blanks()
		if r.peek() != ':' {
			r.fault(r.at, fmt.Sprintf("A colon must stand after the name %q, but here is %s", name, r.found()), "")
			return nil
		}
		r.at++
		v := r.value()
		if v == nil {
			return nil
		}
		node.Members = append(node.Members, Member{Name: name, NameSpan: span, Node: v})
	}
	if r.peek() != '}' {
		r.unclosed(node, "object", "}")
		return nil
	}
	r.at++
	node.Span.End = r.at
	node.Value = objectOf(node.Members)
	return node
}

func (r *jsonReader) array() *Node {
	node := &Node{Span: source.Span{Start: r.at}}
	r.at++
	var values []value.Value
	for more := r.opened(']'); more; more = r.next(']') {
		v := r.value()
		if v == nil {
			return nil
		}
		node.Elements = append(node.Elements, v)
		values = append(values, v.Value)
	}
	if r.peek() != ']' {
		r.unclosed(node, "array", "]")
		return nil
	}
	r.at++
	node.Span.End = r.at
	node.Value = value.OfArray(values)
	return node
}

func objectOf(members []Member) value.Value {
	b := value.NewObject(len(members))
	for _, m := range members {
		b.Put(m.Name, m.Node.Value)
	}
	return b.Value()
}

// opened moves to the first entry after an opening bracket and reports whether
// there is one.
func (r *jsonReader) opened(closing byte) bool {
	r.blanks()
	return r.at < len(r.text) && r.peek() != closing
}

// next moves over the comma to the next entry and reports whether there is one.
func (r *jsonReader) next(closing byte) bool {
	before := r.at
	r.blanks()
	switch c := r.peek(); {
	case c == ',':
		comma := r.at
		r.at++
		r.blanks()
		if r.peek() != closing {
			return r.at < len(r.text)
		}
		if len(r.faults) < maxSlips {
			r.fault(comma, "A comma stands before the closing bracket", "Delete the comma: JSON allows none after the last entry.")
		}
		return false
	case c == '"' && len(r.faults) < maxSlips:
		r.fault(before, "A comma is missing after this entry", "Put a comma between the entries.")
		return true
	default:
		return false
	}
}

func (r *jsonReader) unclosed(node *Node, what, closing string) {
	if r.at >= len(r.text) {
		r.fault(node.Span.Start, fmt.Sprintf("The text ends before this %s is closed", what), fmt.Sprintf("A closing %s is missing.", closing))
		return
	}
	r.fault(r.at, fmt.Sprintf("A comma or %s must stand here, but here is %s", closing, r.found()), "")
}

func (r *jsonReader) expectedName() {
	hint := `Names are strings in double quotes, such as "StartAt".`
	if r.peek() == '\'' {
		hint = "JSON strings stand in double quotes, not in single ones."
	}
	r.fault(r.at, "The name of a field must stand here, but here is "+r.found(), hint)
}

// found describes what stands here.
func (r *jsonReader) found() string {
	if r.at >= len(r.text) {
		return "the end of the text"
	}
	if w := r.letters(); w != "" {
		return fmt.Sprintf("%q", w)
	}
	c, _ := utf8.DecodeRuneInString(r.text[r.at:])
	return fmt.Sprintf("%q", string(c))
}
