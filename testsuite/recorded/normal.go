package recorded

import (
	"regexp"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Every execution runs in this region and account, those of the cases.
const (
	region  = "us-east-1"
	account = "111111111111"
)

// instant is a date with time as the recordings replace it wherever it stands.
var instant = regexp.MustCompile(`[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-][01]\d:[0-5]\d)`)

// replacement is one that the recording made in every text.
type replacement struct {
	expression *regexp.Regexp
	by         string
}

// replacements gives those of the case: names that it binds, then what every
// recording replaces, then the patterns of the test.
func (c *Case) replacements() []replacement {
	var named, patterns []replacement
	for _, n := range c.Normalizers {
		if n.Kind != "regex" {
			continue
		}
		if regexp.QuoteMeta(n.Regex) == strings.NewReplacer(".", `\.`).Replace(n.Regex) {
			named = append(named, replacement{regexp.MustCompile(regexp.QuoteMeta(n.Regex)), n.Replacement})
		} else if expression, err := regexp.Compile(n.Regex); err == nil { // what looks behind is about other services' messages
			patterns = append(patterns, replacement{expression, n.Replacement})
		}
	}
	named = append(named,
		replacement{regexp.MustCompile(`\barn:aws:`), "arn:<partition>:"},
		replacement{regexp.MustCompile(regexp.QuoteMeta(region)), "<region>"},
		replacement{instant, "date"},
	)
	return append(named, patterns...)
}

// normal gives the text as the recording would have written it.
func normal(text string, replacements []replacement) string {
	for _, r := range replacements {
		text = r.expression.ReplaceAllLiteralString(text, r.by)
	}
	return text
}

// word is what the recording wrote in the place of all values at a path.
type word struct {
	path *regexp.Regexp // over the parts of a path, each after a slash
	text string
}

// words gives the case's replacements by path.
func (c *Case) words() (words []word) {
	for _, n := range c.Normalizers {
		if n.Kind == "jsonpath" && !n.numbered() {
			words = append(words, word{pathPattern(n.JSONPath), n.Replacement})
		}
	}
	return words
}

// step is one step of a JSONPath of the kind that normalizers have.
var step = regexp.MustCompile(`(\.\.?)([\w*-]*)|\[(?:'([^']*)'|(\d+|\*))\]`)

// pathPattern gives the pattern of the paths that a JSONPath leads to.
func pathPattern(jsonpath string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString(`^`)
	for _, s := range step.FindAllStringSubmatch(jsonpath, -1) {
		dots, name, quoted, index := s[1], s[2], s[3], s[4]
		switch {
		case index == "*":
			b.WriteString(`/\[\d+\]`)
			continue
		case index != "":
			b.WriteString(`/\[` + index + `\]`)
			continue
		case dots == "..":
			b.WriteString(`(?:/[^/]+)*`)
		}
		switch {
		case name == "*":
			b.WriteString(`/[^/]+`)
		case name+quoted != "":
			b.WriteString(`/` + regexp.QuoteMeta(name+quoted))
		}
	}
	return regexp.MustCompile(b.String() + `$`)
}

// stands reports whether the word stands for whatever is at the path.
func (w *word) stands(want value.Value, path []string) bool {
	return want.Text() == w.text && w.path.MatchString("/"+strings.Join(path, "/"))
}

// isTimestamp reports whether the recording wrote the word "timestamp" for what
// is at the path, as it does under every key of such a name, and got is a time,
// or a text that the case itself brings.
func (m *matcher) isTimestamp(want, got value.Value, path []string) bool {
	if want.Text() != "timestamp" || len(path) == 0 || !strings.Contains(strings.ToLower(path[len(path)-1]), "timestamp") {
		return false
	}
	text := got.Text()
	return text != "" && (moment.MatchString(text) || strings.Contains(m.input, text))
}

// moment is a date with time, or a number of milliseconds.
var moment = regexp.MustCompile(`^(?:` + instant.String() + `|\d{13}|\d{10}(?:\.\d+)?)$`)

// concrete gives a recorded text with the case's own names for placeholders.
func (c *Case) concrete(text string) string {
	for placeholder, name := range c.Bindings {
		text = strings.ReplaceAll(text, placeholder, name)
	}
	for _, n := range c.Normalizers {
		if n.Kind == "regex" && n.Replacement == text {
			text = n.Regex
		}
	}
	return strings.NewReplacer("<partition>", "aws", "<region>", region).Replace(text)
}
