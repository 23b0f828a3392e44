package awsform

import (
	"fmt"
	"unicode/utf16"
)

// jackson reads a JSON text to its first fault and tells that in the words of
// Jackson, the Java library whose messages AWS passes on (recorded). It counts
// in UTF-16 units, as Java does.
type jackson struct {
	text []uint16
	at   int
	// row is the number of line feeds read, rowStart where the line begins.
	row, rowStart int
	// open are the objects and arrays that are not closed yet.
	open []container
}

// container is an object or array with the place of its opening mark.
type container struct {
	mark        uint16
	row, column int
	// filled tells that it has an entry.
	filled bool
}

func (c container) name() string {
	if c.mark == '{' {
		return "Object"
	}
	return "Array"
}

func (c container) end() uint16 { return c.mark + 2 } // } or ]

// jacksonFault is a message and its place, which the message ends with.
type jacksonFault struct{ message, location string }

// maxSnippet is how much of the text a place quotes.
const maxSnippet = 500

func units(text string) []uint16 { return utf16.Encode([]rune(text)) }

// document reads the whole text and gives the character that its value begins
// with, 0 when there is none.
func (p *jackson) document() (kind uint16, fault *jacksonFault) {
	defer func() {
		if r := recover(); r != nil {
			f, ours := r.(*jacksonFault)
			if !ours {
				panic(r)
			}
			fault = f
		}
	}()
	if p.skip(); p.ended() {
		return 0, nil
	}
	kind = p.peek()
	p.value()
	for len(p.open) > 0 {
		p.entry()
	}
	return kind, nil
}

// entry reads the next entry, or the end, of the innermost container.
func (p *jackson) entry() {
	inner := p.open[len(p.open)-1]
	p.skip()
	if p.ended() {
		p.fail("Unexpected end-of-input: expected close marker for %s (start marker at %s)", inner.name(), p.place(inner.row, inner.column))
	}
	if c := p.peek(); c == '}' || c == ']' {
		if c != inner.end() {
			p.at++
			p.fail("Unexpected close marker '%c': expected '%c' (for %s starting at %s)", c, inner.end(), inner.name(), p.place(inner.row, inner.column))
		}
		p.at++
		p.open = p.open[:len(p.open)-1]
		p.filled()
		return
	}
	if inner.filled {
		p.want(',', fmt.Sprintf("was expecting comma to separate %s entries", inner.name()), inner)
		p.within(inner)
	}
	if inner.mark == '{' {
		p.want('"', "was expecting double-quote to start field name", inner)
		p.rest(" in field name", "name")
		p.within(inner)
		p.want(':', "was expecting a colon to separate field name and value", inner)
		p.within(inner)
	}
	p.value()
}

// filled notes that the innermost container has an entry.
func (p *jackson) filled() {
	if n := len(p.open); n > 0 {
		p.open[n-1].filled = true
	}
}

// within passes blanks inside of a container, which must go on.
func (p *jackson) within(inner container) {
	if p.skip(); p.ended() {
		p.fail("Unexpected end-of-input within/between %s entries", inner.name())
	}
}

func (p *jackson) want(c uint16, comment string, inner container) {
	if p.ended() {
		p.fail("Unexpected end-of-input within/between %s entries", inner.name())
	}
	if p.peek() != c {
		p.unexpected(comment)
	}
	p.at++
}

// value reads a value; of a container only the opening mark.
func (p *jackson) value() {
	c := p.peek()
	switch {
	case c == '{' || c == '[':
		p.at++
		p.filled()
		p.open = append(p.open, container{mark: c, row: p.row, column: p.at - p.rowStart})
		return
	case c == '"':
		p.at++
		p.rest(": was expecting closing quote for a string value", "string value")
	case c == '-' || c >= '0' && c <= '9':
		p.number()
	default:
		p.word()
	}
	p.filled()
}

// skip passes blanks.
func (p *jackson) skip() {
	for ; !p.ended(); p.at++ {
		switch p.peek() {
		case '\n':
			p.row, p.rowStart = p.row+1, p.at+1
		case ' ', '\t', '\r', '\ufeff':
		default:
			return
		}
	}
}

func (p *jackson) ended() bool  { return p.at >= len(p.text) }
func (p *jackson) peek() uint16 { return p.text[p.at] }

func (p *jackson) unexpected(comment string) {
	c := p.peek()
	p.at++
	p.fail("Unexpected character (%s): %s", describe(c), comment)
}

// fail ends the reading; document catches it.
func (p *jackson) fail(format string, args ...any) {
	panic(&jacksonFault{fmt.Sprintf(format, args...), p.place(p.row, p.at-p.rowStart+1)})
}

// place writes a place as Jackson does, with the text; row counts from 0,
// column from 1.
func (p *jackson) place(row, column int) string {
	quoted := p.text
	more := ""
	if len(quoted) > maxSnippet {
		quoted, more = quoted[:maxSnippet], fmt.Sprintf("[truncated %d chars]", len(quoted)-maxSnippet)
	}
	return fmt.Sprintf("[Source: (String)\"%s\"%s; line: %d, column: %d]", string(utf16.Decode(quoted)), more, row+1, column)
}

// describe names a character.
func describe(c uint16) string {
	switch {
	case c < ' ':
		return fmt.Sprintf("(CTRL-CHAR, code %d)", c)
	case c > 255:
		return fmt.Sprintf("'%c' (code %d / 0x%x)", c, c, c)
	}
	return fmt.Sprintf("'%c' (code %d)", c, c)
}
