package activities

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// callerFunc is a Caller for tests.
type callerFunc func(ctx context.Context, call machine.Call) machine.Outcome

func (f callerFunc) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	return f(ctx, call)
}

// numbered makes an activity believe that it is at this attempt.
type numbered struct {
	interceptor.WorkerInterceptorBase
	attempt int32
}

func (n *numbered) InterceptActivity(ctx context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &numberedInbound{interceptor.ActivityInboundInterceptorBase{Next: next}, n.attempt}
}

type numberedInbound struct {
	interceptor.ActivityInboundInterceptorBase
	attempt int32
}

func (n *numberedInbound) Init(out interceptor.ActivityOutboundInterceptor) error {
	return n.Next.Init(&numberedOutbound{interceptor.ActivityOutboundInterceptorBase{Next: out}, n.attempt})
}

type numberedOutbound struct {
	interceptor.ActivityOutboundInterceptorBase
	attempt int32
}

func (n *numberedOutbound) GetInfo(ctx context.Context) activity.Info {
	info := n.Next.GetInfo(ctx)
	info.Attempt = n.attempt
	return info
}

// server plays Temporal's part in the life of one activity: attempts, and the
// heartbeat details that each leaves to the next.
type server struct {
	t       *testing.T
	run     any
	attempt int32
	details any
	stop    chan struct{}
}

func (s *server) next(input any) (converter.EncodedValue, error) {
	s.attempt++
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&numbered{attempt: s.attempt}}})
	env.RegisterActivityWithOptions(s.run, activity.RegisterOptions{Name: "test"})
	if s.details != nil {
		env.SetHeartbeatDetails(s.details)
	}
	if s.stop != nil {
		env.SetWorkerStopChannel(s.stop)
	}
	var mu sync.Mutex
	env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) {
		mu.Lock()
		defer mu.Unlock()
		if !details.HasValues() {
			return
		}
		var raw json.RawMessage
		require.NoError(s.t, details.Get(&raw))
		s.details = raw
	})
	return env.ExecuteActivity("test", input)
}

func (s *server) log() (log wire.AttemptLog) {
	s.t.Helper()
	raw, ok := s.details.(json.RawMessage)
	require.True(s.t, ok, "no heartbeat details")
	require.NoError(s.t, json.Unmarshal(raw, &log))
	return log
}

func taskWith(retriers ...program.Retrier) wire.Task {
	return wire.Task{
		State: "Charge", Execution: "arn:aws:states:us-east-1:123456789012:execution:m:e", Effect: 3,
		Call: machine.Call{
			Resource: program.Resource{ARN: "arn:aws:states:::lambda:invoke", Service: "lambda", Action: "invoke"},
			Input:    value.EmptyObject,
			Retrying: machine.Retrying{Retriers: retriers},
		},
	}
}

func retrier(attempts int64, names ...string) program.Retrier {
	return program.Retrier{ErrorEquals: names, IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: attempts}
}

func failing(name, cause string) callerFunc {
	return func(context.Context, machine.Call) machine.Outcome { return failed(machine.Fault(name, cause)) }
}

func application(t *testing.T, err error) *temporal.ApplicationError {
	t.Helper()
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	return app
}

func detailsOf(t *testing.T, app *temporal.ApplicationError) (f machine.Failure, attempts []machine.Attempt) {
	t.Helper()
	require.NoError(t, app.Details(&f, &attempts))
	return f, attempts
}

func TestTaskSucceedsAfterRetries(t *testing.T) {
	calls := 0
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome {
		if calls++; calls < 3 {
			return failed(machine.Fault("Boom", "cause"))
		}
		return succeeded(value.OfString("fine"))
	})
	s := &server{t: t, run: (&tasks{caller: caller}).perform}
	task := taskWith(retrier(5, "Boom"))

	for i, delay := range []time.Duration{2 * time.Second, 4 * time.Second} {
		_, err := s.next(task)
		app := application(t, err)
		assert.False(t, app.NonRetryable())
		assert.Equal(t, "Boom", app.Type())
		assert.Equal(t, "cause", app.Message())
		assert.Equal(t, delay, app.NextRetryDelay())
		assert.Len(t, s.log().Attempts, i+1)
	}
	encoded, err := s.next(task)
	require.NoError(t, err)
	var result wire.TaskResult
	require.NoError(t, encoded.Get(&result))
	assert.Equal(t, `"fine"`, result.Output.String())
	require.Len(t, result.Attempts, 2)
	assert.Equal(t, machine.Fault("Boom", "cause"), result.Attempts[1].Failure)
	assert.Equal(t, 4*time.Second, result.Attempts[1].Delay)
	assert.Equal(t, 3, calls)
}

