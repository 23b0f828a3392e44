package regex

import (
	"slices"
	"unicode"
	"unicode/utf8"
)

// span is the characters from lo to hi, both included.
type span struct{ lo, hi rune }

// set is a set of characters.
type set struct {
	ascii [2]uint64 // the same below 128, for speed
	spans []span    // sorted, apart from each other
}

func newSet(spans []span) *set {
	s := &set{spans: normal(spans)}
	for _, p := range s.spans {
		for r := p.lo; r <= p.hi && r < utf8.RuneSelf; r++ {
			s.ascii[r>>6] |= 1 << (r & 63)
		}
	}
	return s
}

// normal sorts and joins spans.
func normal(spans []span) []span {
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	joined := spans[:0]
	for _, p := range spans {
		if n := len(joined); n > 0 && p.lo <= joined[n-1].hi+1 {
			joined[n-1].hi = max(joined[n-1].hi, p.hi)
			continue
		}
		joined = append(joined, p)
	}
	return joined
}

// complement gives all characters that are in none of the spans.
func complement(spans []span) (rest []span) {
	next := rune(0)
	for _, p := range normal(spans) {
		if p.lo > next {
			rest = append(rest, span{next, p.lo - 1})
		}
		next = p.hi + 1
	}
	if next <= unicode.MaxRune {
		rest = append(rest, span{next, unicode.MaxRune})
	}
	return rest
}

func (s *set) has(r rune) bool {
	if r < utf8.RuneSelf {
		return s.ascii[r>>6]&(1<<(r&63)) != 0
	}
	lo, hi := 0, len(s.spans)
	for lo < hi {
		middle := (lo + hi) / 2
		if s.spans[middle].hi < r {
			lo = middle + 1
		} else {
			hi = middle
		}
	}
	return lo < len(s.spans) && s.spans[lo].lo <= r
}

// disjoint reports that no character is in both.
func (s *set) disjoint(t *set) bool {
	i, j := 0, 0
	for i < len(s.spans) && j < len(t.spans) {
		a, b := s.spans[i], t.spans[j]
		switch {
		case a.hi < b.lo:
			i++
		case b.hi < a.lo:
			j++
		default:
			return false
		}
	}
	return true
}

// The sets with a letter (ECMA-262, 21.2.2.12). White space includes U+FEFF
// and all of category Zs.
var (
	digits = []span{{'0', '9'}}
	words  = []span{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}
	spaces = []span{{'\t', '\r'}, {' ', ' '}, {0xA0, 0xA0}, {0x1680, 0x1680}, {0x2000, 0x200A},
		{0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}}
	lineTerminators = []span{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}
	astral          = span{0x10000, unicode.MaxRune}
	highSurrogates  = span{0xD800, 0xDBFF}
	lowSurrogates   = span{0xDC00, 0xDFFF}
)

func isWord(r rune) bool {
	return r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
}

func isLineTerminator(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x2028 || r == 0x2029
}
