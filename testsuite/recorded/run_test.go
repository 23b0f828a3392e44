package recorded_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/recorded"
)

func TestReport(t *testing.T) {
	cases, err := recorded.Load("testdata")
	require.NoError(t, err)
	require.Len(t, cases, 6, "the executions alone")
	const failed, skipped = `FAILED  a.py::T::fails
    executionSucceededEventDetails.output.a
    want 2
    got  1
FAILED  b.py::T::answer
    attempts
    want as many attempts of T as AWS made
    got  fewer
`, `skipped    1  no history: the results of its tasks were not recorded
`
	const realClock = `skipped    1  stopped: somebody stopped the execution, at a moment that only its recording knows
skipped    1  waits: its execution lasts longer than 0s
`
	for name, c := range map[string]struct {
		runtime recorded.Runtime
		want    string
	}{
		"virtual": {recorded.Virtual{}, failed + skipped + "aws cases: 3 passed, 2 failed, 1 skipped\n"},
		"durable": {recorded.Durable{Objects: &recorded.Objects{}}, failed + skipped + "aws cases: 3 passed, 2 failed, 1 skipped\n"},
		"express": {recorded.Express{}, failed + skipped + realClock + "aws cases: 1 passed, 2 failed, 3 skipped\n"},
	} {
		t.Run(name, func(t *testing.T) {
			report := recorded.ReportOf(name, recorded.Run(t.Context(), cases, c.runtime, 2))
			var b strings.Builder
			require.NoError(t, report.Write(&b, false))
			assert.Equal(t, c.want, b.String())
		})
	}
}

func TestLoadNothing(t *testing.T) {
	_, err := recorded.Load(t.TempDir())
	assert.ErrorContains(t, err, "there are no cases")
}
