package intrinsic

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// SyntaxError is a text that is no call of an intrinsic function.
type SyntaxError = expr.SyntaxError

// maxNested is how many functions may stand in one another (AWS, "Intrinsic
// functions": up to 10).
const maxNested = 10

// Parse compiles a call such as States.Format('Hello {}', $.name). Blanks after
// it are allowed. The error is a *[SyntaxError].
func Parse(text string) (*Call, error) {
	p := &parser{text: strings.TrimRight(text, " \t\r\n")}
	call, err := p.call(1)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, p.fail("unexpected %q", p.text[p.pos:])
	}
	return call, nil
}

type parser struct {
	text string
	pos  int
}

func (p *parser) fail(format string, args ...any) error {
	return &SyntaxError{Offset: p.pos, Reason: fmt.Sprintf(format, args...)}
}

// peek gives the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.pos == len(p.text) {
		return 0
	}
	return p.text[p.pos]
}

func (p *parser) blanks() {
	for strings.IndexByte(" \t\r\n", p.peek()) >= 0 && p.pos < len(p.text) {
		p.pos++
	}
}

// call reads Name(arguments).
func (p *parser) call(depth int) (*Call, error) {
	start := p.pos
	if depth > maxNested {
		return nil, p.fail("more than %d functions are nested", maxNested)
	}
	name := p.word()
	f := find(name)
	if f == nil {
		p.pos = start
		return nil, p.fail("%q is not an intrinsic function", name)
	}
	if p.blanks(); p.peek() != '(' {
		return nil, p.fail("( is missing after %s", name)
	}
	p.pos++
	call := &Call{function: f}
	for p.blanks(); len(call.args) > 0 || p.peek() != ')'; p.blanks() {
		begin := p.pos
		a, err := p.argument(f, len(call.args), depth)
		if err != nil {
			return nil, err
		}
		if want := f.parameter(len(call.args)); a.isLiteral() && len(call.args) < len(f.parameters) && !want.accepts(a.literal) {
			p.pos = begin
			return nil, p.fail("argument %d of %s must be %s, a path or a function", len(call.args)+1, name, want)
		}
		call.args = append(call.args, a)
		if p.blanks(); p.peek() != ',' {
			break
		}
		p.pos++
	}
	if p.peek() != ')' {
		return nil, p.fail(", or ) is missing")
	}
	p.pos++
	call.text = p.text[start:p.pos]
	if n := len(call.args); n < f.min() || f.max() >= 0 && n > f.max() {
		p.pos = start
		return nil, p.fail("%s takes %s, not %d", name, f.arity(), n)
	}
	return call, nil
}

// argument reads the i-th argument of f.
func (p *parser) argument(f *function, i, depth int) (argument, error) {
	switch c := p.peek(); {
	case c == '\'':
		text, err := p.quoted(f.parameter(i) == template)
		return argument{literal: value.OfString(text)}, err
	case c == '$':
		path, n, err := jsonpath.ParsePrefix(p.text[p.pos:])
		if syntax := (*SyntaxError)(nil); errors.As(err, &syntax) {
			return argument{}, &SyntaxError{Offset: p.pos + syntax.Offset, Reason: syntax.Reason}
		}
		p.pos += n
		return argument{path: path}, nil
	case strings.HasPrefix(p.text[p.pos:], Prefix):
		call, err := p.call(depth + 1)
		return argument{call: call}, err
	}
	start := p.pos
	word := p.word()
	v, err := value.ParseString(word)
	if err != nil {
		p.pos = start
		return argument{}, p.fail("an argument is a string in single quotes, a number, null, true, false, a path or a function")
	}
	return argument{literal: v}, nil
}

// word reads what can be a name or number.
func (p *parser) word() string {
	start := p.pos
	for c := p.peek(); c == '.' || c == '_' || c == '-' || c == '+' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'; c = p.peek() {
		p.pos++
	}
	return p.text[start:p.pos]
}

// quoted reads a string in single quotes. A backslash may stand before a
// quote, a brace and a backslash. In a template these stay as they are, since
// States.Format tells an escaped brace from a placeholder.
func (p *parser) quoted(raw bool) (string, error) {
	start := p.pos
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.peek()
		p.pos++
		switch c {
		case '\'':
			return b.String(), nil
		case '\\':
			escaped := p.peek()
			if strings.IndexByte(`'{}\`, escaped) < 0 {
				p.pos--
				return "", p.fail(`a backslash can only stand before ', {, } and \`)
			}
			p.pos++
			if raw {
				b.WriteByte(c)
			}
			b.WriteByte(escaped)
		default:
			b.WriteByte(c)
		}
	}
	p.pos = start
	return "", p.fail("the string does not end")
}
