package jsonata

import (
	"errors"
	"unicode/utf8"

	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/regex"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// regexNode is a regular expression: a function that finds the first match in
// a string and leads from each match to the next.
type regexNode struct {
	pattern *regex.Regex
	source  string
	at      int
}

func (c *compiler) regex(n *syntax) (node, *Error) {
	pattern, err := regex.Compile(n.text, n.flags)
	if err != nil {
		return nil, &Error{Code: "S0303", offset: n.at, Value: value.OfString(err.Error())}
	}
	return &regexNode{pattern: pattern, source: n.text, at: n.at}, nil
}

func (n *regexNode) eval(*evaluation, item, *frame) (item, *Error) {
	first := func(ev *evaluation, args []item) (item, *Error) {
		if len(args) == 0 || args[0].kind() != text {
			return item{}, nil
		}
		from := 0
		if len(args) > 1 && args[1].kind() == number {
			from = bytesOfUnits(args[0].text(), int(args[1].float()))
		}
		m, found, err := n.find(ev, args[0].text(), from)
		if err != nil || !found {
			return item{}, err
		}
		return n.matchObject(args[0].text(), m), nil
	}
	return ofFunction(&function{call: first, regex: n, arity: 2}), nil
}

// find gives the next match at or after a byte of a text.
func (n *regexNode) find(ev *evaluation, s string, from int) (regex.Match, bool, *Error) {
	left := ev.limits.Steps - ev.steps
	budget := left
	m, found, err := n.pattern.Match(s, from, &budget)
	if e := ev.work(left - budget); e != nil {
		return m, false, e
	}
	if exhausted := (*regex.BudgetError)(nil); errors.As(err, &exhausted) {
		return m, false, &Error{Code: CodeSteps, Message: messageSteps}
	}
	if err != nil {
		return m, false, &Error{Code: "S0303", offset: n.at, Value: value.OfString(err.Error())}
	}
	return m, found, nil
}

// findNext gives the match after another one; it must not be empty.
func (n *regexNode) findNext(ev *evaluation, s string, from int) (regex.Match, bool, *Error) {
	if from >= len(s) {
		return regex.Match{}, false, nil
	}
	m, found, err := n.find(ev, s, from)
	if err == nil && found && m.Start == m.End {
		return m, false, &Error{Code: "D1004", offset: n.at, Value: value.OfString(n.source)}
	}
	return m, found, err
}

// matchObject gives a match as user code sees it.
func (n *regexNode) matchObject(s string, m regex.Match) item {
	next := func(ev *evaluation, _ []item) (item, *Error) {
		after, found, err := n.findNext(ev, s, m.End)
		if err != nil || !found {
			return item{}, err
		}
		return n.matchObject(s, after), nil
	}
	return item{b: &body{
		kind:  object,
		names: []string{"match", "start", "end", "groups", "next"},
		items: []item{
			ofString(s[m.Start:m.End]), ofInt(unitsIn(s[:m.Start])), ofInt(unitsIn(s[:m.End])),
			ofArray(groupsOf(s, m)), ofFunction(&function{call: next}),
		},
	}}
}

func groupsOf(s string, m regex.Match) []item {
	groups := make([]item, len(m.Groups))
	for k, g := range m.Groups {
		if g.Start >= 0 {
			groups[k] = ofString(s[g.Start:g.End])
		}
	}
	return groups
}

// bytesOfUnits turns a place counted in UTF-16 units into one in bytes.
func bytesOfUnits(s string, units int) int {
	at := 0
	for units > 0 && at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r >= 0x10000 {
			units--
		}
		units--
		at += size
	}
	return at
}
