package recorded

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Difference is the first place where a result is not what AWS recorded.
type Difference struct {
	Path string `json:"path"`
	Want string `json:"want"`
	Got  string `json:"got"`
}

// String gives the difference in up to three lines.
func (d Difference) String() string {
	return fmt.Sprintf("%s\nwant %s\ngot  %s", d.Path, d.Want, d.Got)
}

// matcher holds values against recorded ones, and keeps what placeholders have
// stood for so far.
type matcher struct {
	replacements []replacement
	words        []word
	// deployed are the words for names that the test got from a deployed stack.
	deployed []string
	// input is the text of the case's input.
	input string
	bound map[string]string
	// parses tells that the test parsed the texts of all outputs.
	parses bool
	// first is the first difference found.
	first *Difference
	// within tells that texts are not stored parsed here, and that members keep
	// their order: the inside of a text.
	within bool
}

func (c *Case) matcher() *matcher {
	return &matcher{
		replacements: c.replacements(),
		words:        c.words(),
		deployed:     c.deployed(),
		input:        c.Input.String(),
		bound:        map[string]string{},
		parses:       slices.ContainsFunc(c.Normalizers, func(n Normalizer) bool { return n.Function == parsesOutputs }),
	}
}

// differ notes a difference, unless there is an earlier one.
func (m *matcher) differ(path []string, want, got string) bool {
	if m.first == nil {
		m.first = &Difference{Path: strings.ReplaceAll(strings.Join(path, "."), ".[", "["), Want: want, Got: got}
	}
	return false
}

// try is match without leaving a trace when it fails.
func (m *matcher) try(want, got value.Value, path []string) bool {
	first, bound := m.first, maps.Clone(m.bound)
	if m.match(want, got, path) {
		return true
	}
	m.first, m.bound = first, bound
	return false
}

// match reports whether got is what was recorded as want.
func (m *matcher) match(want, got value.Value, path []string) bool {
	for i := range m.words {
		if m.words[i].stands(want, path) && !got.IsAbsent() {
			return true
		}
	}
	if m.isTimestamp(want, got, path) {
		return true
	}
	if v, ok := m.stored(want, got, path); ok {
		return m.matchWithin(want, v, path)
	}
	if want.Kind() != got.Kind() {
		return m.differ(path, show(want), show(got))
	}
	switch want.Kind() {
	case value.Object:
		return m.matchObjects(want, got, path)
	case value.Array:
		return m.matchArrays(want, got, path)
	case value.String:
		return m.matchTexts(want, got, path)
	case value.Number:
		if !sameNumber(want, got) {
			return m.differ(path, want.Text(), got.Text())
		}
	default:
		if want.Text() != got.Text() {
			return m.differ(path, show(want), show(got))
		}
	}
	return true
}

// stored gives the value of a text that the recording stored parsed: one that is
// an object, one level deep, or all outputs when the test did so itself.
func (m *matcher) stored(want, got value.Value, path []string) (value.Value, bool) {
	if m.within || got.Kind() != value.String || want.Kind() == value.String {
		return value.Value{}, false
	}
	output := m.parses && len(path) > 0 && path[len(path)-1] == "output"
	if !output && !strings.HasPrefix(got.Text(), "{") {
		return value.Value{}, false
	}
	v, err := value.ParseString(got.Text())
	return v, err == nil
}

// matchWithin is match for the inside of a text.
func (m *matcher) matchWithin(want, got value.Value, path []string) bool {
	within := m.within
	m.within = true
	defer func() { m.within = within }()
	return m.match(want, got, path)
}

func (m *matcher) matchObjects(want, got value.Value, path []string) bool {
	for i, w := range want.Elements() {
		g, ok := got.Member(want.NameAt(i))
		if !ok {
			return m.differ(append(path, want.NameAt(i)), show(w), "nothing")
		}
		if !m.match(w, g, append(path, want.NameAt(i))) {
			return false
		}
	}
	for i, g := range got.Elements() {
		if _, ok := want.Member(got.NameAt(i)); !ok {
			return m.differ(append(path, got.NameAt(i)), "nothing", show(g))
		}
		if m.within && got.NameAt(i) != want.NameAt(i) {
			return m.differ(append(path, "(order of members)"), show(want), show(got))
		}
	}
	return true
}

func (m *matcher) matchArrays(want, got value.Value, path []string) bool {
	for i, w := range want.Elements() {
		at := append(path, fmt.Sprintf("[%d]", i))
		if i >= got.Len() {
			return m.differ(at, show(w), "nothing")
		}
		if !m.match(w, got.At(i), at) {
			return false
		}
	}
	if got.Len() > want.Len() {
		return m.differ(append(path, fmt.Sprintf("[%d]", want.Len())), "nothing", show(got.At(want.Len())))
	}
	return true
}

// matchTexts compares strings. Texts that are JSON may differ in white space.
func (m *matcher) matchTexts(want, got value.Value, path []string) bool {
	text := normal(got.Text(), m.replacements)
	if text == want.Text() {
		return true
	}
	if p, ok := m.patternOf(want.Text()); ok && p.matches(text, m.bound) {
		return true
	}
	if m.isDeployed(want.Text(), text) {
		return true
	}
	if w, ok := document(want.Text()); ok {
		if g, ok := document(got.Text()); ok && m.tryWithin(w, g, path) {
			return true
		}
	}
	return m.differ(path, show(want), show(value.OfString(text)))
}

func (m *matcher) tryWithin(want, got value.Value, path []string) bool {
	within := m.within
	m.within = true
	defer func() { m.within = within }()
	return m.try(want, got, path)
}

// document gives the array or object that a text is.
func document(text string) (value.Value, bool) {
	if !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
		return value.Value{}, false
	}
	v, err := value.ParseString(text)
	return v, err == nil
}

// sameNumber reports whether two numbers are written alike: whole ones to the
// digit, others as the same double.
func sameNumber(want, got value.Value) bool {
	if want.Text() == got.Text() {
		return true
	}
	if !strings.ContainsAny(want.Text(), ".eE") || !strings.ContainsAny(got.Text(), ".eE") {
		return false
	}
	w, okW := want.Float()
	g, okG := got.Float()
	return okW && okG && w == g
}

// show gives a value for people, cut when it is long.
func show(v value.Value) string {
	const most = 300
	if v.IsAbsent() {
		return "nothing"
	}
	text := v.String()
	if len(text) > most {
		return text[:most] + "..."
	}
	return text
}
