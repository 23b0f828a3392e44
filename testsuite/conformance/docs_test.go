package conformance_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/testsuite/conformance"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/query"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const page = "../../docs/query-languages.md"

// languages are the words after yaml that name the language of an example.
var languages = map[string]string{"jsonpath": "JSONPath", "jsonata": "JSONata", "cel": "CEL"}

// TestTheExamplesOfQueryLanguages runs the examples of the page. A block
// `yaml LANGUAGE` holds states; `json input` and `json result` before it are the
// input of the execution and the result of its Task; `json output` or `json
// failure` after one or more of them is how all of them end.
func TestTheExamplesOfQueryLanguages(t *testing.T) {
	var example conformance.Case
	var written [][2]string // language and states
	ran := 0
	for _, b := range blocks(t) {
		switch kind := b[0]; kind {
		case "json input":
			example = conformance.Case{Input: parse(t, b[1])}
		case "json result":
			example.Mocks = []conformance.Mock{{State: "Example", Attempts: []conformance.Answer{{Output: parse(t, b[1])}}}}
		case "json output", "json failure":
			require.NotEmpty(t, written, "an end without an example: %s", b[1])
			c := example
			if kind == "json output" {
				c.Status, c.Output = machine.Succeeded, parse(t, b[1])
			} else {
				c.Status, c.Failure = machine.Failed, parse(t, b[1])
			}
			for _, w := range written {
				ends(t, c, w[0], w[1])
				ran++
			}
			written = nil
		default:
			if language := languages[strings.TrimPrefix(kind, "yaml ")]; language != "" {
				written = append(written, [2]string{language, b[1]})
			}
		}
	}
	require.Empty(t, written, "an example without an end")
	assert.Greater(t, ran, 20)
}

// ends runs a machine of the states, and compares.
func ends(t *testing.T, c conformance.Case, language, states string) {
	text := "QueryLanguage: " + language + "\nStartAt: Example\nStates:\n  " + strings.ReplaceAll(strings.TrimSpace(states), "\n", "\n  ")
	p, said := translator.Translate(text)
	require.False(t, said.HasErrors(), translator.Report(text, said))
	require.Equal(t, program.Language(language), p.Root().States[0].Language)
	c.Name = language
	result, err := conformance.Virtual(context.Background(), &c, p)
	require.NoError(t, err)
	if d := c.Difference(result); d != "" {
		t.Errorf("%s\n%s", states, d)
	}
}

// TestTheTableOfCEL evaluates the rows | `expression` | `result` | of the page
// with the input in its block `json cel`.
func TestTheTableOfCEL(t *testing.T) {
	var input value.Value
	for _, b := range blocks(t) {
		if b[0] == "json cel" {
			input = parse(t, b[1])
		}
	}
	require.False(t, input.IsAbsent())
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	rows := 0
	for line := range strings.Lines(string(text)) {
		expression, result, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(line), "| `"), "` |"), "` | `")
		if !ok || !strings.HasPrefix(line, "| `") {
			continue
		}
		rows++
		compiled := query.Compile(query.CEL{}, value.OfString("{% "+expression+" %}"), "Output")
		if !assert.Empty(t, compiled.Faults, expression) {
			continue
		}
		v, err := compiled.Expr.Eval(&expr.Env{Input: input})
		if assert.NoError(t, err, expression) {
			assert.Equal(t, result, v.String(), expression)
		}
	}
	assert.Greater(t, rows, 20)
}

// blocks gives the code blocks of the page: what follows the fence, and the text.
func blocks(t *testing.T) (all [][2]string) {
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	parts := strings.Split("\n"+string(text), "\n```")
	for i := 1; i < len(parts); i += 2 {
		kind, body, _ := strings.Cut(parts[i], "\n")
		all = append(all, [2]string{strings.TrimSpace(kind), body})
	}
	return all
}

func parse(t *testing.T, text string) value.Value {
	v, err := value.ParseString(strings.TrimSpace(text))
	require.NoError(t, err, text)
	return v
}
