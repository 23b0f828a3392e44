package workflows

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestBudgetEndsTheTaskBeforeItIsFull(t *testing.T) {
	const piece = 250 << 10
	cases := map[string]struct {
		sizes []int
		tasks int
	}{
		"nothing":                     {nil, 1},
		"one value of the most bytes": {[]int{wire.ValueLimit}, 1},
		"two of them":                 {[]int{wire.ValueLimit, wire.ValueLimit}, 2},
		"twenty of 250 KB":            {repeat(piece, 20), 3},
		"two thousand empty ones":     {repeat(0, 2_000), 1},
		"many small ones":             {repeat(4<<10, 500), 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			ended := 0
			env.SetOnTimerFiredListener(func(string) { ended++ })
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				var b budget
				for _, size := range c.sizes {
					b.spend(ctx, size)
					assert.LessOrEqual(t, b.spent, taskBytes)
				}
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			assert.Equal(t, c.tasks, ended+1)
		})
	}
}

func TestBudgetIsRenewedByATaskThatBeganOtherwise(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	ended := 0
	env.SetOnTimerFiredListener(func(string) { ended++ })
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		var b budget
		b.spend(ctx, wire.ValueLimit)
		env.SetCurrentHistoryLength(10)
		b.spend(ctx, wire.ValueLimit)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	assert.Zero(t, ended)
}

func TestBytesOfPayloads(t *testing.T) {
	for _, text := range []string{`""`, `{"a":[1,2.50,null,true]}`, `"<b>&amp;</b>"`, `"é\n\u0007"`} {
		v, err := value.ParseString(text)
		require.NoError(t, err)
		payload, err := converter.GetDefaultDataConverter().ToPayload(v)
		require.NoError(t, err)
		assert.Equal(t, len(payload.Data), wire.PayloadSize(v), text)
	}
}

func repeat(size, times int) []int {
	sizes := make([]int, times)
	for i := range sizes {
		sizes[i] = size
	}
	return sizes
}
