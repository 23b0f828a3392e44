package regex

import (
	"unicode"
	"unicode/utf8"
)

// canonical gives the character by which r is compared when case is ignored:
// Canonicalize of ECMA-262, 21.2.2.8.2, without flag u.
func canonical(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - ('a' - 'A')
	case r < utf8.RuneSelf || r > 0xFFFF:
		return r
	case 0x1F80 <= r && r <= 0x1FAF, r == 0x1FB3, r == 0x1FC3, r == 0x1FF3:
		// Greek with iota subscript: the upper case is two characters.
		return r
	}
	if upper := unicode.ToUpper(r); upper >= utf8.RuneSelf && upper <= 0xFFFF {
		return upper
	}
	return r
}

// folded adds to spans all characters that equal one of theirs when case is
// ignored. Equal characters always share an orbit of unicode.SimpleFold.
func folded(spans []span) []span {
	all := append([]span(nil), spans...)
	for _, p := range spans {
		for r := p.lo; r <= min(p.hi, 0xFFFF); r++ {
			c := canonical(r)
			for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
				if canonical(other) == c {
					all = append(all, span{other, other})
				}
			}
		}
	}
	return all
}
