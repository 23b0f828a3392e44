package check_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/asl"
	"github.com/seed-a99ddb6e/stepwell/translator/check"
	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

// cases is where recorded definitions stand, beside the repository.
const cases = "../../../shared/cases"

// refusedByAWS are definitions that a suite calls valid and that
// CreateStateMachine refuses: the beginning of their names, why, and a part of
// the summary of each error that this explains.
var refusedByAWS = []contradiction{
	{"floe--", "docker:// and its Credentials and Secrets are Floe's own", []string{"docker://", "'RoleArn'", "'Secrets'", "not a Reference Path", "Duplicate State name"}},
	{"language-service--src__tests__json-strings__validationStrings-12", "names are unique over the whole machine (AWS guide, state machine structure)", []string{"Duplicate State name"}},
	{"language-service--src__tests__json-strings__validationStrings-73", "a Wait without any duration; the States Language asks for exactly one", []string{"[Seconds, SecondsPath, Timestamp, TimestampPath]"}},
	{"language-service--src__tests__json-strings__validationStrings-77", "WriterConfig without Transformation; the AWS guide asks for both fields", []string{"[Transformation]"}},
	{"local-sfn--__tests____cli__CLI.test-2", "input of a test that expects a refusal", []string{"must be a valid JSONPath"}},
	{"local-sfn--__tests____cli__CLI.test-3", "input of a test that expects a refusal", []string{"invalid-arn is not recognized"}},
	{"local-sfn--__tests____cli__CLI.test-5", "TimeoutSeconds must be positive", []string{"Minimum value is 1"}},
	{"local-sfn--__tests____stateActions__ParallelStateAction.test-2", "names are unique over the whole machine", []string{"Duplicate State name"}},
	{"localstack--tests__aws__services__stepfunctions__templates__assign__statemachines__task_retry_reference_exception", "paths in Retry, of a test that expects a refusal: its numbers are literal", []string{"Expected value of type Integer", "Expected value of type Number"}},
	{"localstack--tests__aws__services__stepfunctions__templates__choiceoperators__statemachines__template", "a template whose placeholder stands for an operator", []string{"%ComparisonOperatorType%"}},
	{"localstack--tests__aws__services__stepfunctions__templates__context_object__statemachines__context_object_", "a template whose placeholder stands for a path", []string{"must be a valid JSONPath"}},
	{"localstack--tests__aws__services__stepfunctions__templates__services__statemachines__lambda_list_functions", "lambda has no optimized integration but invoke, as dynamodb:query was refused", []string{"lambda:listFunctions is not recognized"}},
	{"sfagent--stacks__agents__step_functions_generator_unified_llm-", "fragments of a JSONata machine without its QueryLanguage", []string{"The QueryLanguage is set to 'JSONPath'", "tests nothing", "activity:send is not recognized"}},
	{"statelint--", "the Resource foo:bar is no ARN of a Lambda function, an activity or an integration", []string{"foo:bar is not recognized"}},
	{"asl-validator--src____tests____definitions__valid-assign", "a variable's name is an identifier (AWS guide, variables)", []string{"'top-level' is not the name"}},
	{"asl-validator--src____tests____definitions__valid-task-timeout", "SWF activities stood in an old edition of the States Language", []string{"arn:aws:swf:"}},
}

type contradiction struct {
	name, reason string
	explains     []string
}

// explained reports whether a refusal is one of those in the table, and marks
// it as met.
func explained(name string, d source.Diagnostic, met map[string]bool) bool {
	for _, c := range refusedByAWS {
		for _, part := range c.explains {
			if strings.HasPrefix(name, c.name) && strings.Contains(d.Summary, part) {
				met[c.name] = true
				return true
			}
		}
	}
	return false
}

// expressionFaults are invalid definitions whose fault is inside an
// expression, which package compile refuses.
var expressionFaults = []string{
	"asl-validator--src____tests____definitions__invalid-jsonata-surround-syntax-no-spaces", // AWS asks for no blanks
	"asl-validator--src____tests____definitions__invalid-jsonata-syntax-mismatched-parens",
	"asl-validator--src____tests____definitions__invalid-math-add",
	"localstack--tests__aws__services__stepfunctions__templates__scenarios__statemachines__escape_sequences_illegal_intrinsic_function_2",
}

func needCases(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(cases); err != nil {
		t.Skip("no recorded definitions beside the repository")
	}
}

// judge parses and checks a text.
func judge(text *source.Text, options check.Options) source.Diagnostics {
	def, diagnostics := asl.Parse(text)
	return append(diagnostics, check.Check(def, options)...).Sort()
}

