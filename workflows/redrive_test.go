package workflows

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// attempted runs one run of an execution and gives where its machine stood at
// the end.
func attempted(t *testing.T, input wire.Execution, work task) (simulation, *machine.Execution) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestWorkflowEnvironment()
	start := input.Origin.StartTime
	if input.Redrive != nil {
		start = input.Redrive.Time
	}
	env.SetStartTime(start)
	env.SetTestTimeout(time.Minute)
	var execution *machine.Execution
	Register(env, Options{Attach: func(e *machine.Execution) { execution = e }})
	env.RegisterActivityWithOptions(work, activity.RegisterOptions{Name: invocation})
	env.ExecuteWorkflow("Orders", input)
	require.True(t, env.IsWorkflowCompleted())
	return simulation{env, t}, execution
}

// redriveOf gives the input that redrives an execution.
func redriveOf(t *testing.T, input wire.Execution, e *machine.Execution) wire.Execution {
	t.Helper()
	text, err := json.Marshal(e.Frame())
	require.NoError(t, err)
	frame := wire.PlainText(string(text))
	input.Frame, input.Input = &frame, value.Value{}
	input.Redrive = &wire.Redrive{Count: e.Frame().Redrives + 1, Time: e.Frame().Stopped.Add(time.Hour), Run: "before"}
	return input
}

// TestRedrive lets one branch of a Map fail, redrives it until it succeeds, and
// counts what ran: nothing that had succeeded runs again.
func TestRedrive(t *testing.T) {
	const definition = `{"StartAt":"Each","TimeoutSeconds":600,"States":{"Each":{"Type":"Map","MaxConcurrency":1,"End":true,"ItemProcessor":{
		"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"End":true}}}}}}`
	var calls, bad atomic.Int64
	bad.Store(2)
	work := func(_ context.Context, in wire.Task) (wire.TaskResult, error) {
		calls.Add(1)
		if n, _ := in.Call.Input.Int(); n == bad.Load() {
			return wire.TaskResult{}, temporal.NewNonRetryableApplicationError("bad", "Bad", nil)
		}
		return wire.TaskResult{Output: in.Call.Input}, nil
	}
	input := executionOf(definition, `[1,2,3]`)
	s, e := attempted(t, input, work)
	assert.Equal(t, "Bad", endedOf(s.GetWorkflowError()).Failure.Name())
	assert.EqualValues(t, 2, calls.Load())

	bad.Store(3)
	input = redriveOf(t, input, e)
	s, e = attempted(t, input, work)
	ended := endedOf(s.GetWorkflowError())
	assert.Equal(t, "Bad", ended.Failure.Name())
	assert.Equal(t, input.Origin.StartTime, ended.Started, "the start is that of the execution")
	assert.EqualValues(t, 4, calls.Load())

	bad.Store(0)
	s, e = attempted(t, redriveOf(t, input, e), work)
	require.NoError(t, s.GetWorkflowError())
	var output value.Value
	require.NoError(t, s.GetWorkflowResult(&output))
	assert.Equal(t, `[1,2,3]`, output.String())
	assert.EqualValues(t, 5, calls.Load())
	assert.Equal(t, 2, e.Frame().Redrives)
}

// TestRedriveContinuesAsNew redrives into a run that continues as new: the next
// one is no redrive any more, but still knows of it.
func TestRedriveContinuesAsNew(t *testing.T) {
	const definition = `{"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"Next":"W"},"W":{"Type":"Wait","Seconds":60,"Next":"B"},
		"B":{"Type":"Pass","Parameters":{"n.$":"$$.Execution.RedriveCount","at.$":"$$.Execution.RedriveTime"},"End":true}}}`
	input := executionOf(definition, `{}`)
	_, e := attempted(t, input, func(context.Context, wire.Task) (wire.TaskResult, error) {
		return wire.TaskResult{}, temporal.NewNonRetryableApplicationError("bad", "Bad", nil)
	})
	input = redriveOf(t, input, e)
	s := simulate(t, echo)
	s.SetStartTime(input.Redrive.Time)
	s.SetContinueAsNewSuggested(true)
	s.ExecuteWorkflow("Orders", input)
	next := successorOf(t, s)
	assert.Nil(t, next.Redrive)
	s, _ = attempted(t, next, echo)
	require.NoError(t, s.GetWorkflowError())
	var output value.Value
	require.NoError(t, s.GetWorkflowResult(&output))
	assert.JSONEq(t, `{"n":1,"at":"2026-01-01T01:00:00Z"}`, output.String())
}

