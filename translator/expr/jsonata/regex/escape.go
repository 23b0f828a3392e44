package regex

import (
	"strings"
	"unicode/utf16"
)

// escape reads what follows a backslash outside a class.
func (p *parser) escape(start int) (item node, quantifiable bool, err error) {
	if !p.more() {
		return nil, false, p.fault(start, `\ at the end`)
	}
	switch c := p.pattern[p.at]; {
	case c == 'b':
		p.at++
		return anchor{wordEdge}, false, nil
	case c == 'B':
		p.at++
		return anchor{notWordEdge}, false, nil
	case c == 'k' && p.named:
		p.at++
		var name string
		ok := p.eat("<")
		if ok {
			name, ok = p.name()
		}
		if !ok {
			return nil, false, p.fault(start, `invalid \k`)
		}
		r := reference{name: name, offset: start}
		p.references = append(p.references, r)
		return r, true, nil
	case '1' <= c && c <= '9':
		before := p.at
		if n, _ := p.number(); n <= p.total {
			return reference{index: n, offset: start}, true, nil
		}
		p.at = before
	}
	if spans := p.letterSet(); spans != nil {
		return oneOf{newSet(spans)}, true, nil
	}
	return p.character(p.characterEscape(false)), true, nil
}

// letterSet reads the letter of \d and its kind; nil if it is another.
func (p *parser) letterSet() (spans []span) {
	switch p.pattern[p.at] {
	case 'd':
		spans = digits
	case 'D':
		spans = complement(digits)
	case 's':
		spans = spaces
	case 'S':
		spans = complement(spaces)
	case 'w':
		spans = words
	case 'W':
		spans = complement(words)
	default:
		return nil
	}
	p.at++
	return spans
}

// characterEscape reads the escape of one character. What has no meaning of
// its own means itself, and a \c without a letter means the backslash.
func (p *parser) characterEscape(inClass bool) rune {
	switch c := p.pattern[p.at]; {
	case '0' <= c && c <= '7':
		return p.octal()
	case c == 'c':
		if p.at+1 < len(p.pattern) {
			d := p.pattern[p.at+1]
			letter := 'a' <= d|0x20 && d|0x20 <= 'z'
			if letter || inClass && isWord(rune(d)) {
				p.at += 2
				return rune(d % 32)
			}
		}
		return '\\'
	}
	switch r := p.next(); r {
	case 'b':
		if inClass {
			return '\b'
		}
		return r
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'x':
		if n, ok := p.hex(2); ok {
			return n
		}
		return r
	case 'u':
		return p.unit()
	default:
		return r
	}
}

// unit reads the digits of \u, with the low half that may follow a high one.
func (p *parser) unit() rune {
	high, ok := p.hex(4)
	if !ok {
		return 'u'
	}
	before := p.at
	if high >= highSurrogates.lo && high <= highSurrogates.hi && p.eat(`\u`) {
		if low, ok := p.hex(4); ok && low >= lowSurrogates.lo && low <= lowSurrogates.hi {
			return utf16.DecodeRune(high, low)
		}
	}
	p.at = before
	return high
}

// octal reads up to three octal digits below 0400.
func (p *parser) octal() (n rune) {
	for i := 0; i < 3 && p.more(); i++ {
		c := p.pattern[p.at]
		if c < '0' || c > '7' || n*8+rune(c-'0') > 0xFF {
			break
		}
		n = n*8 + rune(c-'0')
		p.at++
	}
	return n
}

// hex reads exactly so many digits, or none.
func (p *parser) hex(digits int) (n rune, ok bool) {
	if p.at+digits > len(p.pattern) {
		return 0, false
	}
	for _, c := range []byte(p.pattern[p.at : p.at+digits]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || c < '0' {
			return 0, false
		}
		n = n<<4 | rune(d)
	}
	p.at += digits
	return n, true
}