func render(text *source.Text, ds source.Diagnostics) string {
	var b strings.Builder
	for _, d := range ds {
		b.WriteString(text.Render(d))
	}
	return b.String()
}

func errorsOf(ds source.Diagnostics) source.Diagnostics {
	return slices.DeleteFunc(slices.Clone(ds), func(d source.Diagnostic) bool { return d.Severity != source.Error })
}

func definitions(t *testing.T, kind string) []*source.Text {
	t.Helper()
	needCases(t)
	files, err := filepath.Glob(filepath.Join(cases, "definitions", kind, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := make([]*source.Text, len(files))
	for i, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		texts[i] = source.NewText(strings.TrimSuffix(filepath.Base(file), ".json"), string(content))
	}
	return texts
}

func TestValidDefinitions(t *testing.T) {
	met := map[string]bool{}
	for _, text := range definitions(t, "valid") {
		found := errorsOf(judge(text, check.Options{}))
		found = slices.DeleteFunc(found, func(d source.Diagnostic) bool { return explained(text.Name(), d, met) })
		assert.Empty(t, render(text, found))
	}
	for _, c := range refusedByAWS {
		assert.True(t, met[c.name], "%s is accepted, so it need not be listed", c.name)
	}
}

func TestInvalidDefinitions(t *testing.T) {
	for _, text := range definitions(t, "invalid") {
		refused := judge(text, check.Options{}).HasErrors()
		assert.NotEqual(t, slices.Contains(expressionFaults, text.Name()), refused, text.Name())
	}
}

// recorded is what AWS was asked and what it answered.
type recorded struct {
	ID         string          `json:"id"`
	Op         string          `json:"op"`
	Definition json.RawMessage `json:"definition"`
	Text       string          `json:"definition_text"`
	Type       string          `json:"type"`
	About      string          `json:"about"`
	Notes      []string        `json:"notes"`
	Error      *struct{ Message string }
	Expected   json.RawMessage `json:"expected"`
}

func recordings(t *testing.T, pattern string) []recorded {
	t.Helper()
	needCases(t)
	files, err := filepath.Glob(filepath.Join(cases, "aws", pattern))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []recorded
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.SplitSeq(string(content), "\n") {
			var r recorded
			if line != "" && json.Unmarshal([]byte(line), &r) == nil {
				all = append(all, r)
			}
		}
	}
	return all
}

// TestRecordedExecutions: AWS has run all these definitions.
func TestRecordedExecutions(t *testing.T) {
	accepted := 0
	for _, r := range recordings(t, "*.jsonl") {
		var top struct{ States json.RawMessage }
		if r.Op != "" || r.Error != nil || json.Unmarshal(r.Definition, &top) != nil || top.States == nil {
			continue
		}
		accepted++
		text := source.NewText(r.ID, string(r.Definition))
		assert.Empty(t, render(text, errorsOf(judge(text, check.Options{Type: r.Type}))))
	}
	assert.Greater(t, accepted, 500)
}

// TestRecordedValidations compares codes and locations with those that AWS
// gave.
func TestRecordedValidations(t *testing.T) {
	compared := 0
	for _, r := range recordings(t, "validate.jsonl") {
		if r.About != "definition" || slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "PROVENANCE") }) {
			continue
		}
		content := r.Text
		if len(r.Definition) > 0 && string(r.Definition) != "null" {
			content = string(r.Definition)
		}
		text := source.NewText(r.ID, content)
		var want, got []string
		if r.Error != nil {
			_, message, _ := strings.Cut(r.Error.Message, "Definition: '")
			code, rest, _ := strings.Cut(strings.TrimSuffix(message, "'"), ": ")
			want = append(want, code+" at "+rest[strings.LastIndex(rest, " at ")+4:])
		} else {
			var answer struct {
				Diagnostics []struct{ Code, Location string }
			}
			require.NoError(t, json.Unmarshal(r.Expected, &answer))
			for _, d := range answer.Diagnostics {
				want = append(want, code(d.Code, d.Location))
			}
		}
		for _, d := range errorsOf(judge(text, check.Options{Type: r.Type})) {
			got = append(got, code(d.Code, d.Path))
		}
		compared++
		assert.Equal(t, want, got, r.ID)
	}
	assert.Greater(t, compared, 8)
}

// code writes a diagnostic for comparison. AWS quotes the text as the location
// of faults of JSON, and gives none for texts that are no object.
func code(code, location string) string {
	if location == "" || strings.HasPrefix(location, "[") {
		return code
	}
	return fmt.Sprintf("%s at %s", code, location)
}
