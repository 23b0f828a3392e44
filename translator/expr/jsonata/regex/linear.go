package regex

import (
	"fmt"
	"regexp"
	"strings"
)

// linearProgram says a pattern in the syntax of Go's regexp, whose answers are
// the same for what it is given here: leftmost, and then as a backtracking
// search in the order of preference would choose. It gives nil for what
// regexp has not (lookaround, references), has otherwise (lines end only in
// \n; rounds of a loop that take nothing; captures that outlive their round)
// or refuses (more than 1000 rounds).
func linearProgram(t *tree) *regexp.Regexp {
	if !runsAway(t.root) {
		return nil
	}
	var w linearWriter
	if !w.node(t.root, false) {
		return nil
	}
	re, err := regexp.Compile(w.String())
	if err != nil {
		return nil
	}
	return re
}

// runsAway reports that a pattern repeats anything, without which it can do no
// more than try its options at each place.
func runsAway(n node) bool {
	switch n := n.(type) {
	case repeat:
		return n.max > 1 || runsAway(n.body)
	case capture:
		return runsAway(n.body)
	case sequence:
		for _, item := range n.items {
			if runsAway(item) {
				return true
			}
		}
	case choice:
		for _, option := range n.options {
			if runsAway(option) {
				return true
			}
		}
	}
	return false
}

type linearWriter struct{ strings.Builder }

// node writes a node, and reports false where Go would answer otherwise.
func (w *linearWriter) node(n node, inLoop bool) bool {
	switch n := n.(type) {
	case literal:
		w.WriteString("(?:" + regexp.QuoteMeta(n.text) + ")")
		return true
	case oneOf:
		w.set(n.set)
		return true
	case sequence:
		for _, item := range n.items {
			if !w.node(item, inLoop) {
				return false
			}
		}
		return true
	case choice:
		w.WriteString("(?:")
		for i, option := range n.options {
			if i > 0 {
				w.WriteByte('|')
			}
			if !w.node(option, inLoop) {
				return false
			}
		}
		w.WriteByte(')')
		return true
	case capture:
		w.WriteByte('(')
		ok := !inLoop && w.node(n.body, inLoop)
		w.WriteByte(')')
		return ok
	case repeat:
		return w.repeat(n, inLoop)
	case anchor:
		return w.anchor(n.kind)
	}
	return false
}

func (w *linearWriter) repeat(n repeat, inLoop bool) bool {
	if n.max == 0 && n.first <= n.last || nullable(n.body) {
		return false
	}
	w.WriteString("(?:")
	if !w.node(n.body, inLoop || n.max > 1) {
		return false
	}
	w.WriteByte(')')
	if n.max == unlimited {
		fmt.Fprintf(w, "{%d,}", n.min)
	} else {
		fmt.Fprintf(w, "{%d,%d}", n.min, n.max)
	}
	if !n.greedy {
		w.WriteByte('?')
	}
	return true
}

func (w *linearWriter) anchor(kind anchorKind) bool {
	switch kind {
	case textStart:
		w.WriteString(`\A`)
	case textEnd:
		w.WriteString(`\z`)
	case wordEdge:
		w.WriteString(`\b`)
	case notWordEdge:
		w.WriteString(`\B`)
	default:
		return false
	}
	return true
}

func (w *linearWriter) set(s *set) {
	if len(s.spans) == 0 {
		w.WriteString(`[^\x{0}-\x{10FFFF}]`)
		return
	}
	w.WriteByte('[')
	for _, p := range s.spans {
		fmt.Fprintf(w, `\x{%X}-\x{%X}`, p.lo, p.hi)
	}
	w.WriteByte(']')
}
