package picture

import (
	"math"
	"strings"
)

// FormatInteger writes a number, rounded down, by a picture.
func FormatInteger(n float64, picture string) (string, error) {
	p, err := CompileInteger(picture)
	if err != nil {
		return "", err
	}
	return p.Format(n)
}

// Format writes a number, rounded down. The error is U1001 for a number too
// large to be written so.
func (p *IntegerPicture) Format(n float64) (string, error) {
	n = math.Floor(n)
	text, err := p.unsigned(math.Abs(n))
	if err == nil && n < 0 {
		text = "-" + text
	}
	return text, err
}

func (p *IntegerPicture) unsigned(n float64) (string, error) {
	if p.primary != decimal && (math.IsInf(n, 0) || math.IsNaN(n)) {
		return "", fault(codeTooLarge, n)
	}
	switch p.primary {
	case alphabetic:
		return letters(n, p.firstLetter()), nil
	case romanNumber:
		if n > largestRoman {
			return "", fault(codeTooLarge, n)
		}
		return p.cased(roman(n)), nil
	case inWords:
		var w wordWriter
		w.write(n, false, p.ordinal)
		return p.cased(w.String()), nil
	case sequence:
		return "", fault(codeSequence, p.token)
	}
	return p.digits(n), nil
}

func (p *IntegerPicture) firstLetter() rune {
	if p.casing == upper {
		return 'A'
	}
	return 'a'
}

func (p *IntegerPicture) cased(text string) string {
	switch p.casing {
	case upper:
		return strings.ToUpper(text)
	case lower:
		return strings.ToLower(text)
	}
	return text
}

func (p *IntegerPicture) digits(n float64) string {
	text := numberText(n)
	if missing := p.mandatory - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}
	switch {
	case p.plain():
		return text
	case p.zero == '0' && len(p.separators) == 0:
		return text + ordinalSuffix([]rune(text))
	}
	runes := []rune(text)
	for i := range runes {
		runes[i] += p.zero - '0'
	}
	if p.every > 0 {
		for group := (len(runes) - 1) / p.every; group > 0; group-- {
			runes = insert(runes, len(runes)-group*p.every, p.separators[0].character)
		}
	} else {
		for i := len(p.separators) - 1; i >= 0; i-- {
			runes = insert(runes, len(runes)-p.separators[i].digits, p.separators[i].character)
		}
	}
	if p.ordinal {
		return string(runes) + ordinalSuffix(runes)
	}
	return string(runes)
}

// plain reports that digits are all there is.
func (p *IntegerPicture) plain() bool {
	return p.zero == '0' && len(p.separators) == 0 && !p.ordinal
}

// insert puts a text into another. A negative place is JavaScript's: nothing
// stands before the text, and behind it so many characters from the end.
func insert(runes []rune, at int, text string) []rune {
	head, tail := runes[:max(at, 0)], at
	if at < 0 {
		tail = max(len(runes)+at, 0)
	}
	all := append(append([]rune(nil), head...), []rune(text)...)
	return append(all, runes[tail:]...)
}

func ordinalSuffix(digits []rune) string {
	n := len(digits)
	if n > 1 && digits[n-2] == '1' {
		return "th"
	}
	switch digits[n-1] {
	case '1':
		return "st"
	case '2':
		return "nd"
	case '3':
		return "rd"
	}
	return "th"
}
