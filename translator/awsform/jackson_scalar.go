package awsform

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxToken is how much of a word a message quotes.
const maxToken = 256

// values are what may stand where a value begins.
const values = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

// word reads true, false or null.
func (p *jackson) word() {
	if !isIdentifier(p.peek()) || p.peek() >= '0' && p.peek() <= '9' {
		p.unexpected("expected a valid value " + values)
	}
	start := p.at
	for !p.ended() && isIdentifier(p.peek()) && p.at-start < maxToken {
		p.at++
	}
	word := string(utf16.Decode(p.text[start:p.at]))
	switch {
	case word == "true" || word == "false" || word == "null":
		return
	case p.at-start == maxToken:
		word += "..."
	}
	p.fail("Unrecognized token '%s': was expecting %s", word, values)
}

// number reads a number.
func (p *jackson) number() {
	if p.peek() == '-' {
		p.at++
		p.digit("expected digit (0-9) to follow minus sign, for valid numeric value")
	}
	if p.peek() == '0' {
		if p.at++; !p.ended() && isDigit(p.peek()) {
			p.at++
			p.fail("Invalid numeric value: Leading zeroes not allowed")
		}
	}
	p.digits()
	if !p.ended() && p.peek() == '.' {
		p.at++
		p.digit("Decimal point not followed by a digit")
		p.digits()
	}
	if !p.ended() && (p.peek() == 'e' || p.peek() == 'E') {
		if p.at++; !p.ended() && (p.peek() == '+' || p.peek() == '-') {
			p.at++
		}
		p.digit("Exponent indicator not followed by a digit")
		p.digits()
	}
}

func (p *jackson) digits() {
	for !p.ended() && isDigit(p.peek()) {
		p.at++
	}
}

// digit wants a digit to come.
func (p *jackson) digit(comment string) {
	if p.ended() {
		p.fail("Unexpected end-of-input in a Number value")
	}
	if c := p.peek(); !isDigit(c) {
		p.at++
		p.fail("Unexpected character (%s) in numeric value: %s", describe(c), comment)
	}
}

// rest reads a string from behind its opening quote.
func (p *jackson) rest(atEnd, context string) {
	for !p.ended() {
		c := p.peek()
		p.at++
		switch {
		case c == '"':
			return
		case c == '\\':
			p.escape(atEnd)
		case c < ' ':
			p.fail("Illegal unquoted character (%s): has to be escaped using backslash to be included in %s", describe(c), context)
		}
	}
	p.fail("Unexpected end-of-input%s", atEnd)
}

func (p *jackson) escape(atEnd string) {
	if p.ended() {
		p.fail("Unexpected end-of-input%s", atEnd)
	}
	c := p.peek()
	p.at++
	switch {
	case c < 128 && strings.ContainsRune(`"\/bfnrt`, rune(c)):
	case c != 'u':
		p.fail("Unrecognized character escape %s", describe(c))
	default:
		for range 4 {
			if p.ended() {
				p.fail("Unexpected end-of-input in character escape sequence")
			}
			if h := p.peek(); h > 127 || !strings.ContainsRune("0123456789abcdefABCDEF", rune(h)) {
				p.unexpected("expected a hex-digit for character escape sequence")
			}
			p.at++
		}
	}
}

func isDigit(c uint16) bool { return c >= '0' && c <= '9' }

// isIdentifier reports what Java lets stand in an identifier.
func isIdentifier(c uint16) bool {
	r := rune(c)
	return c == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.In(r, unicode.Sc, unicode.Pc, unicode.Nl, unicode.Mn, unicode.Mc)
}
