package jsonpath

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parser reads one text from left to right.
type parser struct {
	text string
	pos  int
	// filters is how many filters are open, depth how deep all nests.
	filters, depth int
}

func (p *parser) done() bool { return p.pos >= len(p.text) }

// more reports whether another step follows.
func (p *parser) more() bool { c := p.peek(); return c == '.' || c == '[' }

// peek gives the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.done() {
		return 0
	}
	return p.text[p.pos]
}

// take moves over the byte when it is the next one.
func (p *parser) take(c byte) bool {
	if p.peek() != c || p.done() {
		return false
	}
	p.pos++
	return true
}

// takeText moves over the text when it comes next.
func (p *parser) takeText(text string) bool {
	if !strings.HasPrefix(p.text[p.pos:], text) {
		return false
	}
	p.pos += len(text)
	return true
}

func (p *parser) blanks() {
	for strings.IndexByte(" \t\r\n", p.peek()) >= 0 && !p.done() {
		p.pos++
	}
}

// expect moves over blanks and the byte.
func (p *parser) expect(c byte) error {
	if p.blanks(); !p.take(c) {
		return p.fail("%q is missing", c)
	}
	return nil
}

func (p *parser) fail(format string, args ...any) error { return p.failAt(p.pos, format, args...) }

func (p *parser) failAt(offset int, format string, args ...any) error {
	return &SyntaxError{Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// identifier reads the name of a variable: a letter or underscore, then
// letters, marks, digits and underscores of Unicode.
func (p *parser) identifier() string {
	start := p.pos
	for !p.done() {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		letter := unicode.IsLetter(r) || r == '_' || unicode.Is(unicode.Nl, r)
		later := unicode.IsDigit(r) || unicode.IsMark(r) || unicode.Is(unicode.Pc, r)
		if !letter && (p.pos == start || !later) {
			break
		}
		p.pos += size
	}
	return p.text[start:p.pos]
}

// rawQuoted reads a quoted name in brackets as it stands, backslashes included;
// only a backslash before the quote that delimits the name stands for that quote.
func (p *parser) rawQuoted() (string, error) {
	start, quote := p.pos, p.peek()
	p.pos++
	for from := p.pos; !p.done(); p.pos++ {
		switch p.peek() {
		case quote:
			name := p.text[from:p.pos]
			p.pos++
			return strings.ReplaceAll(name, `\`+string(quote), string(quote)), nil
		case '\\':
			p.pos++
		}
	}
	return "", p.failAt(start, "the string does not end")
}

// quoted reads a string in single or double quotes. A backslash takes the
// character after it as it is; \n, \t, \r, \b, \f and \uXXXX are JSON's.
func (p *parser) quoted() (string, error) {
	start, quote := p.pos, p.peek()
	p.pos++
	var b strings.Builder
	for !p.done() {
		c := p.peek()
		p.pos++
		switch c {
		case quote:
			return b.String(), nil
		case '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", p.failAt(start, "the string does not end")
}

func (p *parser) escape(b *strings.Builder) error {
	if p.done() {
		return p.fail("the string ends in a backslash")
	}
	c := p.peek()
	p.pos++
	if at := strings.IndexByte("ntrbf", c); at >= 0 {
		b.WriteByte("\n\t\r\b\f"[at])
		return nil
	}
	if c != 'u' {
		b.WriteByte(c)
		return nil
	}
	var r rune
	if p.pos+4 > len(p.text) {
		return p.fail("\\u needs four hexadecimal digits")
	}
	if _, err := fmt.Sscanf(p.text[p.pos:p.pos+4], "%04x", &r); err != nil {
		return p.fail("\\u needs four hexadecimal digits")
	}
	p.pos += 4
	b.WriteRune(r)
	return nil
}

// integer reads a whole number; ok is false when there is none.
func (p *parser) integer() (n int, ok bool, err error) {
	start := p.pos
	negative := p.take('-')
	digits := p.pos
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		if n = n*10 + int(c-'0'); n > 1<<31 {
			return 0, false, p.failAt(start, "the index is too large")
		}
		p.pos++
	}
	if p.pos == digits {
		p.pos = start
		return 0, false, nil
	}
	if negative {
		n = -n
	}
	return n, true, nil
}
