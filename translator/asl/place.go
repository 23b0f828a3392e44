package asl

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// Within gives the place in the text of the bytes [start, end) of the content
// of a string, so that a fault inside an expression shows where it is written.
// For other nodes, and where the spelling does not tell, it is the whole node.
func (d *Definition) Within(n *Node, start, end int) source.Span {
	content := n.Text()
	if content == "" || start < 0 || start > len(content) || n.Span.End > len(d.Text.String()) {
		return n.Span
	}
	raw := d.Text.String()[n.Span.Start:n.Span.End]
	places := stringPlaces
	if d.YAML {
		places = scalarPlaces
	}
	from, to := places(raw, content, start), places(raw, content, min(max(end, start), len(content)))
	if from < 0 || to < from {
		return n.Span
	}
	return source.Span{Start: n.Span.Start + from, End: n.Span.Start + to}
}

// stringPlaces gives where byte i of the content stands in a JSON string
// literal.
func stringPlaces(raw, _ string, i int) int {
	at := 1
	for read := 0; read < i && at < len(raw); {
		if raw[at] != '\\' {
			at++
			read++
			continue
		}
		content, size := unescape(raw[at:])
		if size == 0 {
			return -1
		}
		at += size
		read += utf8.RuneLen(content)
	}
	return at
}

// scalarPlaces finds byte i of the content in a YAML scalar by walking both at
// once: what folding and quoting put between is passed over. Escapes of double
// quoted scalars that do not stand for themselves end the walk early, so that
// the place is the escape.
func scalarPlaces(raw, content string, i int) int {
	at := 0
	for read := 0; read < i; read++ {
		for at < len(raw) && raw[at] != content[read] && passed(raw[at], content[read]) {
			at++
		}
		if at >= len(raw) || raw[at] != content[read] && !folded(raw[at], content[read]) {
			return at
		}
		at++
	}
	for at < len(raw) && i < len(content) && raw[at] != content[i] && passed(raw[at], content[i]) {
		at++
	}
	return at
}

// passed reports that a byte of the scalar may belong to its spelling alone.
func passed(raw, content byte) bool {
	return raw == '"' || raw == '\'' || raw == '\\' || raw == '|' || raw == '>' || raw == '-' || raw == '+' ||
		raw == '\r' || raw == '\n' && content != ' ' || raw == ' ' || raw == '\t'
}

// folded reports that a line break stands for a blank.
func folded(raw, content byte) bool { return raw == '\n' && content == ' ' }

// begin gives where a YAML node begins, its tag and anchor included. Nodes come
// mostly in the order of the text, so that it goes on from the last place: a
// long line is not counted again for each of its nodes.
func (r *yamlReader) begin(n *yaml.Node) int {
	if n.Line != r.last.Line || n.Column < r.last.Column {
		r.last = source.Position{Line: n.Line, Column: 1}
		r.lastOffset = r.text.Offset(r.last)
	}
	text := r.text.String()
	for ; r.last.Column < n.Column && r.lastOffset < len(text); r.last.Column++ {
		_, size := utf8.DecodeRuneInString(text[r.lastOffset:])
		r.lastOffset += size
	}
	return r.lastOffset
}

// span gives the place of a YAML node, which knows only where it begins.
func (r *yamlReader) span(n *yaml.Node) source.Span {
	if span, known := r.spans[n]; known {
		return span
	}
	text := r.text.String()
	start := r.begin(n)
	if n.Kind == yaml.ScalarNode {
		start += properties(text[start:])
	}
	rest := text[start:]
	size := 0
	switch {
	case n.Kind == yaml.AliasNode:
		size = 1 + len(n.Value)
	case n.Kind != yaml.ScalarNode:
		size = 1
	case n.Style&yaml.DoubleQuotedStyle != 0:
		size = quoted(rest, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		size = quoted(rest, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		size = blockScalar(rest)
	case strings.HasPrefix(rest, n.Value):
		size = len(n.Value)
	default:
		size = until(rest, "\n")
	}
	span := source.Span{Start: start, End: start + min(size, len(rest))}
	r.spans[n] = span
	return span
}

// properties gives the length of the tag and the anchor before a scalar.
func properties(rest string) int {
	at := 0
	for at < len(rest) && (rest[at] == '&' || rest[at] == '!') {
		at += strings.IndexFunc(rest[at:]+" ", unicode.IsSpace)
		at = len(rest) - len(strings.TrimLeft(rest[min(at, len(rest)):], " \t\r\n"))
	}
	return at
}

// quoted gives the length of the quoted scalar that rest begins with.
func quoted(rest string, quote byte) int {
	at := strings.IndexByte(rest, quote) + 1
	for at > 0 && at < len(rest) {
		switch {
		case rest[at] == '\\' && quote == '"':
			at += 2
		case rest[at] == quote && quote == '\'' && strings.HasPrefix(rest[at+1:], "'"):
			at += 2
		case rest[at] == quote:
			return at + 1
		default:
			at++
		}
	}
	return len(rest)
}

// blockScalar gives the length of a block scalar: its first line, and all lines after
// it that are blank or indented at least as deep as the first that is not.
func blockScalar(rest string) int {
	at := until(rest, "\n")
	indent := -1
	for at < len(rest) {
		line := rest[at : at+until(rest[at:], "\n")]
		content := strings.TrimLeft(line, " ")
		if strings.TrimSpace(content) != "" {
			if depth := len(line) - len(content); indent < 0 {
				indent = depth
			} else if depth < indent {
				break
			}
		}
		at += len(line)
	}
	return at
}
