package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func TestWatch(t *testing.T) {
	cases := map[string]struct {
		endsAt time.Duration // of the watched workflow; 0: it does not
		overAt time.Duration // when nobody waits for it any more
		looks  int
		lost   bool
	}{
		"ended":              {endsAt: 100 * time.Minute, overAt: 1_000 * time.Minute, looks: 7, lost: true},
		"reported":           {overAt: 100 * time.Minute, looks: 6},
		"reported and ended": {endsAt: 99 * time.Minute, overAt: 100 * time.Minute, looks: 6},
		"reported soon":      {overAt: time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var suite testsuite.WorkflowTestSuite
			suite.SetLogger(silent{})
			env := suite.NewTestWorkflowEnvironment()
			start := env.Now()
			looks := 0
			env.OnSignalExternalWorkflow(mock.Anything, "run", "", wire.WatchSignal, nil).Return(
				func(string, string, string, string, any) error {
					looks++
					if c.endsAt > 0 && env.Now().Sub(start) >= c.endsAt {
						return &temporal.UnknownExternalWorkflowExecutionError{}
					}
					return nil
				})
			lost := false
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				var f flights
				watch(ctx, &f, watched{
					id:   "run",
					over: func() bool { return workflow.Now(ctx).Sub(start) >= c.overAt },
					lost: func() { lost = true },
				})
				for len(f.list) > 0 {
					_ = f.wait(ctx, func() bool { return false })
					f.landReady(ctx)
				}
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			assert.Equal(t, c.looks, looks)
			assert.Equal(t, c.lost, lost)
		})
	}
}
