package jsonata

import "github.com/seed-a99ddb6e/stepwell/translator/expr/jsonata/regex"

// found is one match in a text; start and end are in bytes.
type found struct {
	match      string
	start, end int
	groups     []item
	object     func() item // the match as user code sees it
}

// matchesAt reports whether a matcher, a regular expression or a function that
// acts as one, matches anywhere in a text.
func (ev *evaluation) matchesAt(matcher item, s string) (bool, *Error) {
	if f := matcher.asFunction(); f != nil && f.regex != nil {
		_, found, err := f.regex.find(ev, s, 0)
		return found, err
	}
	m, err := ev.matchedBy(matcher, ofString(s))
	return !m.isUndefined(), err
}

// eachMatch calls take for every match of a matcher, up to a limit. It looks
// for one more than that, as the reference does.
func (ev *evaluation) eachMatch(matcher item, s string, limit float64, take func(found) *Error) (any bool, err *Error) {
	f := matcher.asFunction()
	if f == nil || f.regex == nil {
		return ev.eachMatchOf(matcher, s, limit, take)
	}
	m, ok, err := f.regex.find(ev, s, 0)
	any = ok
	for count := 0.0; err == nil && ok && count < limit; count++ {
		if err = ev.grow(1); err != nil {
			break
		}
		if err = take(f.regex.found(s, m)); err == nil {
			m, ok, err = f.regex.findNext(ev, s, m.End)
		}
	}
	return any, err
}

func (n *regexNode) found(s string, m regex.Match) found {
	return found{
		match: s[m.Start:m.End], start: m.Start, end: m.End, groups: groupsOf(s, m),
		object: func() item { return n.matchObject(s, m) },
	}
}

// eachMatchOf does it for a function written by the user.
func (ev *evaluation) eachMatchOf(matcher item, s string, limit float64, take func(found) *Error) (any bool, err *Error) {
	m, err := ev.matchedBy(matcher, ofString(s))
	any = !m.isUndefined()
	for count := 0.0; err == nil && !m.isUndefined() && count < limit; count++ {
		one := found{
			match:  m.member("match").text(),
			start:  bytesOfUnits(s, int(m.member("start").float())),
			end:    bytesOfUnits(s, int(m.member("end").float())),
			object: func() item { return m },
		}
		if groups := m.member("groups"); groups.isArray() {
			one.groups = groups.elements()
		}
		if err = take(one); err == nil {
			m, err = ev.matchedBy(m.member("next"))
		}
	}
	return any, err
}

// matchedBy calls a matcher, or what leads on from a match.
func (ev *evaluation) matchedBy(matcher item, args ...item) (item, *Error) {
	if matcher.asFunction() == nil {
		return item{}, nil
	}
	m, err := ev.call(matcher, args...)
	if err != nil || m.isUndefined() {
		return item{}, err
	}
	isMatch := m.kind() == object && (m.member("start").kind() == number || m.member("end").kind() == number ||
		m.member("groups").isArray() || m.member("next").asFunction() != nil)
	if !isMatch {
		return item{}, &Error{Code: "T1010"}
	}
	return m, nil
}
