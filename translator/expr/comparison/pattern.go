package comparison

import (
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stringMatches matches the whole text: * stands for any characters, none
// included; a backslash takes the star or backslash after it as it is.
func stringMatches(v, pattern value.Value) bool {
	return v.Kind() == value.String && pattern.Kind() == value.String && glob(pattern.Text(), v.Text())
}

// glob goes back to the last star at most, which is enough: what an earlier
// one could take, the last can take too.
func glob(pattern, text string) bool {
	p, t := 0, 0
	star, resume := -1, 0
	for t < len(text) {
		literal, size, isStar := next(pattern, p)
		switch {
		case isStar:
			star, resume = p+size, t
			p += size
		case size > 0 && literal == text[t]:
			p, t = p+size, t+1
		case star >= 0:
			_, width := utf8.DecodeRuneInString(text[resume:])
			resume += width
			p, t = star, resume
		default:
			return false
		}
	}
	for p < len(pattern) {
		_, size, isStar := next(pattern, p)
		if !isStar {
			return false
		}
		p += size
	}
	return true
}

// next reads one unit of the pattern; size is 0 at its end.
func next(pattern string, p int) (literal byte, size int, isStar bool) {
	switch {
	case p >= len(pattern):
		return 0, 0, false
	case pattern[p] == '*':
		return 0, 1, true
	case pattern[p] == '\\' && p+1 < len(pattern) && (pattern[p+1] == '*' || pattern[p+1] == '\\'):
		return pattern[p+1], 2, false
	}
	return pattern[p], 1, false
}