// What cannot be redriven ends the run as the machine says.
func TestRedriveRefused(t *testing.T) {
	input := executionOf(`{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`, `{}`)
	_, e := attempted(t, input, echo)
	s, _ := attempted(t, redriveOf(t, input, e), echo)
	var refused *temporal.ApplicationError
	require.True(t, errors.As(s.GetWorkflowError(), &refused))
	assert.Equal(t, machine.ErrorRuntime, refused.Type())
	assert.Contains(t, refused.Error(), "Execution is SUCCEEDED and cannot be redriven")
}

// left asks a Map Run that has ended what is left of it.
func (s *mapSimulation) left() (rest wire.MapRunRest) {
	answer, err := s.QueryWorkflow(wire.MapRunRestQuery)
	require.NoError(s.t, err)
	require.NoError(s.t, answer.Get(&rest))
	return rest
}

// TestRestOfAMapRun runs Map Runs that fail, asks what is left of them, and runs
// what is: no item twice.
func TestRestOfAMapRun(t *testing.T) {
	gone := func(int) error {
		return temporal.NewNonRetryableApplicationError("no such bucket", machine.ErrorResultWriterFailed, nil)
	}
	for name, c := range map[string]struct {
		fault  func(*mapFake)
		reason string
		// shards and pages are how many run in the redrive.
		shards, pages int
	}{
		"the source could not be read": {
			fault: func(f *mapFake) {
				f.planFault = func(int) error {
					return temporal.NewNonRetryableApplicationError("no such key", machine.ErrorItemReaderFailed, nil)
				}
			},
			shards: 4, pages: 1,
		},
		"the results could not be written": {
			fault: func(f *mapFake) { f.resultsFault = gone },
		},
		"too many items failed": {
			fault:  func(f *mapFake) { f.fails = every(100) },
			reason: `\d+ of its 200 items did not succeed, and nothing was kept of them`, // how far it got is a matter of time
		},
		"an item failed that was tolerated, and the results could not be written": {
			fault:  func(f *mapFake) { f.fails, f.resultsFault = every(200), gone },
			reason: `1 of its 200 items did not succeed, and nothing was kept of them`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newMapFake(200, 50)
			c.fault(fake)
			in := mapInput(t, program.ExpressBatch, testTask)
			in.Spec.Run.MaxConcurrency = 50
			if fake.fails != nil {
				in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 1}
			}
			s := simulateMap(t, fake, Options{})
			require.NotNil(t, s.run(in).Outcome.Failure)
			rest := s.left()
			assert.Equal(t, testMapArn, rest.MapRunArn)
			assert.Equal(t, in.Spec.Started, rest.Started)
			if c.reason != "" {
				assert.Regexp(t, "^"+c.reason+"$", rest.Reason)
				return
			}
			require.Empty(t, rest.Reason)

			shards, again := 0, newMapFake(200, 50)
			again.shard = func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
				shards++
				return wire.ShardResult{Items: wire.Counts{Succeeded: 50}, Parts: []wire.Part{{Category: wire.SucceededFile,
					Name: wire.PartName(in.Shard.Number, 1, 0, wire.SucceededFile), Records: 50}}}, nil
			}
			in.Progress, in.Spec.Run.Redrives = rest.Progress, 1
			s = simulateMap(t, again, Options{})
			report := s.run(in)
			require.NoError(t, s.GetWorkflowError())
			assert.Equal(t, "200", report.Outcome.Output.String(), "all records are in the results")
			assert.Equal(t, []int{c.shards, c.pages}, []int{shards, again.pages})
			assert.Equal(t, wire.Counts{Succeeded: 200}, s.describe().Items)
		})
	}
}
