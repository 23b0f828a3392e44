package picture

import (
	"math"
	"strings"
	"unicode/utf8"
)

// DefaultDateTime is the picture of times without one.
const DefaultDateTime = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// DateTimePicture is a compiled picture of $fromMillis and $toMillis.
type DateTimePicture struct{ parts []part }

// part is a literal, or a component when that is not 0.
type part struct {
	literal   string
	component byte
	names     casing // how its name is written, noNames for numbers
	integer   *IntegerPicture
	maxWidth  int  // of a name, 0 for any
	digits    int  // of year, month and day, 0 for any; the last ones of a year
	zulu      bool // an offset of zero is written Z
}

// presentations are how components are written when a picture does not say.
func presentation(component byte) string {
	switch component {
	case 'Y', 'M', 'D', 'd', 'W', 'w', 'X', 'x', 'H', 'h', 'f':
		return "1"
	case 'm', 's':
		return "01"
	case 'Z', 'z':
		return "01:01"
	case 'F', 'P', 'C', 'E':
		return "n"
	}
	return ""
}

// numeric are the components that are written as integers.
const numeric = "YMDdFWwXxHhmsf"

// CompileDateTime compiles a picture: text with components in brackets, which
// are written twice to stand for themselves. The error is an *[Error]: D3131,
// D3132 or D3135; other faults show when the picture is used.
func CompileDateTime(picture string) (*DateTimePicture, error) {
	p := &DateTimePicture{}
	literal := func(text string) {
		if text != "" {
			p.parts = append(p.parts, part{literal: strings.ReplaceAll(text, "]]", "]")})
		}
	}
	for {
		at := strings.IndexByte(picture, '[')
		if at < 0 {
			literal(picture)
			return p, nil
		}
		literal(picture[:at])
		picture = picture[at+1:]
		if strings.HasPrefix(picture, "[") {
			p.parts = append(p.parts, part{literal: "["})
			picture = picture[1:]
			continue
		}
		marker, rest, closed := strings.Cut(picture, "]")
		if !closed {
			return nil, fault(codeBracket, nil)
		}
		component, err := compileMarker(marker)
		if err != nil {
			return nil, err
		}
		p.parts = append(p.parts, component)
		picture = rest
	}
}

// compileMarker compiles what stands between brackets: a letter, how it is
// presented, and behind a comma how wide.
func compileMarker(marker string) (p part, err error) {
	marker = strings.Map(func(r rune) rune {
		if isSpace(r) {
			return -1
		}
		return r
	}, marker)
	_, size := utf8.DecodeRuneInString(marker)
	letter := marker[:size]
	if size != 1 || presentation(letter[0]) == "" {
		return p, fault(codeComponent, letter)
	}
	p.component, p.names = letter[0], noNames
	format := marker[1:]
	low, high := math.NaN(), math.NaN()
	if comma := strings.LastIndexByte(format, ','); comma >= 0 {
		low, high = widths(format[comma+1:])
		format = format[:comma]
	}
	if low > maxWidth || high > maxWidth {
		return p, fault(codeComponent, letter)
	}
	second := ""
	if len(format) > 1 && strings.Contains("atco", format[len(format)-1:]) {
		format, second = format[:len(format)-1], format[len(format)-1:]
	} else if format == "" {
		format = presentation(p.component)
	}
	p.zulu = second == "t"
	p.maxWidth = int(max(0, orZero(high)))
	switch {
	case strings.HasPrefix(format, "n"):
		p.names = lower
	case strings.HasPrefix(format, "Nn"):
		p.names = title
	case strings.HasPrefix(format, "N"):
		p.names = upper
	}
	switch {
	case p.component == 'Z' || p.component == 'z':
		return p, p.setInteger(format)
	case p.names == noNames && strings.IndexByte(numeric, p.component) >= 0:
		if second != "" {
			format += ";" + second
		}
		err = p.setInteger(format)
		p.setWidths(low, high)
	}
	return p, err
}

func (p *part) setInteger(format string) error {
	integer, err := analyseInteger(format)
	p.integer = &integer
	return err
}

// maxWidth is the widest that a component may be made.
const maxWidth = 1000

// widths reads a minimum and a maximum; NaN where there is none, or a star.
func widths(text string) (low, high float64) {
	least, most, ranged := strings.Cut(text, "-")
	high = math.NaN()
	if ranged {
		high = leadingInteger(most)
	}
	return leadingInteger(least), high
}

func orZero(n float64) float64 {
	if math.IsNaN(n) {
		return 0
	}
	return n
}

// setWidths applies the width to an integer. A maximum cuts the year, which
// otherwise is cut to the number of its digits in the picture if these are two
// or more; and it is the number of digits that are read.
func (p *part) setWidths(low, high float64) {
	i := p.integer
	if i.primary == decimal && float64(i.mandatory) < low {
		i.mandatory = int(low)
	}
	if strings.IndexByte("YMD", p.component) < 0 {
		return
	}
	if !math.IsNaN(high) {
		i.mandatory = int(high)
		p.digits = int(high)
	} else if width := i.mandatory + i.optional; i.primary == decimal && width >= 2 {
		p.digits = width
	}
}
