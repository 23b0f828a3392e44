package recorded_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/recorded"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// folder is where recordings stand beside the repository.
const folder = "../../../shared/cases"

func load(t *testing.T) []*recorded.Case {
	t.Helper()
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the recorded cases are not beside the repository")
	}
	cases, err := recorded.Load(folder)
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	return cases
}

// inMemory are the cases that run without a server.
func inMemory(cases []*recorded.Case) []*recorded.Case {
	return slices.DeleteFunc(slices.Clone(cases), func(c *recorded.Case) bool { return c.NeedsObjects() || c.Skip() != "" })
}

// TestRecordedCases runs what needs no server; `make cases` runs all.
func TestRecordedCases(t *testing.T) {
	for _, o := range recorded.Run(t.Context(), inMemory(load(t)), recorded.Virtual{}, 2) {
		if !o.Passed() {
			t.Errorf("%s\n%s", o.ID, o.Difference)
		}
	}
}

// TestComparisonNoticesEverything changes every single value of recordings that
// are met, and expects to be told each time.
func TestComparisonNoticesEverything(t *testing.T) {
	const every = 17 // of some hundred cases
	changes := 0
	for i, c := range inMemory(load(t)) {
		if i%every != 0 || len(c.Expected.Events) > 40 || strings.Contains(c.Definition.String(), "<ref:") {
			continue // of names that a stack gave, one alone tells nothing
		}
		result, err := recorded.Virtual{}.Run(t.Context(), c)
		require.NoError(t, err, c.ID)
		require.Nil(t, recorded.Compare(c, result), c.ID)
		for j, event := range c.Expected.Events {
			for changed := range variants(event) {
				other := *c
				other.Expected.Events = slices.Clone(c.Expected.Events)
				other.Expected.Events[j] = changed
				changes++
				assert.NotNil(t, recorded.Compare(&other, result), "%s\n%s\nis taken for\n%s", c.ID, changed, event)
			}
		}
		for _, end := range []func(*recorded.Expected){
			func(e *recorded.Expected) { e.Status += "x" },
			func(e *recorded.Expected) { e.Error = value.OfString("x") },
			func(e *recorded.Expected) { e.Cause = value.OfString("x") },
		} {
			other := *c
			end(&other.Expected)
			assert.NotNil(t, recorded.Compare(&other, result), "%s\n%v", c.ID, other.Expected)
		}
		for changed := range variants(c.Expected.Output) {
			other := *c
			other.Expected.Output = changed
			changes++
			assert.NotNil(t, recorded.Compare(&other, result), "%s\n%s", c.ID, changed)
		}
	}
	assert.Greater(t, changes, 2000)
}

// variants gives all values that differ from v in one place. What the recording
// took away is left alone: times.
func variants(v value.Value) func(func(value.Value) bool) {
	return func(yield func(value.Value) bool) {
		switch v.Kind() {
		case value.String:
			if !lost[v.Text()] {
				_ = yield(value.OfString(v.Text()+"x")) && yield(value.OfInt(1))
			}
		case value.Number:
			n, _ := v.Float()
			_ = yield(value.OfFloat(n+100)) && yield(value.OfString(v.Text()+"x"))
		case value.Bool:
			yield(value.OfBool(!v.IsTrue()))
		case value.Null:
			yield(value.OfInt(0))
		case value.Array:
			variantsOfArray(v, yield)
		case value.Object:
			variantsOfObject(v, yield)
		}
	}
}

// lost are words that stand for any value of their kind.
var lost = map[string]bool{"timestamp": true, "start-time": true, "entered-time": true, "RandomNumberGenerated": true,
	"map_run_arn": true, "state-machine-arn": true, "execution-arn": true, "start-date": true, "stop-date": true,
	"stateExitedEventDetails.output": true, "executionSucceededEventDetails.output": true, "a_task_token": true, "a_message_id": true}

func variantsOfArray(v value.Value, yield func(value.Value) bool) {
	if !yield(value.OfArray(append(slices.Clone(v.Elements()), value.NullValue))) {
		return
	}
	for i, e := range v.Elements() {
		for changed := range variants(e) {
			if !yield(v.WithElement(i, changed)) {
				return
			}
		}
	}
}

func variantsOfObject(v value.Value, yield func(value.Value) bool) {
	if !yield(v.With("another", value.NullValue)) {
		return
	}
	for i, e := range v.Elements() {
		var others []value.Member
		for j := range v.Len() {
			if j != i {
				others = append(others, value.Member{Name: v.NameAt(j), Value: v.At(j)})
			}
		}
		if !yield(value.OfObject(others...)) {
			return
		}
		for changed := range variants(e) {
			if !yield(v.With(v.NameAt(i), changed)) {
				return
			}
		}
	}
}
