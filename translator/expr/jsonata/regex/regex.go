package regex

import (
	"fmt"
	"regexp"
)

// Regex is a compiled pattern. It never changes and may be shared.
type Regex struct {
	pattern, flags string
	program        program
	// linear answers as program does, in linear time; nil where Go's syntax
	// cannot say the same.
	linear *regexp.Regexp
}

// Group is where a part of the text stands, as byte offsets; both are -1 for a
// group that took no part in the match.
type Group struct{ Start, End int }

// Match is the place of a match and of its groups, the first group at 0.
type Match struct {
	Start, End int
	Groups     []Group
}

// SyntaxError says what is wrong with a pattern.
type SyntaxError struct {
	// Offset is the byte in the pattern at which the fault was noticed.
	Offset int
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid regular expression: %s at offset %d", e.Reason, e.Offset)
}

// BudgetError is the end of a match that took more steps than it had, or more
// memory than any match may have.
type BudgetError struct{ Pattern string }

func (e *BudgetError) Error() string {
	return fmt.Sprintf("the regular expression /%s/ takes too many steps", e.Pattern)
}

// Compile compiles a pattern without its slashes. The flags are i (ignore
// case), m (^ and $ at lines), s (. matches line terminators too) and g, which
// says nothing here. Every error is a *[SyntaxError].
func Compile(pattern, flags string) (*Regex, error) {
	mode, err := parseFlags(flags)
	if err != nil {
		return nil, err
	}
	tree, err := parse(pattern, mode)
	if err != nil {
		return nil, err
	}
	return &Regex{
		pattern: pattern,
		flags:   flags,
		program: compile(tree),
		linear:  linearProgram(tree),
	}, nil
}

func parseFlags(flags string) (m mode, err error) {
	for _, f := range flags {
		switch {
		case f == 'i' && !m.ignoreCase:
			m.ignoreCase = true
		case f == 'm' && !m.multiline:
			m.multiline = true
		case f == 's' && !m.dotAll:
			m.dotAll = true
		case f == 'g' && !m.global:
			m.global = true
		default:
			return m, &SyntaxError{Reason: fmt.Sprintf("flag %q is unknown or given twice", f)}
		}
	}
	return m, nil
}

// String gives the pattern with its flags as it is written in JavaScript.
func (r *Regex) String() string { return "/" + r.pattern + "/" + r.flags }

// Pattern gives the pattern as it was compiled.
func (r *Regex) Pattern() string { return r.pattern }

// NumGroups gives the number of capturing groups.
func (r *Regex) NumGroups() int { return r.program.groups }

// GroupNames gives the name of each capturing group, "" for one without.
func (r *Regex) GroupNames() []string { return append([]string(nil), r.program.names...) }

// runaway is how many steps for each byte of text the backtracking program may
// take before the linear one is asked, and grace is added to that.
const (
	runaway = 16
	grace   = 4096
)

// Match finds the first match that starts at byte from of the text or later.
// It takes what it cost from the budget; the error is a *[BudgetError].
// Offsets beyond the text find nothing.
func (r *Regex) Match(text string, from int, budget *int) (m Match, found bool, err error) {
	if from < 0 || from > len(text) {
		return Match{}, false, nil
	}
	if *budget <= 0 {
		return Match{}, false, &BudgetError{Pattern: r.pattern}
	}
	// Only from the start: Go's regexp has no way to be told what stands before.
	escape := r.linear != nil && (from == 0 || !r.program.looksBehind)
	allowed := *budget
	if escape {
		allowed = min(allowed, grace+runaway*(len(text)-from))
	}
	left := allowed
	m, found, done := r.program.search(text, from, &left)
	*budget -= allowed - max(left, 0)
	switch {
	case done:
		return m, found, nil
	case !escape || *budget <= 0:
		*budget = 0
		return Match{}, false, &BudgetError{Pattern: r.pattern}
	}
	return r.matchLinear(text, from, budget)
}

// matchLinear asks Go's regexp, at a price of one step for each byte read.
func (r *Regex) matchLinear(text string, from int, budget *int) (m Match, found bool, err error) {
	at := r.linear.FindStringSubmatchIndex(text[from:])
	end := len(text)
	if at != nil {
		end = from + at[1]
	}
	if *budget -= end - from + 1; *budget < 0 {
		*budget = 0
		return Match{}, false, &BudgetError{Pattern: r.pattern}
	}
	if at == nil {
		return Match{}, false, nil
	}
	m = Match{Start: from + at[0], End: from + at[1]}
	if len(at) > 2 {
		m.Groups = noGroups(len(at)/2 - 1)
		for i := range m.Groups {
			if start, end := at[2*i+2], at[2*i+3]; start >= 0 {
				m.Groups[i] = Group{from + start, from + end}
			}
		}
	}
	return m, true, nil
}
