package picture

import (
	"strings"
	"unicode/utf8"
)

// NumberOptions are the properties of a decimal format.
type NumberOptions struct {
	DecimalSeparator, GroupingSeparator, ExponentSeparator string
	Infinity, MinusSign, NaN, Percent, PerMille            string
	ZeroDigit, Digit, PatternSeparator                     string
}

// DefaultNumberOptions gives the properties of a format that says nothing.
func DefaultNumberOptions() NumberOptions {
	return NumberOptions{
		DecimalSeparator: ".", GroupingSeparator: ",", ExponentSeparator: "e",
		Infinity: "Infinity", MinusSign: "-", NaN: "NaN", Percent: "%", PerMille: "\u2030",
		ZeroDigit: "0", Digit: "#", PatternSeparator: ";",
	}
}

// Set sets a property by its name in an expression, such as "zero-digit", and
// reports that there is one of that name.
func (o *NumberOptions) Set(property, text string) bool {
	switch property {
	case "decimal-separator":
		o.DecimalSeparator = text
	case "grouping-separator":
		o.GroupingSeparator = text
	case "exponent-separator":
		o.ExponentSeparator = text
	case "infinity":
		o.Infinity = text
	case "minus-sign":
		o.MinusSign = text
	case "NaN":
		o.NaN = text
	case "percent":
		o.Percent = text
	case "per-mille":
		o.PerMille = text
	case "zero-digit":
		o.ZeroDigit = text
	case "digit":
		o.Digit = text
	case "pattern-separator":
		o.PatternSeparator = text
	default:
		return false
	}
	return true
}

// NumberPicture is a compiled picture of $formatNumber.
type NumberPicture struct {
	options            NumberOptions
	zero               rune
	positive, negative subPicture
}

// subPicture is what one half of a picture says.
type subPicture struct {
	prefix, suffix string
	scale          float64 // 100 for percent, 1000 for per-mille, else 1
	decimal        bool    // it has a decimal separator
	grouping       []int   // digits behind each separator of the integer part
	every          int     // their regular distance, or 0
	fraction       []int   // digits before each separator of the fraction

	minInteger, minFraction, maxFraction int
	// minExponent is 0 where there is no exponent; scaling is the number of
	// digits before the decimal separator where there is one.
	minExponent, scaling int
}

// CompileNumber compiles a picture with its options. The error is an *[Error],
// D3080 to D3093.
func CompileNumber(picture string, options NumberOptions) (*NumberPicture, error) {
	zero, _ := utf8.DecodeRuneInString(options.ZeroDigit)
	p := &NumberPicture{options: options, zero: zero}
	texts := strings.Split(picture, options.PatternSeparator)
	if len(texts) > 2 {
		return nil, fault(codeSubPictures, nil)
	}
	subs := make([]subPicture, len(texts))
	parts := make([]parts, len(texts))
	for i, text := range texts {
		parts[i] = p.split([]rune(text))
		if code := p.check(&parts[i]); code != "" {
			return nil, fault(code, nil)
		}
	}
	for i := range parts {
		subs[i] = p.analyse(&parts[i])
	}
	p.positive = subs[0]
	if len(subs) == 2 {
		p.negative = subs[1]
	} else {
		p.negative = subs[0]
		p.negative.prefix = options.MinusSign + p.negative.prefix
	}
	return p, nil
}

// isDigit reports a character of the family that begins with the zero digit.
func (p *NumberPicture) isDigit(r rune) bool { return p.zero <= r && r <= p.zero+9 }

// isPlace reports a character that stands for a digit, optional or not.
func (p *NumberPicture) isPlace(r rune) bool { return p.isDigit(r) || is(r, p.options.Digit) }

// isActive reports a character that is no part of prefix or suffix.
func (p *NumberPicture) isActive(r rune) bool {
	o := &p.options
	return p.isPlace(r) || is(r, o.DecimalSeparator) || is(r, o.ExponentSeparator) ||
		is(r, o.GroupingSeparator) || is(r, o.PatternSeparator)
}

// is reports that the text is the one character.
func is(r rune, text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	return size == len(text) && size > 0 && first == r
}

// index gives the first place of a text at or behind from, -1 for none.
func index(runes []rune, text string, from int) int {
	want := []rune(text)
	for i := from; i+len(want) <= len(runes); i++ {
		if string(runes[i:i+len(want)]) == text {
			return i
		}
	}
	return -1
}

func (p *NumberPicture) count(runes []rune, counts func(rune) bool) (n int) {
	for _, r := range runes {
		if counts(r) {
			n++
		}
	}
	return n
}
