package template_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/jsonpath"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/template"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const cases = "../../../../shared/cases"

type recorded struct {
	ID         string      `json:"id"`
	Definition value.Value `json:"definition"`
	Input      value.Value `json:"input"`
	Expected   value.Value `json:"expected"`
}

func readCases(t *testing.T, file string) []recorded {
	t.Helper()
	f, err := os.Open(filepath.Join(cases, "aws", file))
	if os.IsNotExist(err) {
		t.Skip("the recorded cases are not here: ", cases)
	}
	require.NoError(t, err)
	defer f.Close()
	var all []recorded
	lines := bufio.NewReader(f)
	for {
		line, err := lines.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) == 0 {
			return all
		}
		var c recorded
		require.NoError(t, json.Unmarshal(line, &c))
		all = append(all, c)
		if err != nil {
			return all
		}
	}
}

// TestRecordedIntrinsics evaluates the Parameters of each recorded machine
// that is a single Pass state and expects AWS's output.
func TestRecordedIntrinsics(t *testing.T) {
	ran := 0
	for _, c := range readCases(t, "intrinsic_functions.jsonl") {
		state := c.Definition.Get("States").Get(c.Definition.Get("StartAt").Text())
		parameters, ok := state.Member("Parameters")
		output := c.Expected.Get("output")
		if !ok || output.IsAbsent() || !state.Get("End").IsTrue() {
			continue
		}
		ran++
		t.Run(c.ID[strings.LastIndex(c.ID, ":")+1:], func(t *testing.T) {
			e, faults := template.Compile(parameters)
			require.Empty(t, faults)
			env := &expr.Env{Input: c.Input, Context: expr.Fixed{Object: contextObject(c.Input)}, Random: &expr.Random{Seed: 1}}
			got, err := e.Eval(env)
			require.NoError(t, err)
			assert.True(t, value.Equal(output, got), "AWS gave %s, not %s", output, got)
		})
	}
	assert.Greater(t, ran, 80, "too few of the recorded cases were run")
}

// contextObject is the context object in the recording's placeholders.
func contextObject(input value.Value) value.Value {
	member := func(name string, v value.Value) value.Member { return value.Member{Name: name, Value: v} }
	return value.OfObject(
		member("Execution", value.OfObject(member("Input", input), member("Name", value.OfString("<ExecArnPart_0idx>")))),
		member("StateMachine", value.OfObject(
			member("Id", value.OfString("arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>")),
			member("Name", value.OfString("<ArnPart_0idx>")))),
	)
}

// TestValidDefinitions compiles all templates and paths of the sample
// definitions.
func TestValidDefinitions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cases, "definitions/valid/*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the sample definitions are not here: ", cases)
	}
	for _, file := range files {
		switch filepath.Base(file) {
		case "floe--README.json": // writes results into the context object, which only that product can
			continue
		case "local-sfn--__tests____cli__CLI.test-2.json": // for running without validation
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		definition, err := value.Parse(text)
		require.NoError(t, err)
		compileTemplates(t, filepath.Base(file), definition)
	}
}

func compileTemplates(t *testing.T, name string, v value.Value) {
	for i, member := range v.Elements() {
		if v.Kind() == value.Object {
			switch v.NameAt(i) {
			case "Parameters", "ResultSelector", "ItemSelector", "BatchInput", "Assign":
				_, faults := template.Compile(member)
				assert.Empty(t, faults, name)
				continue
			case "InputPath", "OutputPath", "ItemsPath", "SecondsPath", "TimestampPath", "ErrorPath", "CausePath":
				open := strings.HasPrefix(member.Text(), "%") // a sample that leaves a place open
				if member.Kind() == value.String && !open {
					_, err := template.Dynamic(member.Text(), v.NameAt(i))
					assert.NoError(t, err, name)
				}
			case "ResultPath":
				if member.Kind() == value.String {
					_, err := jsonpath.Target(member.Text())
					assert.NoError(t, err, name)
				}
			}
		}
		compileTemplates(t, name, member)
	}
}
