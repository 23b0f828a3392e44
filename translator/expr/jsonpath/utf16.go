package jsonpath

import (
	"unicode/utf16"
	"unicode/utf8"
)

// CompareStrings orders two strings by their UTF-16 units, as Java's compareTo
// does: characters above U+FFFF come before U+E000 to U+FFFF.
func CompareStrings(a, b string) int {
	for a != "" && b != "" {
		r, n := utf8.DecodeRuneInString(a)
		s, m := utf8.DecodeRuneInString(b)
		if r != s {
			return int(firstUnit(r)) - int(firstUnit(s)) + tieBreak(r, s)
		}
		a, b = a[n:], b[m:]
	}
	return len(a) - len(b)
}

func firstUnit(r rune) rune {
	if r < 0x10000 {
		return r
	}
	high, _ := utf16.EncodeRune(r)
	return high
}

// tieBreak orders two characters with the same high surrogate.
func tieBreak(r, s rune) int {
	if firstUnit(r) != firstUnit(s) {
		return 0
	}
	return int(r) - int(s)
}

// LengthUTF16 gives the number of UTF-16 units, which Java calls the length.
func LengthUTF16(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}
