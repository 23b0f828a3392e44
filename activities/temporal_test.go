package activities

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// temporalFake plays the part of Temporal that Foreign uses: every activity
// ends at once, in the given way.
type temporalFake struct {
	client.Client
	startErr error
	result   any
	err      error
	waits    bool // until its context ends

	options   client.StartActivityOptions
	name      any
	arguments []any
	found     client.GetActivityHandleOptions
	cancelled bool
}

func (f *temporalFake) ExecuteActivity(_ context.Context, options client.StartActivityOptions, name any, arguments ...any) (client.ActivityHandle, error) {
	f.options, f.name, f.arguments = options, name, arguments
	if f.startErr != nil {
		return nil, f.startErr
	}
	return &handleFake{fake: f}, nil
}

func (f *temporalFake) GetActivityHandle(options client.GetActivityHandleOptions) client.ActivityHandle {
	f.found = options
	return &handleFake{fake: f}
}

type handleFake struct {
	client.ActivityHandle
	fake *temporalFake
}

func (h *handleFake) Get(ctx context.Context, into any) error {
	if h.fake.waits {
		<-ctx.Done()
		return ctx.Err()
	}
	if h.fake.err != nil {
		return h.fake.err
	}
	payload, err := converter.GetDefaultDataConverter().ToPayload(h.fake.result)
	if err != nil {
		return err
	}
	return converter.GetDefaultDataConverter().FromPayload(payload, into)
}

func (h *handleFake) Cancel(context.Context, client.CancelActivityOptions) error {
	h.fake.cancelled = true
	return nil
}

func executing(parameters string) machine.Call {
	call := invoking(parameters)
	call.Resource = resource("temporal", "executeActivity")
	return call
}

const charge = `{"ActivityType":"Charge","TaskQueue":"billing","Input":{"n":1},"HeartbeatSeconds":3}`

func TestForeignActivity(t *testing.T) {
	fake := &temporalFake{result: map[string]int{"paid": 7}}
	f := NewServices(&Foreign{Client: fake})
	call := executing(charge)
	call.TimeoutSeconds = 20
	o := f.Call(context.Background(), from, call)
	require.Nil(t, o.Failure)
	assert.Equal(t, `{"paid":7}`, o.Output.String())
	assert.Equal(t, "Charge", fake.name)
	require.Len(t, fake.arguments, 1)
	assert.Equal(t, `{"n":1}`, fake.arguments[0].(value.Value).String())
	assert.Equal(t, from.ExecutionArn+"/1", fake.options.ID)
	assert.Equal(t, "billing", fake.options.TaskQueue)
	assert.Equal(t, 20*time.Second, fake.options.StartToCloseTimeout)
	assert.Equal(t, 3*time.Second, fake.options.HeartbeatTimeout)
	assert.EqualValues(t, 1, fake.options.RetryPolicy.MaximumAttempts)

	call = executing(`{"ActivityType":"Charge","TaskQueue":"billing"}`)
	call.Retrying = machine.Retrying{Retriers: []program.Retrier{{}}, Spent: []int64{2}}
	o = f.Call(context.Background(), from, call)
	require.Nil(t, o.Failure)
	assert.Empty(t, fake.arguments)
	assert.Equal(t, from.ExecutionArn+"/1-retry2", fake.options.ID, "another attempt is another activity")
}

// A worker that takes over finds the result of an activity that has ended.
func TestForeignActivityThatHasEnded(t *testing.T) {
	fake := &temporalFake{result: "done", startErr: serviceerror.NewActivityExecutionAlreadyStarted("", "", "run-1")}
	o := (&Foreign{fake}).Call(context.Background(), from, executing(charge))
	require.Nil(t, o.Failure)
	assert.Equal(t, `"done"`, o.Output.String())
	assert.Equal(t, client.GetActivityHandleOptions{ActivityID: from.ExecutionArn + "/1", RunID: "run-1"}, fake.found)
}

