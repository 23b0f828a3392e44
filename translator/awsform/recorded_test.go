package awsform_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/awsform"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// recorded is what AWS was asked about a definition, and its answer.
type recorded struct {
	ID         string          `json:"id"`
	Definition json.RawMessage `json:"definition"`
	Text       string          `json:"definition_text"`
	Type       string          `json:"type"`
	About      string          `json:"about"`
	Notes      []string        `json:"notes"`
	Error      *struct{ Code, Message string }
	Expected   json.RawMessage `json:"expected"`
}

func (r recorded) definition() string {
	if len(r.Definition) > 0 && string(r.Definition) != "null" {
		return string(r.Definition)
	}
	return r.Text
}

func recordings(t *testing.T, name string) []recorded {
	t.Helper()
	raw, err := os.ReadFile("../../../shared/cases/aws/" + name)
	if err != nil {
		t.Skip("no recorded answers of AWS beside the repository")
	}
	var all []recorded
	for line := range strings.SplitSeq(string(raw), "\n") {
		var r recorded
		if line != "" {
			require.NoError(t, json.Unmarshal([]byte(line), &r))
			all = append(all, r)
		}
	}
	return all
}

// TestRecorded: the answers of ValidateStateMachineDefinition and the refusals
// of CreateStateMachine and TestState that are about the definition, to the
// letter. What notes call PROVENANCE is not AWS's.
func TestRecorded(t *testing.T) {
	compared := 0
	for _, r := range slices.Concat(recordings(t, "validate.jsonl"), recordings(t, "test_state.jsonl")) {
		refusal := r.Error != nil && r.Error.Code == "InvalidDefinition"
		answer := r.About == "definition" && r.Error == nil
		if !refusal && !answer || slices.ContainsFunc(r.Notes, func(n string) bool { return strings.HasPrefix(n, "PROVENANCE") }) {
			continue
		}
		compared++
		text := r.definition()
		_, said := translator.Translate(text, translator.OfType(program.Type(r.Type)))
		if refusal {
			got, refused := awsform.Exception(text, said)
			assert.True(t, refused, r.ID)
			assert.Equal(t, r.Error.Message, strings.ReplaceAll(got, "arn:aws:", "arn:<partition>:"), r.ID)
			continue
		}
		var want awsform.Answer
		require.NoError(t, json.Unmarshal(r.Expected, &want))
		assert.Equal(t, want, awsform.Validate(text, said, awsform.Options{}), r.ID)
	}
	assert.Greater(t, compared, 8)
}
