package asl

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// yamlReader makes the tree of a YAML document. Anchors, aliases and merge keys
// are written out; scalars become what JSON would hold: timestamps and binary
// data stay texts, names of any scalar type become strings.
type yamlReader struct {
	text   *source.Text
	faults source.Diagnostics
	depth  int
	// budget is how many characters the tree may still hold: aliases can
	// multiply them.
	budget int
	// open are the nodes that are being read, which an alias may not name.
	open map[*yaml.Node]bool
	// spans are the places found so far; last and lastOffset are where the
	// newest of them begins.
	spans      map[*yaml.Node]source.Span
	last       source.Position
	lastOffset int
}

func parseYAML(text *source.Text) (*Node, source.Diagnostics) {
	r := &yamlReader{text: text, budget: 2 * MaxCharacters, open: map[*yaml.Node]bool{}, spans: map[*yaml.Node]source.Span{}}
	document, fault := r.document()
	switch {
	case fault != nil:
		return nil, append(r.faults, *fault)
	case document == nil || len(document.Content) == 0:
		return nil, source.Diagnostics{{Code: InvalidSchema, Severity: source.Error, Summary: notAnObject, Hint: "The text is empty."}}
	}
	root := r.node(document.Content[0])
	switch root.Kind() {
	case value.Absent, value.Object:
	case value.String, value.Number:
		r.say(root.Span, "The definition is neither a JSON object nor a YAML mapping", `A definition begins with {"StartAt": ...} in JSON, or StartAt: ... in YAML.`)
	default:
		r.faults = append(r.faults, source.Diagnostic{Code: InvalidSchema, Severity: source.Error, Summary: notAnObject, Span: root.Span})
	}
	return root, r.faults
}

// document reads the one document of the text. The YAML package reports faults
// by panics inside; one that it lets out must not end the process.
func (r *yamlReader) document() (document *yaml.Node, fault *source.Diagnostic) {
	defer func() {
		if p := recover(); p != nil {
			fault = yamlFault(r.text, fmt.Errorf("%v", p))
		}
	}()
	d := yaml.NewDecoder(strings.NewReader(r.text.String()))
	var first, second yaml.Node
	if err := d.Decode(&first); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, yamlFault(r.text, err)
	}
	if err := d.Decode(&second); err == nil {
		at := r.text.Offset(source.Position{Line: second.Line, Column: second.Column})
		r.say(source.Span{Start: at, End: at}, "A definition is one YAML document, but here begins another", "Delete the line --- and what follows, or put it into a file of its own.")
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlFault(r.text, err)
	}
	return &first, nil
}

var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

func yamlFault(text *source.Text, err error) *source.Diagnostic {
	message := err.Error()
	var span source.Span
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		message = message[len(m[0]):]
		if line, err := strconv.Atoi(m[1]); err == nil {
			span.Start = text.Offset(source.Position{Line: line, Column: 1})
			span.End = min(len(text.String()), span.Start+until(text.String()[span.Start:], "\n"))
		}
	}
	return &source.Diagnostic{
		Code: InvalidText, Severity: source.Error, Summary: "This is not YAML: " + message, Span: span,
		Hint: "Check the indentation, and put texts that begin with one of * & ! % @ ` { [ or hold \": \" in quotes. A definition in JSON begins with {.",
	}
}

func (r *yamlReader) say(span source.Span, summary, hint string) {
	r.faults = append(r.faults, source.Diagnostic{Code: InvalidText, Severity: source.Error, Summary: summary, Hint: hint, Span: span})
}

// node gives the tree of a YAML node; nil after a fault that leaves no value.
func (r *yamlReader) node(n *yaml.Node) *Node {
	if r.budget < 0 {
		return nil
	}
	if r.budget -= 1 + len(n.Value); r.budget < 0 {
		r.say(r.span(n), "The aliases of this definition write out to more than a definition may hold", "Use fewer aliases.")
		return nil
	}
	if r.depth++; r.depth > maxDepth {
		r.say(r.span(n), fmt.Sprintf("The definition nests more than %d levels deep", maxDepth), "")
		r.budget = -1
		return nil
	}
	defer func() { r.depth-- }()
	r.tag(n)
	switch n.Kind {
	case yaml.AliasNode:
		return r.alias(n)
	case yaml.MappingNode, yaml.SequenceNode:
		r.open[n] = true
		defer delete(r.open, n)
		if n.Kind == yaml.MappingNode {
			return r.mapping(n)
		}
		return r.sequence(n)
	default:
		return &Node{Span: r.span(n), Value: r.scalar(n)}
	}
}

