package activities

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

func TestMain(m *testing.M) {
	devtest.AtOnce(6) // Tasks that take a while, and workers that are lost
	os.Exit(devtest.Run(m))
}

// A team's own activity, on a real server: results, errors, and that one Call
// is one activity however often it is asked for.
func TestForeignActivityOnTemporal(t *testing.T) {
	t.Parallel()
	temporalClient := devtest.Start(t).Client(t, func(o *client.Options) {
		o.ContextPropagators = []workflow.ContextPropagator{idempotency.Propagator{}}
	})
	var calls atomic.Int32
	team := worker.New(temporalClient, "billing", worker.Options{})
	team.RegisterActivityWithOptions(func(_ context.Context, order map[string]int) (map[string]int32, error) {
		n := calls.Add(1)
		if order["n"] < 0 {
			return nil, temporal.NewApplicationError("none left", "OutOfStock")
		}
		return map[string]int32{"call": n}, nil
	}, activity.RegisterOptions{Name: "Charge"})
	team.RegisterActivityWithOptions(func(ctx context.Context) (string, error) { return idempotency.Key(ctx), nil }, activity.RegisterOptions{Name: "Key"})
	team.RegisterActivityWithOptions(func(ctx context.Context) error {
		for ctx.Err() == nil {
			activity.RecordHeartbeat(ctx)
			time.Sleep(50 * time.Millisecond)
		}
		return ctx.Err()
	}, activity.RegisterOptions{Name: "Endless"})
	require.NoError(t, team.Start())
	defer team.Stop()

	f := &Foreign{Client: temporalClient}
	// The server keeps what earlier runs of the test have left.
	execution := fmt.Sprintf("arn:aws:states:us-east-1:123456789012:express:m:e:%d", time.Now().UnixNano())
	place := func(effect machine.EffectID) express.Place {
		return express.Place{ExecutionArn: execution, State: "Charge", Effect: effect}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()

	for range 2 {
		o := f.Call(ctx, place(1), executing(charge))
		require.Nil(t, o.Failure)
		assert.Equal(t, `{"call":1}`, o.Output.String(), "the second time finds the first one's result")
	}
	failing := executing(`{"ActivityType":"Charge","TaskQueue":"billing","Input":{"n":-1}}`)
	for range 2 {
		o := f.Call(ctx, place(2), failing)
		require.NotNil(t, o.Failure)
		assert.Equal(t, machine.Fault("OutOfStock", "none left"), *o.Failure)
	}
	assert.EqualValues(t, 3, calls.Load(), "what failed is tried anew")

	keyed := executing(`{"ActivityType":"Key","TaskQueue":"billing"}`)
	keyed.Visit = "7"
	for _, effect := range []machine.EffectID{5, 6} { // two attempts of one visit
		o := f.Call(ctx, place(effect), keyed)
		require.Nil(t, o.Failure)
		assert.Equal(t, idempotencyKey(place(effect), keyed), o.Output.Text())
	}
	assert.Equal(t, idempotencyKey(place(5), keyed), idempotencyKey(place(6), keyed))

	o := f.Call(ctx, place(3), executing(`{"ActivityType":"Charge","TaskQueue":"nobody","ScheduleToStartSeconds":1}`))
	require.NotNil(t, o.Failure)
	assert.Equal(t, machine.ErrorTimeout, o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "nobody")

	o = f.Call(ctx, place(4), executing(`{"ActivityType":"Endless","TaskQueue":"billing","StartToCloseSeconds":1}`))
	require.NotNil(t, o.Failure)
	assert.Equal(t, machine.Failure{Error: timeUp().Error}, *o.Failure)
}
