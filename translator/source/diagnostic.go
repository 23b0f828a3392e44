package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Severity tells whether a definition with this diagnostic can start.
type Severity string

// An Error stops a definition from starting; a Warning does not.
const (
	Error   Severity = "ERROR"
	Warning Severity = "WARNING"
)

// Diagnostic is one thing to say about one place of a definition.
type Diagnostic struct {
	// Code names the rule, stable over versions, such as MISSING_TRANSITION_TARGET.
	Code     string
	Severity Severity
	// Summary says what is wrong, in one line: in AWS's words, to the last blank,
	// where these are known, otherwise in ours, without a full stop.
	Summary string
	// Hint says what to do about it. It may be empty when Summary says so already.
	Hint string
	Span Span
	// Path is the place in the definition as AWS writes it, such as
	// /States/Process/Retry[0]/ErrorEquals.
	Path string
}

// Diagnostics are sorted by place by [Diagnostics.Sort].
type Diagnostics []Diagnostic

// HasErrors reports whether one of them is an [Error].
func (ds Diagnostics) HasErrors() bool {
	return slices.ContainsFunc(ds, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sort orders by place, errors before warnings at one place; what is said
// twice about one place stands once.
func (ds Diagnostics) Sort() Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(a.Severity, b.Severity), cmp.Compare(a.Code, b.Code))
	})
	return slices.CompactFunc(ds, func(a, b Diagnostic) bool { return a == b })
}

// Render gives a diagnostic for people: name:line:column, the code, the
// summary, the line with a caret, the path and the hint.
func (t *Text) Render(d Diagnostic) string {
	p := t.Position(d.Span.Start)
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: %s %s: %s\n", t.name, p.Line, p.Column, strings.ToLower(string(d.Severity)), d.Code, strings.TrimSpace(d.Summary))
	line, column := clip(t.Line(p.Line), p.Column)
	width := max(1, min(d.Span.End-d.Span.Start, utf8.RuneCountInString(line)-column+1))
	fmt.Fprintf(&b, "  %4d | %s\n", p.Line, strings.ReplaceAll(line, "\t", " "))
	fmt.Fprintf(&b, "       | %s%s\n", strings.Repeat(" ", column-1), strings.Repeat("^", width))
	if d.Path != "" {
		fmt.Fprintf(&b, "       at %s\n", d.Path)
	}
	if d.Hint != "" {
		fmt.Fprintf(&b, "       hint: %s\n", d.Hint)
	}
	return b.String()
}

// clip shortens a long line (minified JSON) to the part around the column.
func clip(line string, column int) (string, int) {
	const before, width = 40, 120
	runes := []rune(line)
	if len(runes) <= width {
		return line, column
	}
	start := max(0, column-1-before)
	end := min(len(runes), start+width)
	return string(runes[start:end]), column - start
}
