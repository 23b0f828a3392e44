package regex

import "math"

// mode is what the flags say.
type mode struct{ ignoreCase, multiline, dotAll, global bool }

// tree is a parsed pattern.
type tree struct {
	root   node
	mode   mode
	groups int
	names  []string // by group, "" for one without a name
}

// A node is one of the types below. Case is dealt with by the parser: what
// ignores it is a set, so that later phases need not know the flag, save for
// references.
type node interface{}

type (
	// literal is characters that stand for themselves, at least one.
	literal struct{ text string }
	// oneOf is any one character of a set.
	oneOf struct{ set *set }
	// sequence is one after the other; empty matches nothing at all.
	sequence struct{ items []node }
	// choice is the first that leads to a match.
	choice struct{ options []node }
	// capture is a group with a number, from 1.
	capture struct {
		index int
		body  node
	}
	// repeat is its body at least min and at most max times.
	repeat struct {
		body     node
		min, max int
		greedy   bool
		// first and last are the captures inside, last < first for none.
		first, last int
	}
	// anchor is a place: one of the anchor kinds.
	anchor struct{ kind anchorKind }
	// look is lookahead or lookbehind.
	look struct {
		body           node
		behind, negate bool
	}
	// reference is the text of a group; by name when index is 0.
	reference struct {
		index  int
		name   string
		offset int
	}
)

type anchorKind uint8

const (
	textStart anchorKind = iota
	textEnd
	lineStart
	lineEnd
	wordEdge
	notWordEdge
)

// unlimited is the max of a repeat without one.
const unlimited = math.MaxInt32

// nullable reports that a node may match without taking a character. It says
// yes when in doubt.
func nullable(n node) bool {
	switch n := n.(type) {
	case literal, oneOf:
		return false
	case sequence:
		for _, item := range n.items {
			if !nullable(item) {
				return false
			}
		}
		return true
	case choice:
		for _, option := range n.options {
			if nullable(option) {
				return true
			}
		}
		return false
	case capture:
		return nullable(n.body)
	case repeat:
		return n.min == 0 || nullable(n.body)
	}
	return true
}
