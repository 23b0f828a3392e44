package picture

import (
	"fmt"
	"math"
	"strings"
)

// ParseInteger reads a number by a picture; NaN if the text is none.
func ParseInteger(text, picture string) (float64, error) {
	p, err := CompileInteger(picture)
	if err != nil {
		return 0, err
	}
	return p.Parse(text), nil
}

// Parse reads a number that was written by such a picture; NaN if the text is
// none. Cardinals and ordinals in words are both read.
func (p *IntegerPicture) Parse(text string) float64 {
	switch p.primary {
	case alphabetic:
		return parseLetters(text, p.firstLetter())
	case romanNumber:
		if p.casing != upper {
			text = strings.ToUpper(text)
		}
		return parseRoman(text)
	case inWords:
		return parseWords(strings.ToLower(text))
	}
	return p.parseDigits(text)
}

func (p *IntegerPicture) parseDigits(text string) float64 {
	if p.ordinal {
		runes := []rune(text)
		text = string(runes[:max(len(runes)-2, 0)])
	}
	if p.every > 0 {
		text = strings.ReplaceAll(text, ",", "")
	} else {
		for _, s := range p.separators {
			text = strings.ReplaceAll(text, s.character, "")
		}
	}
	if p.zero != '0' {
		runes := []rune(text)
		for i, r := range runes {
			if r < p.zero-'0' {
				return math.NaN()
			}
			runes[i] = r - p.zero + '0'
		}
		text = string(runes)
	}
	return leadingInteger(text)
}

// pattern gives a regular expression, case aside, for what the picture writes
// in a date. A positive n is the number of digits, less those that are
// optional.
func (p *IntegerPicture) pattern(n int) (string, error) {
	switch p.primary {
	case alphabetic:
		return "[a-z]+", nil
	case romanNumber:
		return "[mdclxvi]+", nil
	case inWords:
		return "(?:" + strings.Join(allWords(), "|") + `|and|[\-, ])+`, nil
	case sequence:
		return "", fault(codeSequence, p.token)
	}
	pattern := "[0-9]+"
	if n > 0 {
		pattern = fmt.Sprintf("[0-9]{%d,%d}", max(n-p.optional, 0), n)
	}
	if p.ordinal {
		pattern += "(?:th|st|nd|rd)"
	}
	return pattern, nil
}
