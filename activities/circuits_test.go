package activities

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const circuitOpen = 300 * time.Millisecond

// guarded gives services of one function, whose circuit opens after three
// failures.
func guarded(wait bool, open time.Duration, call callerFunc) *Services {
	return NewServices(service{"lambda:invoke", call}, service{"lambda:function", call}).Guard(Circuits{
		Group: breaker.New(breaker.Settings{Threshold: breaker.Threshold{InARow: 3}, Window: time.Minute, Open: open, Probes: 1}),
		Wait:  wait,
	})
}

// unsteady is a function that fails until it is healthy.
type unsteady struct {
	healthy atomic.Bool
	calls   atomic.Int32
}

func (u *unsteady) call(_ context.Context, call machine.Call) machine.Outcome {
	u.calls.Add(1)
	if !u.healthy.Load() {
		return failed(machine.Fault("Lambda.ServiceException", "not now"))
	}
	return succeeded(call.Input)
}

// trip opens the circuit.
func trip(t *testing.T, s *Services) {
	t.Helper()
	for range 3 {
		o := s.Call(t.Context(), express.Place{}, taskWith().Call)
		require.Equal(t, "Lambda.ServiceException", o.Failure.Name())
	}
	require.Positive(t, s.Circuit(taskWith().Call).Hold())
}

func TestVerdicts(t *testing.T) {
	over, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	unwanted, giveUp := context.WithCancel(t.Context())
	giveUp()
	c := Circuits{Errors: []string{"Lambda.Unknown", "Billing.*"}}
	for _, test := range []struct {
		ctx  context.Context
		name string
		want breaker.Verdict
	}{
		{t.Context(), "", breaker.Works},
		{t.Context(), "OrderRejected", breaker.Works},
		{t.Context(), "Lambda.ResourceNotFoundException", breaker.Works},
		{t.Context(), "Lambda.TooManyRequestsException", breaker.Fails},
		{t.Context(), "Lambda.ServiceException", breaker.Fails},
		{t.Context(), "Lambda.SdkClientException", breaker.Fails},
		{t.Context(), "Temporal.ServiceException", breaker.Fails},
		{t.Context(), "ServiceException", breaker.Works}, // a function's own
		{t.Context(), machine.ErrorTimeout, breaker.Fails},
		{over, "OrderRejected", breaker.Fails},
		{unwanted, "Lambda.SdkClientException", breaker.Unknown},
		{t.Context(), machine.ErrorRuntime, breaker.Unknown},
		{t.Context(), "Lambda.Unknown", breaker.Fails},
		{t.Context(), "Billing.Down", breaker.Fails},
	} {
		o := machine.Outcome{}
		if test.name != "" {
			o = failed(machine.Fault(test.name, ""))
		}
		assert.Equal(t, test.want, c.verdict(test.ctx, o), "%s", test.name)
	}
}

// Each Lambda function, host and activity type has a circuit of its own.
func TestTargets(t *testing.T) {
	routes, err := ParseRoutes([]byte(`
routes:
  - {function: "report-*", http: {url: "https://reports.example.com/run?x=1"}}
  - {function: charge, temporalActivity: {taskQueue: billing, activityType: ChargeCard}}
`), nil)
	require.NoError(t, err)
	l := &Lambda{routes: routes}
	function := func(arn string) machine.Call {
		return machine.Call{Resource: program.Resource{ARN: arn, Service: "lambda", Action: "function"}}
	}
	invoke := func(name string) machine.Call {
		return machine.Call{Resource: resource("lambda", "invoke"), Input: value.OfObject(value.Member{Name: "FunctionName", Value: value.OfString(name)})}
	}
	for want, call := range map[string]machine.Call{
		"arn:aws:lambda:us-east-1:123456789012:function:f": function("arn:aws:lambda:us-east-1:123456789012:function:f:7"),
		"f":                           invoke("f"),
		"https://reports.example.com": invoke("report-daily"),
		"billing/ChargeCard":          function("arn:aws:lambda:us-east-1:123456789012:function:charge"),
		"":                            {Resource: resource("lambda", "invoke"), Input: value.EmptyObject},
	} {
		assert.Equal(t, want, TargetOf(l, call))
	}
	foreign, err := value.ParseString(`{"TaskQueue":"billing","ActivityType":"ChargeCard"}`)
	require.NoError(t, err)
	assert.Equal(t, "billing/ChargeCard", TargetOf(&Foreign{}, machine.Call{Input: foreign}))
	assert.Equal(t, "arn:aws:states:::lambda:invoke", TargetOf(service{}, invoke("f")))
}

func TestOpenCircuitFails(t *testing.T) {
	u := &unsteady{}
	s := guarded(false, time.Minute, u.call)
	trip(t, s)
	o := s.Call(t.Context(), express.Place{}, taskWith().Call)
	require.Equal(t, ErrorCircuitOpen, o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "arn:aws:states:::lambda:invoke was not called")
	assert.EqualValues(t, 3, u.calls.Load())
}

