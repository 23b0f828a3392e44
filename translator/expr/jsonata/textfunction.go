package jsonata

import (
	"math"
	"strings"
	"unicode/utf8"
)

func stringOf(ev *evaluation, args []item) (item, *Error) {
	v := args[0]
	if v.isUndefined() || v.kind() == text {
		return v, nil
	}
	if v.kind() == callable {
		return ofString(""), nil
	}
	indent := ""
	if argument(args, 1).isTrue() {
		indent = "  "
	}
	s, err := v.pretty(indent)
	if err != nil {
		return item{}, err
	}
	return ofString(s), ev.grow(len(s))
}

// substring counts in code points; a negative start counts from the end.
func substring(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	s := args[0].text()
	count := float64(utf8.RuneCountInString(s))
	start := 0.0
	if v := argument(args, 1); !v.isUndefined() {
		start = v.float()
	}
	if start < 0 {
		start = max(0, count+start)
	}
	end := count
	if v := argument(args, 2); !v.isUndefined() {
		if v.float() <= 0 {
			return ofString(""), nil
		}
		end = start + v.float()
	}
	from, to := math.Trunc(start), math.Trunc(end)
	if from >= count || to <= from {
		return ofString(""), nil
	}
	low := bytesOfRunes(s, int(from))
	high := len(s)
	if to < count {
		high = low + bytesOfRunes(s[low:], int(to-from))
	}
	return ofString(s[low:high]), nil
}

// bytesOfRunes turns a number of code points into one of bytes.
func bytesOfRunes(s string, count int) int {
	at := 0
	for ; count > 0 && at < len(s); count-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}

func substringBefore(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	if argument(args, 1).isUndefined() {
		return args[0], nil
	}
	before, _, _ := strings.Cut(args[0].text(), argument(args, 1).text())
	return ofString(before), nil
}

func substringAfter(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	_, after, found := strings.Cut(args[0].text(), argument(args, 1).text())
	if !found || argument(args, 1).isUndefined() {
		return args[0], nil
	}
	return ofString(after), nil
}

// ofText makes a function of one string.
func ofText(v item, compute func(string) string) (item, *Error) {
	if v.isUndefined() {
		return v, nil
	}
	return ofString(compute(v.text())), nil
}

func lowercase(_ *evaluation, args []item) (item, *Error) { return ofText(args[0], strings.ToLower) }

func uppercase(_ *evaluation, args []item) (item, *Error) { return ofText(args[0], upper) }

// upper is the full mapping to upper case, in which ß becomes SS.
func upper(s string) string { return strings.ReplaceAll(strings.ToUpper(s), "ß", "SS") }

func length(_ *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	return ofInt(utf8.RuneCountInString(args[0].text())), nil
}

// trim takes blanks off the ends and makes one blank of several within.
func trim(_ *evaluation, args []item) (item, *Error) {
	return ofText(args[0], func(s string) string {
		var b strings.Builder
		for _, word := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }) {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(word)
		}
		return b.String()
	})
}

// pad fills up to a width in code points, on the left when it is negative.
func pad(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	s, fill := args[0].text(), " "
	if v := argument(args, 2); !v.isUndefined() && v.text() != "" {
		fill = v.text()
	}
	width := argument(args, 1).float()
	missing := math.Trunc(math.Abs(width)) - float64(utf8.RuneCountInString(s))
	if !(missing > 0) {
		return ofString(s), nil
	}
	if err := ev.grow(int(min(missing, math.MaxInt32)) * len(fill)); err != nil {
		return item{}, err
	}
	perFill := utf8.RuneCountInString(fill)
	filling := strings.Repeat(fill, int(missing)/perFill+1)
	filling = filling[:bytesOfRunes(filling, int(missing))]
	if width < 0 {
		return ofString(filling + s), nil
	}
	return ofString(s + filling), nil
}

func join(ev *evaluation, args []item) (item, *Error) {
	if args[0].isUndefined() {
		return item{}, nil
	}
	parts := make([]string, args[0].len())
	size := 0
	separator := argument(args, 1).text()
	for k := range parts {
		parts[k] = args[0].at(k).text()
		size += len(parts[k]) + len(separator)
	}
	if err := ev.grow(size); err != nil {
		return item{}, err
	}
	return ofString(strings.Join(parts, separator)), nil
}
