package jsonpath

import (
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// operator is one comparison of Jayway's filters.
type operator struct {
	text  string
	holds func(left, right operand) bool
}

// operators in the order in which they are tried: none stands before one that
// it starts.
var operators = [...]operator{
	{"==", func(l, r operand) bool { return same(l.literal, r.literal) }},
	{"!=", func(l, r operand) bool { return !same(l.literal, r.literal) }},
	{"<=", func(l, r operand) bool { c, ok := order(l.literal, r.literal); return ok && c <= 0 }},
	{">=", func(l, r operand) bool { c, ok := order(l.literal, r.literal); return ok && c >= 0 }},
	{"<", func(l, r operand) bool { c, ok := order(l.literal, r.literal); return ok && c < 0 }},
	{">", func(l, r operand) bool { c, ok := order(l.literal, r.literal); return ok && c > 0 }},
	{"=~", matches},
	{"in", func(l, r operand) bool { return isIn(l.literal, r.literal) }},
	{"nin", func(l, r operand) bool { return !isIn(l.literal, r.literal) }},
	{"subsetof", func(l, r operand) bool { return isList(l, r) && subset(l.literal, r.literal) }},
	{"anyof", func(l, r operand) bool { return isList(l, r) && overlap(l.literal, r.literal) }},
	{"noneof", func(l, r operand) bool { return isList(l, r) && !overlap(l.literal, r.literal) }},
	{"all", func(l, r operand) bool { return isList(l, r) && subset(r.literal, l.literal) }},
	{"contains", contains},
	{"size", hasSize},
	{"empty", isEmpty},
}

// operator reads an operator; words are in any case.
func (p *parser) operator() (operator, bool) {
	p.blanks()
	rest := p.text[p.pos:]
	for _, op := range operators {
		n := len(op.text)
		if len(rest) < n || !strings.EqualFold(rest[:n], op.text) {
			continue
		}
		if isWord(op.text[0]) && len(rest) > n && isWord(rest[n]) {
			continue
		}
		p.pos += n
		return op, true
	}
	return operator{}, false
}

// same compares as Jayway does: a number equals the string that spells it, and
// nothing equals a path without a match.
func same(a, b value.Value) bool {
	if a.IsAbsent() || b.IsAbsent() {
		return false
	}
	if a.Kind() == value.Number && b.Kind() == value.String || a.Kind() == value.String && b.Kind() == value.Number {
		return a.Text() == b.Text()
	}
	return value.Equal(a, b)
}

// order compares two numbers or two strings; ok is false for all else.
func order(a, b value.Value) (c int, ok bool) {
	if a.Kind() == value.String && b.Kind() == value.String {
		return CompareStrings(a.Text(), b.Text()), true
	}
	x, okX := a.Float()
	y, okY := b.Float()
	switch {
	case !okX || !okY:
		return 0, false
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, true
}

func matches(l, r operand) bool {
	if l.pattern != nil {
		l, r = r, l
	}
	if r.pattern == nil || l.pattern != nil {
		return false
	}
	switch l.literal.Kind() {
	case value.String, value.Number, value.Bool:
		return r.pattern.MatchString(l.literal.Text())
	case value.Array:
		return slices.ContainsFunc(l.literal.Elements(), func(e value.Value) bool {
			return e.Kind() == value.String && r.pattern.MatchString(e.Text())
		})
	}
	return false
}

func isList(l, r operand) bool {
	return l.literal.Kind() == value.Array && r.literal.Kind() == value.Array
}

func isIn(v, list value.Value) bool {
	return list.Kind() == value.Array && slices.ContainsFunc(list.Elements(), func(e value.Value) bool { return same(v, e) })
}

func subset(part, whole value.Value) bool {
	return !slices.ContainsFunc(part.Elements(), func(e value.Value) bool { return !isIn(e, whole) })
}

func overlap(a, b value.Value) bool {
	return slices.ContainsFunc(a.Elements(), func(e value.Value) bool { return isIn(e, b) })
}

func contains(l, r operand) bool {
	if l.literal.Kind() == value.String {
		return r.literal.Kind() == value.String && strings.Contains(l.literal.Text(), r.literal.Text())
	}
	return isIn(r.literal, l.literal)
}

func hasSize(l, r operand) bool {
	n, ok := r.literal.Int()
	switch l.literal.Kind() {
	case value.Array:
		return ok && int64(l.literal.Len()) == n
	case value.String:
		return ok && int64(LengthUTF16(l.literal.Text())) == n
	}
	return false
}

func isEmpty(l, r operand) bool {
	if r.literal.Kind() != value.Bool {
		return false
	}
	switch l.literal.Kind() {
	case value.Array, value.Object:
		return (l.literal.Len() == 0) == r.literal.IsTrue()
	case value.String:
		return (l.literal.Text() == "") == r.literal.IsTrue()
	}
	return false
}
