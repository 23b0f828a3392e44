package comparison_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/expr/comparison"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const input = `{"n":1,"f":1.0,"s":"hello","star":"a*b","slash":"a\\b","e":"","yes":true,"null":null,"t":"2024-01-01T12:00:00Z","o":"2024-01-01T07:00:00.000-05:00","late":"2024-01-02T00:00:00Z","bad":"2024-01-01 12:00:00Z","low":"2024-01-01t12:00:00z","x":{"y":[5]}}`

// lines gives the lines of a file in testdata without blank ones and comments.
func lines(t testing.TB, file string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var kept []string
	for _, line := range strings.Split(string(text), "\n") {
		if line != "" && !strings.HasPrefix(line, "#") {
			kept = append(kept, line)
		}
	}
	return kept
}

func parse(t testing.TB, text string) value.Value {
	t.Helper()
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func environment(t testing.TB) *expr.Env {
	return &expr.Env{
		Input:   parse(t, input),
		Context: expr.Fixed{Object: parse(t, `{"State":{"Name":"S"}}`)},
		Vars:    expr.Fixed{Variables: parse(t, `{"v":1}`)},
	}
}

func TestRules(t *testing.T) {
	env := environment(t)
	for _, line := range lines(t, "rules.txt") {
		t.Run(line, func(t *testing.T) {
			rule, want, ok := strings.Cut(line, " => ")
			require.True(t, ok)
			e, faults := comparison.Compile(parse(t, rule))
			require.Empty(t, faults)
			assert.Equal(t, rule, e.String())
			got, err := e.Eval(env)
			if want != "true" && want != "false" {
				assert.Equal(t, &expr.Error{Name: expr.Runtime, Cause: want}, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, want, got.String())
		})
	}
}

func TestFaults(t *testing.T) {
	for _, line := range lines(t, "faults.txt") {
		t.Run(line, func(t *testing.T) {
			at := strings.LastIndex(line, " @ ")
			e, faults := comparison.Compile(parse(t, line[:at]))
			assert.Nil(t, e)
			var got []string
			for _, f := range faults {
				assert.NotEmpty(t, f.Reason)
				place := "/" + strings.Join(f.Pointer, "/")
				if len(f.Pointer) == 0 {
					place = "."
				}
				got = append(got, place)
			}
			assert.Equal(t, strings.Fields(line[at+3:]), got)
		})
	}
}

// TestOperators holds the table to a case for each operator and its Path.
func TestOperators(t *testing.T) {
	assert.Len(t, comparison.Operators(), 23)
	tried := strings.Join(lines(t, "rules.txt"), "\n")
	for _, op := range comparison.Operators() {
		assert.True(t, strings.Contains(tried, `"`+op.Name+`":`), "no case for %s", op.Name)
		found, path, ok := comparison.Lookup(op.Name)
		assert.True(t, ok && !path && found.Name == op.Name)
		_, path, ok = comparison.Lookup(op.Name + "Path")
		assert.Equal(t, op.HasPath, ok && path, op.Name)
	}
	_, _, ok := comparison.Lookup("Path")
	assert.False(t, ok)
}

func BenchmarkEval(b *testing.B) {
	e, faults := comparison.Compile(parse(b, `{"And":[{"Variable":"$.s","StringMatches":"h*o"},{"Variable":"$.n","NumericLessThanPath":"$.x.y[0]"},{"Variable":"$.nope","IsPresent":false}]}`))
	require.Empty(b, faults)
	env := environment(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}
