package recorded

import (
	"regexp"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// In the recordings what differs from run to run has been replaced by
// placeholders. Those for something that a case fixes (names in its bindings, the
// region, the account) are put into the result in the same way, see [normal].
// The others stand for something that a run makes up: a text of the right kind,
// the same wherever the placeholder stands.

// kinds are the placeholders that stand for something made up.
var kinds = []struct {
	name  *regexp.Regexp
	text  string // what may stand there
	valid func(string) bool
}{
	{regexp.MustCompile(`^<uuid:\d+>$`), uuid, nil},
	{regexp.MustCompile(`^<json-input:\d+>$`), `.+?`, isJSON},
	{regexp.MustCompile(`^<MapRunArnPart1_\d+idx>$`), uuid, nil},
	{regexp.MustCompile(`_\d+idx>$`), `[^:/"'\s]+`, nil},
	{regexp.MustCompile(`:\d+>$`), `[^"'\s]+`, nil},
}

const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

// placeholders finds all of them in a text.
var placeholders = regexp.MustCompile(`<<[\w-]+>:\d+>|<[\w:-]+>`)

func isJSON(text string) bool {
	_, err := value.ParseString(text)
	return err == nil
}

// pattern is a recorded text with placeholders for what is made up.
type pattern struct {
	expression *regexp.Regexp
	names      []string
	valid      []func(string) bool
}

// patternOf gives the pattern of a recorded text; false when nothing in it is
// made up. Placeholders that the case fixes stand for themselves.
func (m *matcher) patternOf(text string) (pattern, bool) {
	var p pattern
	var b strings.Builder
	b.WriteString(`(?s)^`)
	last := 0
	for _, span := range placeholders.FindAllStringIndex(text, -1) {
		name := text[span[0]:span[1]]
		for _, kind := range kinds {
			if kind.name.MatchString(name) && !m.fixes(name) {
				b.WriteString(regexp.QuoteMeta(text[last:span[0]]))
				// What came in with a recorded result is the placeholder itself.
				b.WriteString(`(` + kind.text + `|` + regexp.QuoteMeta(name) + `)`)
				p.names, p.valid = append(p.names, name), append(p.valid, kind.valid)
				last = span[1]
				break
			}
		}
	}
	if len(p.names) == 0 {
		return p, false
	}
	b.WriteString(regexp.QuoteMeta(text[last:]) + `$`)
	p.expression = regexp.MustCompile(b.String())
	return p, true
}

// fixes reports whether the placeholder has been put in for a name of the case.
func (m *matcher) fixes(placeholder string) bool {
	return slices.ContainsFunc(m.replacements, func(r replacement) bool { return r.by == placeholder })
}

// matches reports whether got fits the pattern, with each placeholder for what
// it stands for elsewhere in the case; it then stands for that here on.
func (p *pattern) matches(got string, bound map[string]string) bool {
	found := p.expression.FindStringSubmatch(got)
	if found == nil {
		return false
	}
	fresh := map[string]string{}
	for i, name := range p.names {
		text := found[i+1]
		known, ok := bound[name]
		if !ok {
			known, ok = fresh[name]
		}
		if ok && known != text || !ok && taken(name, text, bound, fresh) {
			return false
		}
		if text != name && p.valid[i] != nil && !p.valid[i](text) {
			return false
		}
		fresh[name] = text
	}
	for name, text := range fresh {
		bound[name] = text
	}
	return true
}

// taken reports whether another placeholder of the same kind stands for the
// text: numbers are given out by value.
func taken(name, text string, known ...map[string]string) bool {
	kind, _, numbered := strings.Cut(name, ":")
	for _, bound := range known {
		for other, there := range bound {
			if numbered && other != name && there == text && strings.HasPrefix(other, kind+":") {
				return true
			}
		}
	}
	return false
}

// reference is a name in a definition that stands for what deploying a stack
// gives it.
var reference = regexp.MustCompile(`^<ref:[^<>]+>$`)

// deployed gives the words that stand for outputs of a deployed stack: there the
// normalizer has the output's name for an expression.
func (c *Case) deployed() (words []string) {
	for _, n := range c.Normalizers {
		if n.Kind == "regex" && strings.HasSuffix(n.Regex, ".pattern") {
			words = append(words, n.Replacement)
		}
	}
	return words
}

// isDeployed reports whether got is a name of a deployed stack as the definition
// has it, and want what the recording has for it here as anywhere.
func (m *matcher) isDeployed(want, got string) bool {
	if !reference.MatchString(got) && !slices.Contains(m.deployed, want) {
		return false
	}
	known, ok := m.bound[got]
	if !ok {
		m.bound[got] = want
	}
	return !ok || known == want
}
