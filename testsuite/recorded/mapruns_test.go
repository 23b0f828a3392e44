package recorded_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/recorded"
)

// TestMapRunAnswers compares what Map Runs tell of themselves with answers to
// DescribeMapRun and ListMapRuns.
func TestMapRunAnswers(t *testing.T) {
	cases, err := recorded.Load("testdata/mapruns")
	require.NoError(t, err)
	for name, r := range map[string]recorded.Runtime{"virtual": recorded.Virtual{}, "durable": recorded.Durable{Objects: &recorded.Objects{}}} {
		t.Run(name, func(t *testing.T) {
			differences := map[string]string{}
			for _, o := range recorded.Run(t.Context(), cases, r, 1) {
				assert.Empty(t, o.Skipped)
				if o.Difference != nil {
					differences[o.ID] = o.Difference.String()
				}
			}
			assert.Equal(t, map[string]string{
				"m.py::T::other_count": "describe_map_run.itemCounts.total\nwant 2\ngot  3",
				"m.py::T::other_label": "list_map_runs.mapRuns[0].stateMachineArn\nwant \"arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>/Other\"\ngot  \"arn:<partition>:states:<region>:111111111111:stateMachine:<ArnPart_0idx>/L\"",
			}, differences)
		})
	}
}
