package comparison_test

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
	"github.com/seed-a99ddb6e/stepwell/translator/expr/comparison"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const cases = "../../../../shared/cases"

// TestRecordedChoices replays each recorded entry of a Choice state and
// expects that the state entered next is the one the rules choose. Recordings
// without events tell it by the Result of the state that came next.
func TestRecordedChoices(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cases, "aws/*.jsonl"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the recorded cases are not here: ", cases)
	}
	ran := 0
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		defer f.Close()
		for lines := bufio.NewReader(f); ; {
			line, end := lines.ReadBytes('\n')
			var c struct {
				ID         string      `json:"id"`
				Definition value.Value `json:"definition"`
				Input      value.Value `json:"input"`
				Expected   value.Value `json:"expected"`
			}
			if json.Unmarshal(line, &c) == nil {
				ran += replay(t, c.ID, c.Definition, c.Expected.Get("events"))
				ran += finish(t, c.ID, c.Definition, c.Input, c.Expected.Get("output"))
			}
			if end != nil {
				break
			}
		}
	}
	assert.Greater(t, ran, 150, "too few of the recorded choices were replayed")
}

func replay(t *testing.T, id string, definition, events value.Value) (ran int) {
	entered := value.Value{}
	for _, event := range events.Elements() {
		details := event.Get("stateEnteredEventDetails")
		if details.IsAbsent() {
			continue
		}
		if !entered.IsAbsent() {
			state := definition.Get("States").Get(entered.Get("name").Text())
			if want := details.Get("name").Text(); choose(t, id, state, entered.Get("input"), want) {
				ran++
			}
		}
		entered = value.Value{}
		if event.Get("type").Text() == "ChoiceStateEntered" {
			entered = details
		}
	}
	return ran
}

// finish replays a machine that begins with a Choice between Pass states.
func finish(t *testing.T, id string, definition, input, output value.Value) int {
	states := definition.Get("States")
	for i, state := range states.Elements() {
		result, ok := state.Member("Result")
		if ok && state.Get("End").IsTrue() && value.Equal(result, output) &&
			choose(t, id, states.Get(definition.Get("StartAt").Text()), input, states.NameAt(i)) {
			return 1
		}
	}
	return 0
}

// choose expects the rules of a Choice to lead to want. It reports false for
// what needs more than the state's input.
func choose(t *testing.T, id string, state, input value.Value, want string) bool {
	choices := state.Get("Choices")
	text := choices.String()
	if choices.IsAbsent() || strings.Contains(text, `"Condition"`) || !strings.Contains(text, `"$.`) || !state.Get("InputPath").IsAbsent() {
		return false
	}
	got := state.Get("Default").Text()
	for _, rule := range choices.Elements() {
		e, faults := comparison.Compile(rule)
		require.Empty(t, faults, id)
		v, err := e.Eval(&expr.Env{Input: input})
		require.NoError(t, err, id)
		if v.IsTrue() {
			got = rule.Get("Next").Text()
			break
		}
	}
	return assert.Equal(t, want, got, "%s: %s with %s", id, text, input)
}

// TestValidDefinitions compiles all rules of the sample definitions.
func TestValidDefinitions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(cases, "definitions/valid/*.json"))
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the sample definitions are not here: ", cases)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		definition, err := value.Parse(text)
		require.NoError(t, err)
		compileRules(t, filepath.Base(file), definition)
	}
}

func compileRules(t *testing.T, name string, v value.Value) {
	for i, member := range v.Elements() {
		if v.Kind() == value.Object && v.NameAt(i) == "Choices" {
			for _, rule := range member.Elements() {
				// Two samples leave a place open for a %NAME%.
				open := strings.Contains(rule.String(), "%")
				if rule.Get("Condition").IsAbsent() && !open {
					_, faults := comparison.Compile(rule)
					assert.Empty(t, faults, name)
				}
			}
			continue
		}
		compileRules(t, name, member)
	}
}
