package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// inWorkflow runs a test inside a workflow.
func inWorkflow(t *testing.T, test func(workflow.Context)) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterActivityWithOptions(echo, activity.RegisterOptions{Name: invocation})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		test(ctx)
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
}

func callEffect(id machine.EffectID) machine.Effect {
	return machine.Effect{ID: id, State: "A", Call: &machine.Call{
		Resource: program.Resource{Service: "lambda", Action: "function"},
		Input:    value.OfInt(int64(id)),
	}}
}

func waitEffect(id machine.EffectID, until time.Time, reason machine.WaitReason) machine.Effect {
	return machine.Effect{ID: id, State: "W", Wait: &machine.Wait{Until: until, Reason: reason}}
}

// collect gives the ids of outcomes until nothing is in flight.
func collect(ctx workflow.Context, p *performer) (ids []machine.EffectID) {
	for len(p.flights.list) > 0 {
		_ = p.flights.wait(ctx, func() bool { return false })
		p.flights.landReady(ctx)
		for a, ok := p.arrival(); ok; a, ok = p.arrival() {
			ids = append(ids, a.id)
		}
		p.start(false)
	}
	return ids
}

func TestEffectsInFlightAreBounded(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		p := newPerformer(ctx, &wire.Execution{}, nil, &passage{})
		for id := range machine.EffectID(1_200) {
			p.take([]machine.Effect{callEffect(id + 1)})
		}
		p.start(false)
		assert.Equal(t, executionBallast/unweighed, p.calls.taken, "no outcome has shown its size yet")
		p.ballast.weigh(1 << 10)
		p.start(false)
		assert.Equal(t, inFlight, p.calls.taken)
		assert.Len(t, p.calls.queue, 700)
		assert.Len(t, collect(ctx, p), 1_200)
		assert.Zero(t, p.calls.taken)
		assert.Zero(t, p.calls.live)
	})
}

// A history that is not renewed before Calls have ended must hold what they
// bring.
func TestLargeOutcomesAreBounded(t *testing.T) {
	// Those over 2 MiB go to staging: history bounds them no more, memory does.
	for bytes, most := range map[int]int{1: inFlight, 256 << 10: 128, 3 << 19: 21, 3 << 20: 85, wire.StagedLimit: 8, 512 << 20: 1} {
		inWorkflow(t, func(ctx workflow.Context) {
			p := newPerformer(ctx, &wire.Execution{}, nil, &passage{})
			p.ballast.weigh(bytes)
			for id := range machine.EffectID(1_200) {
				p.take([]machine.Effect{callEffect(id + 1)})
			}
			p.start(false)
			assert.Equal(t, most, p.calls.taken, bytes)
			p.cancelAll()
		})
	}
}

func TestTheTimeoutOfTheExecutionWaitsForNobody(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		p := newPerformer(ctx, &wire.Execution{}, nil, &passage{})
		now := workflow.Now(ctx)
		for id := range machine.EffectID(inFlight) {
			p.take([]machine.Effect{waitEffect(id+1, now.Add(time.Hour), machine.WaitForState)})
		}
		p.start(false)
		p.take([]machine.Effect{waitEffect(1_000, now.Add(time.Minute), machine.WaitForTimeout)})
		p.start(false)
		assert.Equal(t, machine.EffectID(1_000), collect(ctx, p)[0])
	})
}

func TestCancelledEffectsHaveNoOutcome(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		p := newPerformer(ctx, &wire.Execution{}, nil, &passage{})
		now := workflow.Now(ctx)
		p.take([]machine.Effect{
			callEffect(1), callEffect(2),
			waitEffect(3, now.Add(time.Second), machine.WaitForState),
			waitEffect(4, now.Add(time.Second), machine.WaitForState),
		})
		p.take([]machine.Effect{{ID: 5, Cancel: 2}}) // not started yet
		p.start(false)
		p.take([]machine.Effect{{ID: 6, Cancel: 1}, {ID: 7, Cancel: 3}, {ID: 8, Cancel: 99}})
		assert.Equal(t, []machine.EffectID{4}, collect(ctx, p))
		assert.Zero(t, p.calls.taken)
		assert.Zero(t, p.waits.taken)
	})
}

func TestADrainingExecutionStartsWaitsAlone(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		p := newPerformer(ctx, &wire.Execution{}, nil, &passage{})
		p.take([]machine.Effect{callEffect(1), waitEffect(2, workflow.Now(ctx), machine.WaitForState)})
		p.start(true)
		assert.True(t, p.idle())
		assert.Equal(t, 1, p.waits.taken)
	})
}

func TestFlightsLandInTheOrderOfTheirStart(t *testing.T) {
	inWorkflow(t, func(ctx workflow.Context) {
		var f flights
		var landed []int
		var ends [3]workflow.Settable
		for i := range ends {
			var future workflow.Future
			future, ends[i] = workflow.NewFuture(ctx)
			f.add(future, func(workflow.Future) { landed = append(landed, i) })
		}
		workflow.Go(ctx, func(ctx workflow.Context) {
			ends[1].Set(nil, nil)
			_ = workflow.Sleep(ctx, time.Second)
			ends[2].Set(nil, nil)
			ends[0].Set(nil, nil)
		})
		require.NoError(t, f.wait(ctx, func() bool { return false }))
		assert.Empty(t, landed, "what is ready lands when it is asked to")
		f.landReady(ctx)
		assert.Equal(t, []int{1}, landed)
		require.NoError(t, f.wait(ctx, func() bool { return false }))
		f.landReady(ctx)
		assert.Equal(t, []int{1, 0, 2}, landed)
		assert.Empty(t, f.list)
		require.NoError(t, f.wait(ctx, func() bool { return true }), "woken with nothing in flight")
	})
}