func TestTaskGivesUp(t *testing.T) {
	cause := strings.Repeat("é", 1000)
	s := &server{t: t, run: (&tasks{caller: failing("Boom", cause)}).perform}
	task := taskWith(retrier(1, "Boom"))
	_, err := s.next(task)
	require.False(t, application(t, err).NonRetryable())
	_, err = s.next(task)
	app := application(t, err)
	assert.True(t, app.NonRetryable())
	assert.Equal(t, "Boom", app.Type())
	f, attempts := detailsOf(t, app)
	assert.Equal(t, cause, f.Cause.Text(), "the last cause is whole")
	require.Len(t, attempts, 1)
	assert.Equal(t, cause, attempts[0].Failure.Cause.Text(), "and so are those before")
}

func TestTaskLeavesLongCausesToTheMachine(t *testing.T) {
	cause := strings.Repeat("é", 3000)
	s := &server{t: t, run: (&tasks{caller: failing("Boom", cause)}).perform}
	_, err := s.next(taskWith(retrier(9, "Boom")))
	app := application(t, err)
	assert.True(t, app.NonRetryable())
	f, attempts := detailsOf(t, app)
	assert.Equal(t, cause, f.Cause.Text())
	assert.Empty(t, attempts)
}

func TestTaskWithoutDelay(t *testing.T) {
	s := &server{t: t, run: (&tasks{caller: failing("Boom", "")}).perform}
	r := retrier(1, "States.ALL")
	r.FullJitter, r.IntervalSeconds = true, 0
	_, err := s.next(taskWith(r))
	assert.Equal(t, leastDelay, application(t, err).NextRetryDelay())
}

func TestRuntimeErrorIsNeverRetried(t *testing.T) {
	s := &server{t: t, run: (&tasks{caller: failing("States.Runtime", "")}).perform}
	_, err := s.next(taskWith(retrier(9, "States.ALL")))
	app := application(t, err)
	assert.True(t, app.NonRetryable())
	assert.Nil(t, s.details)
}

// The wrapper stops when its log is full; the machine, which reads the
// attempts, then comes to the same next delay as the wrapper would have.
func TestFullLogGoesBackToTheMachine(t *testing.T) {
	s := &server{t: t, run: (&tasks{caller: failing("Boom", strings.Repeat("x", 200))}).perform}
	r := retrier(99_999_999, "Boom")
	r.FullJitter = true
	task := taskWith(r)
	task.Call.Retrying.Random.Seed = 7
	var app *temporal.ApplicationError
	var delays []time.Duration
	for range 100 {
		_, err := s.next(task)
		if app = application(t, err); app.NonRetryable() {
			break
		}
		delays = append(delays, app.NextRetryDelay())
		assert.LessOrEqual(t, len(s.details.(json.RawMessage)), maxLog)
	}
	require.True(t, app.NonRetryable())
	f, attempts := detailsOf(t, app)
	assert.Equal(t, "Boom", f.Name())
	require.Len(t, attempts, len(delays))
	assert.Greater(t, len(attempts), 5)

	retrying := task.Call.Retrying
	for i, a := range attempts {
		delay, next, again := retrying.After(a.Failure)
		require.True(t, again)
		assert.Equal(t, max(delay, leastDelay), delays[i])
		retrying = next
	}
	_, _, again := retrying.After(f)
	assert.True(t, again, "the machine goes on")
}

