package workflows

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestBallast(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		b := ballast{bytes: 4 * unweighed}
		assert.True(t, b.holds(ctx, 0, 9), "one always goes")
		assert.True(t, b.holds(ctx, 3, 1))
		assert.False(t, b.holds(ctx, 3, 2))
		b.weigh(0)
		assert.True(t, b.holds(ctx, 1_000, 1), "outcomes are small")
		b.weigh(2 * unweighed)
		b.weigh(1)
		assert.True(t, b.holds(ctx, 1, 1))
		assert.False(t, b.holds(ctx, 2, 1))
		assert.True(t, b.holds(ctx, 0, 9))
	})
}

// Outcomes that went ahead of the result of their wave stand in it, whichever
// wave lands first; those that the result has are left alone.
func TestWaveIsCompletedByWhatWentAhead(t *testing.T) {
	outcome := func(text string) machine.Outcome { return machine.Outcome{Output: value.OfString(text)} }
	own := outcome("own")
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(wire.WaveSignal, wire.WaveRest{Number: 2, Done: []wire.PlacedOutcome{{Place: 1, Outcome: outcome("2:1")}}})
		env.SignalWorkflow(wire.WaveSignal, wire.WaveRest{Number: 1, Done: []wire.PlacedOutcome{{Place: 0, Outcome: outcome("1:0")}, {Place: 2, Outcome: outcome("1:2")}}})
		env.SignalWorkflow(wire.WaveSignal, wire.WaveRest{Number: 2, Done: []wire.PlacedOutcome{{Place: 2, Outcome: outcome("2:2")}, {Place: 9, Outcome: outcome("2:9")}}})
	}, 0)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		p := &packed{ahead: workflow.GetSignalChannel(ctx, wire.WaveSignal), told: map[int][]wire.PlacedOutcome{}}
		_ = workflow.Await(ctx, func() bool { return p.ahead.Len() == 3 })
		for number, expected := range map[int][]string{1: {"own", "", "1:2"}, 2: {"own", "2:1", "2:2"}, 3: {"own", "", ""}} {
			result := wire.WaveResult{Outcomes: []*machine.Outcome{&own, nil, nil}}
			p.complete(number, &result)
			for i, text := range expected {
				if text == "" {
					assert.Nil(t, result.Outcomes[i])
					continue
				}
				require.NotNil(t, result.Outcomes[i])
				assert.Equal(t, text, result.Outcomes[i].Output.Text())
			}
		}
		assert.Empty(t, p.told)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}
