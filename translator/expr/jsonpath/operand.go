package jsonpath

import (
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// scope is what a path or filter sees: where it starts, what `$` means inside
// of filters, and how much it may do.
type scope struct {
	item, document value.Value
	budget         *budget
}

// at gives the scope of a filter at v.
func (s scope) at(v value.Value) scope {
	s.item = v
	return s
}

// find follows a path inside of a filter.
func (s scope) find(p *Path) (value.Value, bool) {
	if p.root != item {
		s.item = s.document
	}
	v, f := p.evaluate(s)
	return v, f.reason == found
}

// operand is one side of a comparison: a path, or else a literal.
type operand struct {
	path    *Path
	literal value.Value
	pattern *regexp.Regexp
}

// in gives what the operand stands for; a path without a match has neither
// value nor pattern.
func (o operand) in(s scope) operand {
	if o.path == nil {
		return o
	}
	v, _ := s.find(o.path)
	return operand{literal: v}
}

// operand reads a path, string, number, pattern, JSON value or bare word.
func (p *parser) operand() (operand, error) {
	p.blanks()
	switch c := p.peek(); {
	case c == '@' || c == '$':
		path, err := p.inner()
		return operand{path: path}, err
	case c == '\'' || c == '"':
		text, err := p.quoted()
		return operand{literal: value.OfString(text)}, err
	case c == '/':
		pattern, err := p.pattern()
		return operand{pattern: pattern}, err
	case c == '[' || c == '{' || c == '-' || c >= '0' && c <= '9':
		v, err := p.json()
		return operand{literal: v}, err
	}
	return p.word()
}

// inner reads a path inside of a filter or among arguments.
func (p *parser) inner() (*Path, error) {
	start := p.pos
	path := &Path{}
	if p.peek() == '@' {
		path.root = item
	}
	p.pos++
	if err := p.steps(path); err != nil {
		return nil, err
	}
	path.text = p.text[start:p.pos]
	return path, nil
}

// word reads true, false, null, or a string that lacks its quotes, which
// Jayway's first versions allowed and published definitions still use.
func (p *parser) word() (operand, error) {
	start := p.pos
	for c := p.peek(); isWord(c); c = p.peek() {
		p.pos++
	}
	switch word := p.text[start:p.pos]; word {
	case "":
		return operand{}, p.fail("an operand is missing")
	case "true", "false":
		return operand{literal: value.OfBool(word == "true")}, nil
	case "null":
		return operand{literal: value.NullValue}, nil
	default:
		return operand{literal: value.OfString(word)}, nil
	}
}

func isWord(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// json reads a number, array or object. Strings in it may stand in single
// quotes.
func (p *parser) json() (value.Value, error) {
	start := p.pos
	text, err := p.jsonText()
	if err != nil {
		return value.Value{}, err
	}
	v, err := value.ParseString(text)
	if err != nil {
		return value.Value{}, p.failAt(start, "%q is not a JSON value", p.text[start:p.pos])
	}
	return v, nil
}

// jsonText takes the extent of a JSON value and gives it with double quotes.
func (p *parser) jsonText() (string, error) {
	var b strings.Builder
	for open := 0; !p.done(); {
		switch c := p.peek(); {
		case c == '\'' || c == '"':
			s, err := p.quoted()
			if err != nil {
				return "", err
			}
			quoted, _ := jsontext.AppendQuote(nil, s)
			b.Write(quoted)
			continue
		case c == '[' || c == '{':
			open++
		case (c == ']' || c == '}') && open > 0:
			if open--; open == 0 {
				p.pos++
				b.WriteByte(c)
				return b.String(), nil
			}
		case open == 0 && !isWord(c) && c != '.' && c != '+':
			return b.String(), nil
		}
		b.WriteByte(p.peek())
		p.pos++
	}
	return b.String(), nil
}

// pattern reads /regular expression/flags. It must match the whole text.
func (p *parser) pattern() (*regexp.Regexp, error) {
	start := p.pos
	p.pos++
	var body strings.Builder
	for {
		if p.done() {
			return nil, p.failAt(start, "the pattern does not end")
		}
		c := p.peek()
		p.pos++
		if c == '/' {
			break
		}
		if c == '\\' && p.peek() == '/' {
			continue
		}
		body.WriteByte(c)
		if c == '\\' && !p.done() {
			body.WriteByte(p.peek())
			p.pos++
		}
	}
	flags := ""
	for c := p.peek(); c != 0 && strings.IndexByte("ismuU", c) >= 0; c = p.peek() {
		if p.pos++; c != 'u' && c != 'U' { // Unicode is what Go matches anyway
			flags += string(c)
		}
	}
	if flags != "" {
		flags = "(?" + flags + ")"
	}
	pattern, err := regexp.Compile(flags + "^(?:" + body.String() + ")$")
	if err != nil {
		return nil, p.failAt(start, "the pattern is not a regular expression: %v", err)
	}
	return pattern, nil
}