func TestLostWorkerIsATimeout(t *testing.T) {
	calls := 0
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome { calls++; return succeeded(value.True) })

	s := &server{t: t, run: (&tasks{caller: caller}).perform, attempt: lossesMadeGood + 1}
	_, err := s.next(taskWith(retrier(3, "Boom")))
	app := application(t, err)
	assert.True(t, app.NonRetryable())
	assert.Equal(t, machine.ErrorTimeout, app.Type())
	assert.Zero(t, calls, "a Task that loses every worker is not called for ever")
	_, attempts := detailsOf(t, app)
	assert.Len(t, attempts, lossesMadeGood)

	s = &server{t: t, run: (&tasks{caller: caller}).perform, attempt: 1}
	encoded, err := s.next(taskWith(retrier(3, "Boom")))
	require.NoError(t, err)
	var made wire.TaskResult
	require.NoError(t, encoded.Get(&made))
	require.Len(t, made.Attempts, 1, "a loss is made good without a Retry, and told")
	assert.Zero(t, made.Attempts[0].Delay)
	assert.Equal(t, 1, calls)
	calls = 0

	s = &server{t: t, run: (&tasks{caller: caller}).perform, attempt: 2}
	encoded, err = s.next(taskWith(retrier(3, "States.ALL")))
	require.NoError(t, err)
	var result wire.TaskResult
	require.NoError(t, encoded.Get(&result))
	require.Len(t, result.Attempts, 2)
	assert.Equal(t, machine.ErrorTimeout, result.Attempts[0].Failure.Name())
	assert.Equal(t, 1, calls)
}

func TestTimeoutSeconds(t *testing.T) {
	t.Parallel()
	caller := callerFunc(func(ctx context.Context, _ machine.Call) machine.Outcome {
		<-ctx.Done()
		return failed(machine.Fault("Lambda.SdkClientException", ctx.Err().Error()))
	})
	task := taskWith()
	task.Call.TimeoutSeconds = 1
	s := &server{t: t, run: (&tasks{caller: caller}).perform}
	_, err := s.next(task)
	app := application(t, err)
	f, _ := detailsOf(t, app)
	assert.Equal(t, machine.ErrorTimeout, f.Name())
	assert.True(t, f.Cause.IsAbsent())
	assert.Equal(t, machine.ErrorTimeout, app.Message())
}

// A stopping worker gives the activity back; the attempt is not lost and does
// not count.
func TestStoppingWorkerHandsBack(t *testing.T) {
	stop := make(chan struct{})
	s := &server{t: t, stop: stop}
	s.run = func(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		caller := callerFunc(func(ctx context.Context, _ machine.Call) machine.Outcome {
			close(stop)
			time.Sleep(50 * time.Millisecond) // the parting beat
			cancel()                          // as the SDK does after WorkerStopTimeout
			<-ctx.Done()
			return failed(machine.Fault("Lambda.SdkClientException", "canceled"))
		})
		return (&tasks{caller: caller}).perform(ctx, task, wire.ShardRun{})
	}
	_, err := s.next(taskWith())
	app := application(t, err)
	assert.Equal(t, handedBack, app.Type())
	assert.False(t, app.NonRetryable())
	assert.EqualValues(t, 1, s.log().Activity)

	s.stop = nil
	s.run = (&tasks{caller: callerFunc(func(context.Context, machine.Call) machine.Outcome { return succeeded(value.True) })}).perform
	encoded, err := s.next(taskWith())
	require.NoError(t, err)
	var result wire.TaskResult
	require.NoError(t, encoded.Get(&result))
	assert.Empty(t, result.Attempts)
}

func TestCancelledTask(t *testing.T) {
	why := errors.New("cancelled by its workflow")
	s := &server{t: t}
	s.run = func(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
		ctx, cancel := context.WithCancelCause(ctx)
		caller := callerFunc(func(ctx context.Context, _ machine.Call) machine.Outcome {
			cancel(why)
			return failed(machine.Fault("Boom", ""))
		})
		return (&tasks{caller: caller}).perform(ctx, task, wire.ShardRun{})
	}
	_, err := s.next(taskWith(retrier(3, "States.ALL")))
	assert.ErrorContains(t, err, why.Error())
	assert.Nil(t, s.details, "a cancelled attempt is not retried")
}