func TestForeignResults(t *testing.T) {
	for _, c := range []struct {
		result any
		want   string
	}{{nil, "null"}, {[]byte("hi"), `"aGk="`}, {1.5, "1.5"}, {"s", `"s"`}} {
		o := (&Foreign{&temporalFake{result: c.result}}).Call(context.Background(), from, executing(charge))
		require.Nil(t, o.Failure)
		assert.Equal(t, c.want, o.Output.String())
	}
}

func TestForeignFailures(t *testing.T) {
	timedOut := machine.Failure{Error: value.OfString("States.Timeout")}
	missed := timedOut
	missed.Heartbeat = true
	refused := machine.Fault("Temporal.ServiceException", "The Temporal activity could not be started: no")
	refused.Stage = "start"
	for name, c := range map[string]struct {
		fake temporalFake
		want machine.Failure
	}{
		"application error": {temporalFake{err: temporal.NewApplicationError("none left", "OutOfStock", 1)}, machine.Fault("OutOfStock", "none left")},
		"without type":      {temporalFake{err: temporal.NewApplicationError("boom", "")}, machine.Fault("States.TaskFailed", "boom")},
		"timeout":           {temporalFake{err: temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil)}, timedOut},
		"heartbeat":         {temporalFake{err: temporal.NewHeartbeatTimeoutError()}, missed},
		"no worker": {temporalFake{err: temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START, nil)},
			machine.Fault("States.Timeout", "No worker took the activity Charge from the task queue billing in time.")},
		"cancelled": {temporalFake{err: temporal.NewCanceledError()}, machine.Fault("States.TaskFailed", "The activity Charge was cancelled or terminated.")},
		"no start":  {temporalFake{startErr: errors.New("no")}, refused},
	} {
		t.Run(name, func(t *testing.T) {
			o := (&Foreign{&c.fake}).Call(context.Background(), from, executing(charge))
			require.NotNil(t, o.Failure)
			assert.Equal(t, c.want, *o.Failure)
			assert.False(t, c.fake.cancelled)
		})
	}
	o := (&Foreign{&temporalFake{}}).Call(context.Background(), from, executing(`{}`))
	assert.Equal(t, machine.ErrorRuntime, o.Failure.Name())
	o = (&Foreign{&temporalFake{startErr: serviceerror.NewUnimplemented("unknown method")}}).Call(context.Background(), from, executing(charge))
	assert.Contains(t, o.Failure.Cause.Text(), "standalone activities")
}

func TestForeignActivityIsCancelledWithItsCall(t *testing.T) {
	fake := &temporalFake{waits: true}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	o := (&Foreign{fake}).Call(ctx, from, executing(charge))
	require.NotNil(t, o.Failure)
	assert.True(t, fake.cancelled)
}

func TestRoutedActivity(t *testing.T) {
	fake := &temporalFake{result: map[string]bool{"ok": true}}
	routes, err := ParseRoutes([]byte("routes:\n  - function: charge\n    temporalActivity: {taskQueue: billing, activityType: Charge}\n"), environment)
	require.NoError(t, err)
	s := NewServices(NewLambda(newCloud(t).config(), routes, &Foreign{fake}))
	call := direct(functionARN, `{"n":1}`)
	call.TimeoutSeconds = 9
	o := s.Call(context.Background(), express.Place{ExecutionArn: "arn", State: "Pay", Effect: 5}, call)
	require.Nil(t, o.Failure)
	assert.Equal(t, `{"ok":true}`, o.Output.String())
	assert.Equal(t, "Charge", fake.name)
	assert.Equal(t, `{"n":1}`, fake.arguments[0].(value.Value).String())
	assert.Equal(t, 9*time.Second, fake.options.StartToCloseTimeout)
	assert.Equal(t, "arn/5", fake.options.ID)
	assert.Equal(t, "Pay", fake.options.Summary)

	fake.err = temporal.NewApplicationError("none left", "OutOfStock")
	o = s.Call(context.Background(), from, invoking(`{"FunctionName":"charge","Payload":null}`))
	require.NotNil(t, o.Failure)
	assert.Equal(t, machine.Fault("OutOfStock", "none left"), *o.Failure)
	assert.Equal(t, "null", fake.arguments[0].(value.Value).String())
}
