package compile_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/check"
	"github.com/seed-a99ddb6e/stepwell/translator/compile"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// TestDumps compiles testdata/*.json and *.yaml and compares the programs with
// the golden listings beside them.
func TestDumps(t *testing.T) {
	files, err := filepath.Glob("testdata/*.[jy]*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			p := compiled(t, string(raw), compile.Options{Type: program.Standard})
			golden := strings.TrimSuffix(file, filepath.Ext(file)) + ".dump"
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(p.String()), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run go test -update")
			assert.Equal(t, string(want), p.String())
		})
	}
}

func compiled(t testing.TB, text string, options compile.Options) *program.Program {
	t.Helper()
	named := source.NewText("test", text)
	def, faults := asl.Parse(named)
	faults = append(faults, check.Check(def, check.Options{Type: string(options.Type), Processor: options.Processor})...)
	p, more := compile.Compile(def, options)
	for _, f := range append(faults, more...) {
		require.NotEqual(t, source.Error, f.Severity, named.Render(f))
	}
	return p
}

// TestFaults: each mark ‸ is the place of a fault, in order.
func TestFaults(t *testing.T) {
	for name, text := range map[string]string{
		"paths":       `{"Type": "Pass", "InputPath": "$.a‸[", "OutputPath": "$.b..‸", "End": true}`,
		"result path": `{"Type": "Pass", "ResultPath": ‸"$.a[*]", "End": true}`,
		"result into": `{"Type": "Pass", "ResultPath": "$‸$.a", "End": true}`,
		"template":    `{"Type": "Pass", "Parameters": {"a": [{"b.$": "States.Format('é', ‸nothing)"}], "c.$": "$.x‸["}, "End": true}`,
		"escapes":     `{"Type": "Pass", "Parameters": {"a.$": "$['\u00e9\"'].b‸["}, "End": true}`,
		"function":    `{"Type": "Pass", "Parameters": {"a.$": ‸"States.Nothing()"}, "End": true}`,
		"number":      `{"Type": "Wait", "SecondsPath": ‸"$.a[*]", "End": true}`,
		"items":       `{"Type": "Map", "ItemsPath": ‸"$..a", "Iterator": {"StartAt": "B", "States": {"B": {"Type": "Pass", "InputPath": "$.‸[x]", "End": true}}}, "End": true}`,
		"choice":      `{"Type": "Choice", "Choices": [{"Or": [{"Variable": "$.a‸[", "IsNull": true}], "Next": "X"}]}`,
		"catch":       `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"a.$": "$.‸["}, "Next": "X"}], "End": true}`,
		"jsonata":     `{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": [1, "{% $x + ‸) %}"], "b": "{% $‸states.result %}"}, "Assign": {"c": "{%‸ %}", "d": "{% 1‸"}, "End": true}`,
		"fail":        `{"Type": "Fail", "ErrorPath": "States.Format(‸", "CausePath": ‸"$.a[*]"}`,
	} {
		t.Run(name, func(t *testing.T) {
			marked := `{"StartAt": "X", "States": {"X": ` + text + `}}`
			var want []int
			var clean strings.Builder
			for i, part := range strings.Split(marked, "‸") {
				if i > 0 {
					want = append(want, clean.Len())
				}
				clean.WriteString(part)
			}
			named := source.NewText("test", clean.String())
			def, said := asl.Parse(named)
			require.Empty(t, said)
			p, faults := compile.Compile(def, compile.Options{Type: program.Standard})
			assert.Nil(t, p)
			var got []int
			var shown strings.Builder
			for _, f := range faults {
				got = append(got, f.Span.Start)
				shown.WriteString(named.Render(f))
			}
			assert.Equal(t, want, got, shown.String())
		})
	}
}

// TestBadTrees: what check refuses becomes no program, whatever it is.
func TestBadTrees(t *testing.T) {
	for name, text := range map[string]string{
		"empty":              `{}`,
		"no start":           `{"States": {"A": {"Type": "Succeed"}}}`,
		"states no object":   `{"StartAt": "A", "States": 7}`,
		"state no object":    `{"StartAt": "A", "States": {"A": 7}}`,
		"no type":            `{"StartAt": "A", "States": {"A": {"End": true}}}`,
		"no transition":      `{"StartAt": "A", "States": {"A": {"Type": "Pass"}}}`,
		"lost transition":    `{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}`,
		"lost default":       `{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [], "Default": "B"}}}`,
		"rule no object":     `{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [7]}}}`,
		"lost catch":         `{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Catch": [{}], "End": true}}}`,
		"no resource":        `{"StartAt": "A", "States": {"A": {"Type": "Task", "End": true}}}`,
		"no processor":       `{"StartAt": "A", "States": {"A": {"Type": "Map", "End": true}}}`,
		"processor no map":   `{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}}, "End": true}}}`,
		"no such language":   `{"StartAt": "A", "QueryLanguage": "XPath", "States": {"A": {"Type": "Pass", "End": true}}}`,
		"path of wrong type": `{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": 7, "End": true}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			def, _ := asl.Parse(source.NewText("test", text))
			p, faults := compile.Compile(def, compile.Options{Type: program.Standard})
			assert.Nil(t, p)
			assert.True(t, faults.HasErrors())
			assert.True(t, check.Check(def, check.Options{}).HasErrors(), "check lets it pass")
		})
	}
	p, faults := compile.Compile(&asl.Definition{Text: source.NewText("", "")}, compile.Options{})
	assert.Nil(t, p)
	assert.True(t, faults.HasErrors())
}

func TestLabelsFollowFromTheName(t *testing.T) {
	raw, err := os.ReadFile("testdata/nested.json")
	require.NoError(t, err)
	p := compiled(t, string(raw), compile.Options{Type: program.Standard})
	inner := p.Root().States[0].Map.Distributed.Item.Root().States[0].Map.Distributed
	assert.LessOrEqual(t, len([]rune(inner.Label)), 40)
	assert.NotContains(t, inner.Label, "*")
	assert.NotContains(t, inner.Label, " ")
}