func (r *yamlReader) alias(n *yaml.Node) *Node {
	if n.Alias == nil || r.open[n.Alias] {
		r.say(r.span(n), fmt.Sprintf("The alias *%s names a value that it stands in", n.Value), "A JSON value cannot hold itself.")
		return nil
	}
	return r.node(n.Alias)
}

// tag refuses the tags of CloudFormation and any others of the author's.
func (r *yamlReader) tag(n *yaml.Node) {
	if !strings.HasPrefix(n.Tag, "!") || strings.HasPrefix(n.Tag, "!!") || n.Tag == "!" {
		return
	}
	at := r.begin(n)
	r.say(source.Span{Start: at, End: at + len(n.Tag)}, fmt.Sprintf("The tag %s is not part of the States Language", n.Tag),
		"CloudFormation puts a value in its place when it deploys. Write that value here, or use the definition that was deployed.")
}

func (r *yamlReader) sequence(n *yaml.Node) *Node {
	node := &Node{Span: r.span(n)}
	var values []value.Value
	for _, c := range n.Content {
		if e := r.node(c); e != nil {
			node.Elements = append(node.Elements, e)
			values = append(values, e.Value)
			node.Span.End = max(node.Span.End, e.Span.End)
		}
	}
	node.Value = value.OfArray(values)
	return node
}

func (r *yamlReader) mapping(n *yaml.Node) *Node {
	node := &Node{Span: r.span(n)}
	var merged []Member
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, content := n.Content[i], n.Content[i+1]
		if name.ShortTag() == "!!merge" {
			merged = append(merged, r.merge(content)...)
			continue
		}
		if name.Kind == yaml.AliasNode && name.Alias != nil {
			name = name.Alias
		}
		if name.Kind != yaml.ScalarNode {
			r.say(r.span(name), "The name of a field must be a text, but here is a mapping or a sequence", "")
			continue
		}
		r.tag(name)
		r.budget -= len(name.Value)
		span := r.span(name)
		if v := r.node(content); v != nil {
			node.Members = append(node.Members, Member{Name: name.Value, NameSpan: span, Node: v})
			node.Span.End = max(node.Span.End, v.Span.End)
		}
	}
	node.Members = underlay(node.Members, merged)
	node.Value = objectOf(node.Members)
	return node
}

// underlay adds the merged members whose names do not stand yet.
func underlay(members, merged []Member) []Member {
	if len(merged) == 0 {
		return members
	}
	names := make(map[string]bool, len(members)+len(merged))
	for _, m := range members {
		names[m.Name] = true
	}
	for _, m := range merged {
		if !names[m.Name] {
			names[m.Name] = true
			members = append(members, m)
		}
	}
	return members
}

// merge gives the members that a merge key brings in; of sequences the first
// mapping that has a name counts (https://yaml.org/type/merge.html).
func (r *yamlReader) merge(n *yaml.Node) []Member {
	v := r.node(n)
	switch v.Kind() {
	case value.Absent:
		return nil
	case value.Object:
		return v.Members
	case value.Array:
		var members []Member
		for _, e := range v.Elements {
			members = append(members, e.Members...)
		}
		return members
	}
	r.say(v.Span, "The merge key << takes a mapping or a sequence of mappings", "")
	return nil
}

// scalar gives what JSON would hold.
func (r *yamlReader) scalar(n *yaml.Node) value.Value {
	switch n.ShortTag() {
	case "!!null":
		return value.NullValue
	case "!!bool":
		return value.OfBool(strings.EqualFold(n.Value, "true"))
	case "!!int", "!!float":
		if v, err := value.OfNumber(n.Value); err == nil {
			return v
		}
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return value.OfInt(i)
		}
		if f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64); err == nil && f-f == 0 {
			return value.OfFloat(f)
		}
		r.say(r.span(n), fmt.Sprintf("JSON has no number %s", n.Value), "Put it in quotes when it is meant as a text.")
	}
	return value.OfString(n.Value)
}
