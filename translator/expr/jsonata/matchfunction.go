package jsonata

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// limitOf gives the limit that an argument sets; without it there is none.
func limitOf(v item, code string, index int) (float64, *Error) {
	if v.isUndefined() {
		return math.Inf(1), nil
	}
	if v.float() < 0 {
		return 0, &Error{Code: code, Value: v.shown(), Index: index}
	}
	return v.float(), nil
}

func match(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	limit, err := limitOf(argument(args, 2), "D3040", 3)
	if err != nil || limit == 0 {
		return item{}, err
	}
	s := args[0].text()
	var matches []item
	_, err = ev.eachMatch(argument(args, 1), s, limit, func(m found) *Error {
		matches = append(matches, item{b: &body{
			kind:  object,
			names: []string{"match", "index", "groups"},
			items: []item{ofString(m.match), ofInt(unitsIn(s[:m.start])), ofArray(m.groups)},
		}})
		return nil
	})
	return ofSequence(matches), err
}

func contains(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	pattern := argument(args, 1)
	if pattern.asFunction() == nil {
		return ofBool(strings.Contains(args[0].text(), pattern.text())), nil
	}
	yes, err := ev.matchesAt(pattern, args[0].text())
	return ofBool(yes), err
}

func split(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	limit, err := limitOf(argument(args, 2), "D3020", 3)
	if err != nil {
		return item{}, err
	}
	s, separator := args[0].text(), argument(args, 1)
	var parts []item
	if separator.asFunction() == nil {
		parts = splitText(s, separator.text(), math.Trunc(limit))
		return ofArray(parts), ev.grow(len(parts))
	}
	if limit == 0 {
		return ofArray(nil), nil
	}
	start := 0
	_, err = ev.eachMatch(separator, s, limit, func(m found) *Error {
		parts = append(parts, ofString(between(s, start, m.start)))
		start = m.end
		return nil
	})
	if float64(len(parts)) < limit {
		parts = append(parts, ofString(between(s, start, len(s))))
	}
	return ofArray(parts), err
}

func splitText(s, separator string, limit float64) []item {
	var parts []item
	for float64(len(parts)) < limit {
		size, skip := strings.Index(s, separator), len(separator)
		if separator == "" {
			if s == "" {
				break
			}
			_, size = utf8.DecodeRuneInString(s)
		}
		if size < 0 {
			parts = append(parts, ofString(s))
			break
		}
		parts = append(parts, ofString(s[:size]))
		s = s[size+skip:]
	}
	return parts
}

// between cuts a piece out of a text; what a matcher says may make no sense.
func between(s string, from, to int) string {
	from = min(from, len(s))
	return s[from:max(from, min(to, len(s)))]
}

func replace(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	s, pattern, replacement := args[0].text(), argument(args, 1), argument(args, 2)
	if pattern.kind() == text && pattern.text() == "" {
		return item{}, &Error{Code: "D3010", Value: pattern.shown(), Index: 2}
	}
	limit, err := limitOf(argument(args, 3), "D3011", 4)
	if err != nil || limit == 0 {
		return args[0], err
	}
	if pattern.asFunction() == nil {
		times := -1
		if limit < math.MaxInt32 {
			times = int(math.Ceil(limit))
		}
		count := strings.Count(s, pattern.text())
		if err := ev.grow(count * len(replacement.text())); err != nil {
			return item{}, err
		}
		return ofString(strings.Replace(s, pattern.text(), replacement.text(), times)), nil
	}
	var b strings.Builder
	position := 0
	any, err := ev.eachMatch(pattern, s, limit, func(m found) *Error {
		b.WriteString(between(s, position, m.start))
		with, err := ev.substitute(m, replacement)
		if err != nil {
			return err
		}
		b.WriteString(with)
		position = m.start + len(m.match)
		return ev.grow(len(with))
	})
	if err != nil || !any {
		return args[0], err
	}
	b.WriteString(between(s, position, len(s)))
	return ofString(b.String()), nil
}

// substitute gives what a match is replaced with.
func (ev *evaluation) substitute(m found, replacement item) (string, *Error) {
	if replacement.asFunction() == nil {
		return expanded(replacement.text(), m), nil
	}
	with, err := ev.call(replacement, m.object())
	if err == nil && with.kind() != text {
		err = &Error{Code: "D3012", Value: with.shown()}
	}
	return with.text(), err
}

// expanded fills $n with the groups of a match, $0 with all of it, and $$ with
// a dollar.
func expanded(template string, m found) string {
	before, rest, any := strings.Cut(template, "$")
	if !any {
		return template
	}
	var b strings.Builder
	for ; any; before, rest, any = strings.Cut(rest, "$") {
		b.WriteString(before)
		switch {
		case strings.HasPrefix(rest, "$"):
			b.WriteByte('$')
			rest = rest[1:]
		case strings.HasPrefix(rest, "0"):
			b.WriteString(m.match)
			rest = rest[1:]
		default:
			n, digits := groupNumber(rest, len(m.groups))
			if digits == 0 {
				b.WriteByte('$')
			} else if n >= 1 && n <= len(m.groups) {
				b.WriteString(m.groups[n-1].text())
			}
			rest = rest[digits:]
		}
	}
	b.WriteString(before)
	return b.String()
}

// groupNumber reads the number of a group, with no more digits than the number
// of groups has, or fewer when there is no such group.
func groupNumber(s string, groups int) (n, digits int) {
	most := len(strconv.Itoa(max(1, groups)))
	for digits < most && digits < len(s) && isDigit(s[digits]) {
		digits++
	}
	n, _ = strconv.Atoi(s[:digits])
	if digits > 1 && n > groups {
		digits--
		n, _ = strconv.Atoi(s[:digits])
	}
	return n, digits
}
