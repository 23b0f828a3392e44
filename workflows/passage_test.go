package workflows

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func TestPassage(t *testing.T) {
	for name, c := range map[string]struct {
		offered int
		// before stands for a run that met a large value before any might pass.
		before bool
		limit  int
		says   string
	}{
		"with staging":    {offered: wire.StagedLimit, limit: wire.StagedLimit, says: "more than the 33554432 that can pass."},
		"without staging": {limit: wire.ValueLimit, says: "set STEPWELL_STAGING=s3://bucket/prefix on the workers"},
		"an old history":  {offered: wire.StagedLimit, before: true, limit: wire.ValueLimit, says: "more than the 1572864 that can pass through Temporal"},
	} {
		t.Run(name, func(t *testing.T) {
			var suite testsuite.WorkflowTestSuite
			env := suite.NewTestWorkflowEnvironment()
			version := workflow.Version(1)
			if c.before {
				version = workflow.DefaultVersion
			}
			asked := 0
			env.OnGetVersion(largeValues, workflow.DefaultVersion, workflow.Version(1)).Return(func(string, workflow.Version, workflow.Version) workflow.Version {
				asked++
				return version
			})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				p := passage{offered: c.offered}
				assert.True(t, p.fits(ctx, wire.ValueLimit))
				assert.Zero(t, asked, "what fits anyhow leaves no trace in history")
				for range 3 {
					assert.True(t, p.fits(ctx, c.limit))
					assert.False(t, p.fits(ctx, c.limit+1))
				}
				assert.Equal(t, 1, asked)
				failure := p.tooLarge("The input", c.limit+1)
				assert.Equal(t, machine.ErrorDataLimitExceeded, failure.Name())
				assert.Contains(t, failure.Cause.Text(), c.says)
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
		})
	}
}

// What goes to staging crosses the server as a reference; a workflow yields all
// the same while it encodes it.
func TestBudgetOfLargeValues(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	ended := 0
	env.SetOnTimerFiredListener(func(string) { ended++ })
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		var b budget
		for range 200 {
			b.spendValue(ctx, wire.StagedLimit)
			assert.Zero(t, b.turn, "it has yielded")
		}
		assert.Equal(t, 200*(referenceBytes+commandBytes), b.spent)
		b.spendBeside(ctx, wire.StagedLimit, 100)
		assert.Equal(t, 200*(referenceBytes+commandBytes)+referenceBytes+commandBytes+100, b.spent)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	assert.Zero(t, ended, "all in one workflow task")

	env = suite.NewTestWorkflowEnvironment()
	env.SetOnTimerFiredListener(func(string) { ended++ })
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		var b budget
		b.spendValue(ctx, wire.ValueLimit)
		b.spendValue(ctx, wire.ValueLimit)
		return nil
	})
	assert.Equal(t, 1, ended, "what is just small enough crosses whole")
}

func TestBallastOfLargeValues(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		b := ballast{bytes: shardBallast}
		b.weigh(3 << 20)
		assert.True(t, b.holds(ctx, 80, 1), "history gets references")
		assert.False(t, b.holds(ctx, 85, 1), "memory gets them whole")
		b.weigh(wire.StagedLimit)
		assert.True(t, b.holds(ctx, 7, 1))
		assert.False(t, b.holds(ctx, 8, 1))
	})
}

// lostError stands for that of staging.
type lostError struct{ error }

func (lostError) Lost() {}

// A future that holds what is lost is an error of the run that first asks for it.
func TestLostValueIsAnError(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		future, settable := workflow.NewFuture(ctx)
		settable.SetError(lostError{errors.New("s3://b/k does not exist")})
		assert.ErrorContains(t, get(ctx, future, nil), "s3://b/k")
	})
}
