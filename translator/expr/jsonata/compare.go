package jsonata

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// compareItems orders two numbers or two strings.
func compareItems(a, b item) int {
	if a.kind() == text {
		return compareTexts(a.text(), b.text())
	}
	switch x, y := a.float(), b.float(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// compareTexts orders strings by their UTF-16 units, as the reference does.
func compareTexts(a, b string) int {
	k := 0
	for k < len(a) && k < len(b) && a[k] == b[k] {
		k++
	}
	if k == len(a) || k == len(b) || a[k] < 0xee || b[k] < 0xee {
		return strings.Compare(a[k:], b[k:])
	}
	// Beyond U+DFFF, pairs of surrogates come before single units.
	x, _ := utf8.DecodeRuneInString(a[k:])
	y, _ := utf8.DecodeRuneInString(b[k:])
	if (a[k] >= 0xf0) != (b[k] >= 0xf0) && x != y {
		if a[k] >= 0xf0 {
			return -1
		}
		return 1
	}
	return strings.Compare(a[k:], b[k:])
}

// equal is deep equality; members may stand in any order.
func equal(a, b item) bool {
	k := a.kind()
	if k != b.kind() {
		return false
	}
	switch k {
	case number:
		return a.float() == b.float()
	case callable:
		return a.b == b.b
	case array, object:
		if a.b == nil && b.b == nil {
			return value.Equal(a.v, b.v)
		}
		return equalParts(a, b, k)
	case text, boolean:
		return a.v.Text() == b.v.Text()
	}
	return true
}

func equalParts(a, b item, k kind) bool {
	if a.len() != b.len() {
		return false
	}
	for n := range a.len() {
		other := item{}
		if k == array {
			other = b.at(n)
		} else {
			other = b.member(a.nameAt(n))
		}
		if !equal(a.at(n), other) {
			return false
		}
	}
	return true
}
