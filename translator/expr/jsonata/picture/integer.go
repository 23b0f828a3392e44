package picture

import (
	"strings"
)

// IntegerPicture is a compiled picture of $formatInteger and $parseInteger.
type IntegerPicture struct {
	primary primary
	casing  casing
	ordinal bool
	// token is the picture of a sequence that is not supported.
	token string

	// The rest belongs to decimal pictures.
	zero                rune // the family's first digit
	mandatory, optional int  // numbers of digits
	separators          []separator
	// every is the distance of separators that stand at regular places; 0
	// when they do not, or there are none.
	every int
}

// separator stands before so many digits from the right.
type separator struct {
	digits    int
	character string
}

type primary uint8

const (
	decimal primary = iota
	alphabetic
	romanNumber
	inWords
	sequence
)

type casing uint8

const (
	lower casing = iota
	upper
	title
	noNames // a component of a date that is written as a number
)

// digitFamilies are the zeros of the families of digits that the reference
// knows; all are one UTF-16 unit.
var digitFamilies = []rune{
	'0', 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0,
	0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900,
	0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

// familyOf gives the zero of a digit's family, 0 for what is no digit.
func familyOf(r rune) rune {
	for _, zero := range digitFamilies {
		if zero <= r && r <= zero+9 {
			return zero
		}
	}
	return 0
}

// CompileInteger compiles a picture: digits with # and separators, A a I i W w
// Ww, and behind a semicolon an o for ordinals. The error is an *[Error]: D3130
// or D3131.
func CompileInteger(picture string) (*IntegerPicture, error) {
	p, err := analyseInteger(picture)
	if err != nil {
		return nil, err
	}
	if p.primary == sequence {
		return nil, fault(codeSequence, p.token)
	}
	return &p, nil
}

// analyseInteger takes pictures of other sequences too: whether these are a
// fault depends on the component of a date that they stand for.
func analyseInteger(picture string) (p IntegerPicture, err error) {
	format := picture
	if at := strings.LastIndexByte(picture, ';'); at >= 0 {
		format = picture[:at]
		p.ordinal = strings.HasPrefix(picture[at+1:], "o")
	}
	switch format {
	case "A":
		p.primary, p.casing = alphabetic, upper
	case "a":
		p.primary = alphabetic
	case "I":
		p.primary, p.casing = romanNumber, upper
	case "i":
		p.primary = romanNumber
	case "W":
		p.primary, p.casing = inWords, upper
	case "Ww":
		p.primary, p.casing = inWords, title
	case "w":
		p.primary = inWords
	default:
		return p, p.analyseDigits(format)
	}
	return p, nil
}

func (p *IntegerPicture) analyseDigits(format string) error {
	runes := []rune(format)
	for i := len(runes) - 1; i >= 0; i-- {
		family := familyOf(runes[i])
		switch {
		case family != 0 && p.zero != 0 && family != p.zero:
			return fault(codeDigitFamilies, nil)
		case family != 0:
			p.zero = family
			p.mandatory++
		case runes[i] == '#':
			p.optional++
		default:
			p.separators = append(p.separators, separator{p.mandatory + p.optional, string(runes[i])})
		}
	}
	if p.mandatory == 0 {
		*p = IntegerPicture{primary: sequence, token: format}
		return nil
	}
	places := make([]int, len(p.separators))
	for i, s := range p.separators {
		places[i] = s.digits
		if s.character != p.separators[0].character {
			return nil
		}
	}
	p.every = regular(places)
	return nil
}

// regular gives the number of which the places are the first multiples, 0 if
// there is none.
func regular(places []int) int {
	factor := 0
	for _, place := range places {
		for b := place; b != 0; {
			factor, b = b, factor%b
		}
	}
	for i := range places {
		if !contains(places, (i+1)*factor) {
			return 0
		}
	}
	return factor
}

func contains(places []int, place int) bool {
	for _, p := range places {
		if p == place {
			return true
		}
	}
	return false
}