func TestOpenCircuitWaits(t *testing.T) {
	u := &unsteady{}
	s := guarded(true, circuitOpen, u.call)
	trip(t, s)
	u.healthy.Store(true)
	started := time.Now()
	require.Nil(t, s.Call(t.Context(), express.Place{}, taskWith().Call).Failure)
	assert.GreaterOrEqual(t, time.Since(started), circuitOpen/2)

	u.healthy.Store(false)
	trip(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	assert.Equal(t, machine.ErrorTimeout, s.Call(ctx, express.Place{}, taskWith().Call).Failure.Name())
}

// A Task gives its slot back while its circuit is open. That is no attempt, and
// its TimeoutSeconds go on.
func TestTaskWaitsOutsideOfTheWorker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := &unsteady{}
		const open = 3 * time.Second
		services := guarded(true, open, u.call)
		trip(t, services)
		s := &server{t: t, run: (&tasks{caller: services}).perform}
		task := taskWith(retrier(1, machine.ErrorAll))
		task.Call.TimeoutSeconds = 60
		for range 3 {
			_, err := s.next(task)
			app := application(t, err)
			assert.Equal(t, ErrorCircuitOpen, app.Type())
			assert.False(t, app.NonRetryable())
			assert.Greater(t, app.NextRetryDelay(), time.Duration(0))
			assert.LessOrEqual(t, app.NextRetryDelay(), open*11/10)
			assert.Empty(t, s.log().Attempts)
		}
		assert.EqualValues(t, 3, u.calls.Load())
		held := s.log().Held
		assert.WithinDuration(t, time.Now(), held, 10*time.Second)

		u.healthy.Store(true)
		time.Sleep(open + time.Millisecond)
		encoded, err := s.next(task)
		require.NoError(t, err)
		var result wire.TaskResult
		require.NoError(t, encoded.Get(&result))
		assert.Empty(t, result.Attempts)

		u.healthy.Store(false)
		trip(t, services)
		late := &server{t: t, run: s.run, details: wire.AttemptLog{Activity: 1, Held: time.Now().Add(-time.Minute)}, attempt: 1}
		task.Call.TimeoutSeconds, task.Call.Retrying = 50, machine.Retrying{}
		_, err = late.next(task)
		assert.Equal(t, machine.ErrorTimeout, application(t, err).Type())
		task.Call.TimeoutSeconds = 70
		late.details, late.attempt = wire.AttemptLog{Activity: 1, Held: time.Now().Add(-time.Minute)}, 1
		_, err = late.next(task)
		assert.Equal(t, ErrorCircuitOpen, application(t, err).Type())
	})
}

// A wave hands back what it cannot call, and says for how long; it calls the rest.
func TestWaveHandsBack(t *testing.T) {
	u := &unsteady{}
	s := guarded(true, time.Minute, u.call)
	trip(t, s)
	u.healthy.Store(true)
	w := waveOf(9, 9)
	other := program.Resource{ARN: "arn:aws:lambda:us-east-1:123456789012:function:other", Service: "lambda", Action: "function"}
	for i := range 4 {
		w.Tasks[i].Call.Resource = other
	}
	encoded, err := (&server{t: t, run: (&waves{caller: s, sizes: newSizes()}).perform}).next(w)
	require.NoError(t, err)
	var result wire.WaveResult
	require.NoError(t, encoded.Get(&result))
	assert.ElementsMatch(t, []int{4, 5, 6, 7, 8}, result.Held)
	assert.Positive(t, result.Hold)
	for i, o := range result.Outcomes {
		assert.Equal(t, i >= 4, o == nil)
	}

	s = guarded(false, time.Minute, u.call)
	u.healthy.Store(false)
	trip(t, s)
	encoded, err = (&server{t: t, run: (&waves{caller: s, sizes: newSizes()}).perform}).next(waveOf(3, 3))
	require.NoError(t, err)
	result = wire.WaveResult{}
	require.NoError(t, encoded.Get(&result))
	assert.Empty(t, result.Held)
	assert.Positive(t, result.Hold, "others should wait")
	for _, o := range result.Outcomes {
		assert.Equal(t, ErrorCircuitOpen, o.Failure.Name())
	}
}

// An express shard starts no items while what they call fails: neither those that
// would wait nor those that would fail.
func TestShardStartsNothing(t *testing.T) {
	for name, wait := range map[string]bool{"wait": true, "fail": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := memory()
				put(t, store, "a.csv", orders(100))
				m := newMapTest(t, store, csvReader+writer, strings.Replace(calls, `"End"`,
					`"Retry":[{"ErrorEquals":["Lambda.ServiceException"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":9}],"End"`, 1), `{}`)
				u := &unsteady{}
				time.AfterFunc(1200*time.Millisecond, func() { u.healthy.Store(true) })
				m.maps.Caller = guarded(wait, circuitOpen, u.call)
				_, shards := m.plan()
				in := m.input(shards[0])
				in.Share = 20
				result, err := m.runShard(t.Context(), in)
				require.NoError(t, err)
				failures := u.calls.Load() - int32(result.Items.Succeeded)
				assert.LessOrEqual(t, failures, int32(20+6), "20 at once, then a probe each time")
				if wait {
					assert.EqualValues(t, 100, result.Items.Succeeded)
					return
				}
				assert.LessOrEqual(t, result.Items.Failed, int64(30), "those that were under way")
				assert.EqualValues(t, 100, result.Items.Succeeded+result.Items.Failed)
			})
		})
	}
}
