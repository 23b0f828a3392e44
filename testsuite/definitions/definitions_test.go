package main

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/source"
)

const shared = "../../../shared/cases"

func loaded(t *testing.T, pattern string) []claim {
	t.Helper()
	if _, err := os.Stat(shared + "/definitions"); err != nil {
		t.Skip("no public definitions beside the repository")
	}
	claims, err := load(shared, regexp.MustCompile(pattern))
	require.NoError(t, err)
	return claims
}

func TestDefinitions(t *testing.T) {
	var all verdicts
	for _, c := range loaded(t, "") {
		v := judge(c)
		all = append(all, v)
		assert.NotEqual(t, failed, v.outcome, "%s %s", v.file, v.why)
	}
	assert.Greater(t, all.count(passed), 400)
}

// TestReasonsTellFaultsApart gives each invalid definition the reasons of all
// others: what the runner asks for must be met by few of them, or it asks for
// nothing.
func TestReasonsTellFaultsApart(t *testing.T) {
	claims := loaded(t, "^invalid/")
	tried, met := 0, 0
	for _, c := range claims {
		for _, other := range claims {
			if other.reason == c.reason {
				continue
			}
			mistaken := c
			mistaken.reason = other.reason
			tried++
			if judge(mistaken).outcome == passed {
				met++
			}
		}
	}
	t.Logf("%d of %d wrong reasons are met", met, tried)
	assert.Less(t, float64(met)/float64(tried), 0.15)
}

func TestNamed(t *testing.T) {
	c := claim{text: `{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "End": true}, "P": {"Type": "Parallel", "Branches": [{"StartAt": "B/b"}]}}}`}
	fault := func(code, path, summary string) source.Diagnostics {
		return source.Diagnostics{{Code: code, Severity: source.Error, Path: path, Summary: summary}}
	}
	missing := fault("MISSING_TRANSITION_TARGET", "/States/P/Branches[0]/StartAt", "Missing 'Next' target: B/b")
	schema := func(path, summary string) source.Diagnostics {
		return fault("SCHEMA_VALIDATION_FAILED", path, summary)
	}
	for _, want := range []struct {
		reason string
		errors source.Diagnostics
		is     bool
	}{
		{"Missing 'Next' target 'B/b' at /States/P/Branches/0/StartAt", missing, true},
		{"Missing 'Next' target 'B/b' at /States/P/Branches/1/StartAt", missing, false},
		{"Missing 'Next' target 'C' at /States/P/Branches/0/StartAt", missing, false},
		{`The value of "StartAt" property must be the name of an existing state.`, missing, true},
		{`The value of "Default" property must be the name of an existing state.`, schema("/States/A/Default", "Value cannot be empty"), false},
		{"No terminal state.", missing, false},
		{"should reject Seconds: allowed minimum is 0", schema("/States/A/Seconds", "Minimum value is 0"), true},
		{"should reject Seconds: allowed minimum is 0", schema("/States/A/TimeoutSeconds", "Minimum value is 0"), false},
		{"should reject Seconds: allowed minimum is 0", schema("/States/A/Seconds", "Maximum value is 9"), false},
		{"wait duration", schema("/States/A", "There should only be one of the following fields: [Seconds, SecondsPath]"), true},
		{"wait duration", schema("/States/P", "Value cannot be empty"), false},
		{"error equals type", schema("/States/A/Catch[0]/ErrorEquals", "Expected value of type Array"), true},
		{"error equals type", schema("/States/A/Resource", "Expected value of type String"), false},
		{"AWS: SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/A/Credentials", schema("/States/A/Credentials", "The field 'RoleArn' is required but was missing"), true},
		{"AWS: SCHEMA_VALIDATION_FAILED: The field 'RoleArn' is required but was missing at /States/A/Credentials", schema("/States/A", "The field 'RoleArn' is required but was missing"), false},
		{"it was never meant to work", schema("/States/A", "anything"), true},
		{"it was never meant to work", schema("", "anything"), false},
	} {
		assert.Equal(t, want.is, named(c, want.reason, want.errors), "%s / %s at %s", want.reason, want.errors[0].Summary, want.errors[0].Path)
	}
}

func TestContradictions(t *testing.T) {
	for text, reason := range map[string]string{
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Task", "Resource": "docker://x"}}}`:                                                                   "a Resource that is no ARN",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Task", "Resource": "arn:aws:states:::dynamodb:query"}}}`:                                              "an action that the optimized integration does not have",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem"}}}`:                                            "",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:query"}}}`:                                      "",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Task", "Resource": "arn:aws:states:us-east-1:1:activity:x"}}}`:                                        "",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}]}}}`:                   "one name for two states",
		`{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "End": true}}}, "End": true}}}`:           "a Wait without a time",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Pass", "Output": "x"}}}`:                                                                              "fields of JSONata under JSONPath",
		`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"End": true, "Type": "Pass", "Output": "x"}}}`:                                                  "",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Pass", "QueryLanguage": "JSONata", "Output": "x"}}}`:                                                  "",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Pass", "Assign": {"größe.$": "$", "a-b": 1}}}}`:                                                       "a variable whose name is no identifier",
		`{"StartAt": "A", "States": {"A": {"End": true, "Type": "Pass", "Assign": {"größe.$": "$"}, "InputPath": null, "Result": {"Label": "50 %"}, "Comment": "%"}}}`: "",
		`{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:${F}", "End": true}}}`:                                     "a Resource with a hole that something fills in before AWS sees it",
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "C": {"Type": "Succeed"}}}`:                                                                   "a transition to a state that is not in its block",
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}, "B": {"Type": "Pass", "Next": "B"}}}`:                                                         "a state that nothing leads to",
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}, "B": {"Type": "Pass", "Next": "C"}, "C": {"Type": "Pass", "Next": "B"}}}`:                     "",
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}`:                                                         "a block without a terminal state",
		`{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Next": "B"}], "Default": "C"}, "B": {"Type": "Pass"}, "C": {"Type": "Fail"}}}`:              "a state that neither ends nor goes on",
		`{"StartAt": "A", "States": {"A": {"Type": "Pass", "Catch": [], "End": true}}}`:                                                                                "a Retry, Catch or TimeoutSeconds in a state of a type without it",
		`{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Catch": [], "TimeoutSeconds": 1, "End": true}}}`:               "",
	} {
		got := ""
		if row := contradicted(claim{text: text}); row != nil {
			got = row.reason
		}
		assert.Equal(t, reason, got, text)
	}
}
