package source

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Text is a named text and the places of its lines. It is immutable.
type Text struct {
	name  string
	text  string
	lines []int // byte offset of the start of each line
}

// NewText gives a text; name is how it is called in messages, such as a file name.
func NewText(name, text string) *Text {
	lines := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	return &Text{name: name, text: text, lines: lines}
}

// Name gives the name for messages.
func (t *Text) Name() string { return t.name }

// String gives the whole text.
func (t *Text) String() string { return t.text }

// Span is the range of bytes [Start, End) of a text.
type Span struct {
	Start, End int
}

// Position is a place for people: line and column from 1, the column counted
// in characters (code points).
type Position struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Position gives the line and column of a byte offset. An offset outside the
// text counts as its nearest end.
func (t *Text) Position(offset int) Position {
	offset = max(0, min(offset, len(t.text)))
	line := sort.SearchInts(t.lines, offset+1) - 1
	return Position{Line: line + 1, Column: utf8.RuneCountInString(t.text[t.lines[line]:offset]) + 1}
}

// Offset gives the byte offset of a position, the inverse of [Text.Position].
func (t *Text) Offset(p Position) int {
	if p.Line < 1 || p.Line > len(t.lines) {
		return len(t.text)
	}
	offset := t.lines[p.Line-1]
	for range p.Column - 1 {
		_, size := utf8.DecodeRuneInString(t.text[offset:])
		offset += size
	}
	return offset
}

// Line gives the text of a line (from 1) without its line break.
func (t *Text) Line(number int) string {
	start := t.lines[number-1]
	end := len(t.text)
	if number < len(t.lines) {
		end = t.lines[number] - 1
	}
	return strings.TrimSuffix(t.text[start:end], "\r")
}
