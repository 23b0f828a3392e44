package workflows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const function = `"Resource": "arn:aws:lambda:us-east-1:123456789012:function:Work"`

// invocation is the activity type of a Task with that Resource.
const invocation = "lambda:function"

func executionOf(definition, input string) wire.Execution {
	in, err := value.ParseString(input)
	if err != nil {
		panic(err)
	}
	return wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(definition), Type: "STANDARD"},
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:123456789012:execution:Orders:one",
			Name:             "one",
			StateMachineID:   "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
			StateMachineName: "Orders",
			StartTime:        time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Seed:             7,
		},
		Input: in,
	}
}

// simulation is a test environment with the workflows and a mocked Task.
type simulation struct {
	*testsuite.TestWorkflowEnvironment
	t *testing.T
}

type task func(context.Context, wire.Task) (wire.TaskResult, error)

func echo(_ context.Context, t wire.Task) (wire.TaskResult, error) {
	return wire.TaskResult{Output: t.Call.Input}, nil
}

func simulate(t *testing.T, work task) simulation {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	env.SetTestTimeout(time.Minute)
	Register(env, Options{})
	env.RegisterActivityWithOptions(work, activity.RegisterOptions{Name: invocation})
	return simulation{env, t}
}

type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

// output runs an execution that succeeds.
func (s simulation) output(definition, input string) string {
	s.ExecuteWorkflow("Orders", executionOf(definition, input))
	require.NoError(s.t, s.GetWorkflowError())
	var output value.Value
	require.NoError(s.t, s.GetWorkflowResult(&output))
	return output.String()
}

// failure runs an execution that does not.
func (s simulation) ended(definition, input string) wire.Ended {
	s.ExecuteWorkflow("Orders", executionOf(definition, input))
	require.Error(s.t, s.GetWorkflowError())
	return endedOf(s.GetWorkflowError())
}

func TestExecutionsEnd(t *testing.T) {
	cases := map[string]struct{ definition, output, status, name string }{
		"pass": {
			definition: `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"End":true}}}`,
			output:     `{"x":1}`,
		},
		"task": {
			definition: `{"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"End":true}}}`,
			output:     `{"n":3}`,
		},
		"parallel": {
			definition: `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
				{"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"End":true}}},
				{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":60,"End":true}}}]}}}`,
			output: `[{"n":3},{"n":3}]`,
		},
		"fail": {
			definition: `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"Orders.Sold","Cause":"gone"}}}`,
			status:     "FAILED", name: "Orders.Sold",
		},
		"timeout": {
			definition: `{"TimeoutSeconds":5,"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}}`,
			status:     "TIMED_OUT", name: "States.Timeout",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			if c.status == "" {
				assert.Equal(t, c.output, s.output(c.definition, `{"n":3}`))
				return
			}
			ended := s.ended(c.definition, `{"n":3}`)
			assert.Equal(t, machine.Status(c.status), ended.Status)
			assert.Equal(t, c.name, ended.Failure.Name())
		})
	}
}

func TestInputsThatAreNone(t *testing.T) {
	s := simulate(t, echo)
	s.ExecuteWorkflow("Orders", 12)
	assert.ErrorContains(t, s.GetWorkflowError(), "not that of a Stepwell execution")

	ended := simulate(t, echo).ended(`{"StartAt":"A","States":{"A":{"Type":"Pass"}}}`, `{}`)
	assert.Equal(t, invalidDefinition, ended.Failure.Name())
	assert.Contains(t, ended.Failure.Cause.Text(), "A")
}

func TestTasksThatFailAreCaughtWithTheirAttempts(t *testing.T) {
	definition := `{"StartAt":"A","States":{
		"A":{"Type":"Task",` + function + `,"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":2}],
			"Catch":[{"ErrorEquals":["Busy"],"Next":"B"}],"End":true},
		"B":{"Type":"Pass","End":true}}}`
	var calls atomic.Int32
	s := simulate(t, func(_ context.Context, task wire.Task) (wire.TaskResult, error) {
		calls.Add(1)
		busy := machine.Fault("Busy", "later")
		return wire.TaskResult{}, temporal.NewApplicationErrorWithOptions("later", "Busy", temporal.ApplicationErrorOptions{
			NonRetryable: true, Details: []any{busy, []machine.Attempt{{Failure: busy}, {Failure: busy}}},
		})
	})
	assert.JSONEq(t, `{"Error":"Busy","Cause":"later"}`, s.output(definition, `{}`))
	assert.EqualValues(t, 1, calls.Load(), "the activity has used up Retry by itself")
}

func TestRetriesGoOnWhereTheLogWasFull(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":3}],"End":true}}}`
	var calls atomic.Int32
	s := simulate(t, func(_ context.Context, task wire.Task) (wire.TaskResult, error) {
		if calls.Add(1); task.Call.Retrying.Count() == 2 {
			return wire.TaskResult{Output: value.OfString("done")}, nil
		}
		busy := machine.Fault("Busy", "later")
		return wire.TaskResult{}, temporal.NewApplicationErrorWithOptions("later", "Busy", temporal.ApplicationErrorOptions{
			NonRetryable: true, Details: []any{busy, []machine.Attempt{{Failure: busy}}},
		})
	})
	assert.Equal(t, `"done"`, s.output(definition, `{}`))
	assert.EqualValues(t, 2, calls.Load())
}

func TestInputsThatAreTooLarge(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Task",` + function + `,"End":true}}}`
	ended := simulate(t, echo).ended(definition, `"`+strings.Repeat("x", wire.ValueLimit)+`"`)
	assert.Equal(t, machine.ErrorDataLimitExceeded, ended.Failure.Name())

	definition = `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`
	ended = simulate(t, echo).ended(definition, `"`+strings.Repeat("x", wire.ValueLimit)+`"`)
	assert.Equal(t, machine.ErrorDataLimitExceeded, ended.Failure.Name())
}

func TestCancellationStopsAnExecution(t *testing.T) {
	definition := `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5000,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":6000,"End":true}}}]}}}`
	cases := map[string]struct {
		act   func(simulation)
		cause string
		after time.Duration
	}{
		"cancelled": {func(s simulation) { s.CancelWorkflow() }, "", time.Second},
		"cancelled with a reason": {func(s simulation) {
			s.SignalWorkflow(wire.StopSignal, machine.Fault("Ops", "maintenance"))
			s.CancelWorkflow()
		}, "maintenance", time.Second},
		"a reason alone": {func(s simulation) {
			s.SignalWorkflow(wire.StopSignal, machine.Fault("Ops", "maintenance"))
		}, "maintenance", stopGrace + time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			s.RegisterDelayedCallback(func() { c.act(s) }, time.Second)
			s.ExecuteWorkflow("Orders", executionOf(definition, `{}`))
			require.True(t, temporal.IsCanceledError(s.GetWorkflowError()), "%v", s.GetWorkflowError())
			ended := endedOf(s.GetWorkflowError())
			assert.Equal(t, machine.Aborted, ended.Status)
			assert.Equal(t, c.cause, ended.Failure.Cause.Text())
			assert.Equal(t, c.after, ended.Stopped.Sub(ended.Started))
		})
	}
}

const distributed = `{"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,"Label":"Each",
	"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
		"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}`

func TestMapRunsReport(t *testing.T) {
	done := machine.Outcome{Output: value.OfString("done")}
	failed := machine.Fault(machine.ErrorExceedTolerance, "too many")
	cases := map[string]struct {
		report *machine.Outcome
		twice  bool
		err    error
		output string
		name   string
	}{
		"succeeded":        {report: &done, output: `"done"`},
		"reported twice":   {report: &done, twice: true, output: `"done"`},
		"failed":           {report: &machine.Outcome{Failure: &failed}, name: machine.ErrorExceedTolerance},
		"without a report": {name: machine.ErrorRuntime},
		"failed by itself": {err: temporal.NewApplicationError("boom", "X"), name: machine.ErrorRuntime},
		"cancelled":        {err: temporal.NewCanceledError(), name: machine.ErrorRuntime},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			s.OnWorkflow(wire.MapRunWorkflow, mock.Anything, mock.Anything).Return(
				func(ctx workflow.Context, in wire.MapRun) (*wire.MapRunDescription, error) {
					assert.Equal(t, wire.MapRunID(in.Spec.Run.MapRunArn), workflow.GetInfo(ctx).WorkflowExecution.ID)
					if c.report != nil {
						report := wire.OutcomeReport{Effect: in.Report.Effect, Outcome: *c.report}
						s.SignalWorkflow(wire.OutcomeSignal, report)
						if c.twice {
							s.SignalWorkflow(wire.OutcomeSignal, report)
						}
					}
					return nil, c.err
				})
			if c.output != "" {
				assert.Equal(t, c.output, s.output(distributed, `[1,2]`))
				return
			}
			assert.Equal(t, c.name, s.ended(distributed, `[1,2]`).Failure.Name())
		})
	}
}

func TestForeignActivities(t *testing.T) {
	definition := func(retry string) string {
		return `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity",
			"Parameters":{"ActivityType":"charge","TaskQueue":"billing","Input":{"n.$":"$.n"}},` + retry + `"End":true}}}`
	}
	cases := map[string]struct {
		retry    string
		failures int32
		attempts int32
		name     string
	}{
		"at once":              {"", 0, 1, ""},
		"no retry":             {"", 1, 1, "Busy"},
		"plain retry":          {`"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":3}],`, 2, 3, ""},
		"plain retry used up":  {`"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":3}],`, 9, 4, "Busy"},
		"retry by name":        {`"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":3}],`, 2, 3, ""},
		"retry with jitter":    {`"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":3,"JitterStrategy":"FULL"}],`, 9, 4, "Busy"},
		"retry of other names": {`"Retry":[{"ErrorEquals":["Other"],"MaxAttempts":3}],`, 9, 1, "Busy"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			var attempts atomic.Int32
			s.RegisterActivityWithOptions(func(in map[string]int) (string, error) {
				if attempts.Add(1) <= c.failures {
					return "", temporal.NewApplicationError("later", "Busy")
				}
				return fmt.Sprint("charged ", in["n"]), nil
			}, activity.RegisterOptions{Name: "charge"})
			if c.name == "" {
				assert.Equal(t, `"charged 3"`, s.output(definition(c.retry), `{"n":3}`))
			} else {
				assert.Equal(t, c.name, s.ended(definition(c.retry), `{"n":3}`).Failure.Name())
			}
			assert.Equal(t, c.attempts, attempts.Load())
		})
	}
}

func TestResultsOfForeignActivities(t *testing.T) {
	definition := `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity",
		"Parameters":{"ActivityType":"charge","TaskQueue":"billing"},"End":true}}}`
	cases := map[string]struct {
		activity any
		output   string
	}{
		"nothing": {func() error { return nil }, `null`},
		"bytes":   {func() ([]byte, error) { return []byte("hi"), nil }, `"aGk="`},
		"object":  {func() (json.RawMessage, error) { return json.RawMessage(`{"b":1,"a":1.0}`), nil }, `{"b":1,"a":1.0}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			s.RegisterActivityWithOptions(c.activity, activity.RegisterOptions{Name: "charge"})
			assert.Equal(t, c.output, s.output(definition, `{}`))
		})
	}
}

func TestExpressExecutionsRunInOneActivity(t *testing.T) {
	cases := map[string]struct {
		ended  wire.Ended
		output string
	}{
		"succeeded": {ended: wire.Ended{Status: machine.Succeeded, Output: value.OfInt(3)}, output: "3"},
		"failed":    {ended: wire.Ended{Status: machine.Failed, Failure: &machine.Failure{Error: value.OfString("E")}}},
		"timed out": {ended: wire.Ended{Status: machine.TimedOut, Failure: &machine.Failure{Error: value.OfString(machine.ErrorTimeout)}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			s.RegisterActivityWithOptions(func(_ context.Context, in wire.Execution) (wire.Ended, error) {
				assert.Equal(t, "one", in.Origin.Name)
				return c.ended, nil
			}, activity.RegisterOptions{Name: wire.ExpressActivity})
			in := executionOf(`{}`, `{}`)
			in.Definition.Type = "EXPRESS"
			s.ExecuteWorkflow("Orders", in)
			if c.output != "" {
				var output value.Value
				require.NoError(t, s.GetWorkflowResult(&output))
				assert.Equal(t, c.output, output.String())
				return
			}
			assert.Equal(t, c.ended, endedOf(s.GetWorkflowError()))
		})
	}
}

func TestDescribe(t *testing.T) {
	definition := `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":60,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":90,"End":true}}}]}}}`
	s := simulate(t, echo)
	s.RegisterDelayedCallback(func() {
		encoded, err := s.QueryWorkflow(wire.DescribeQuery)
		require.NoError(t, err)
		var d wire.Description
		require.NoError(t, encoded.Get(&d))
		assert.Equal(t, wire.Description{Status: machine.Running, Paths: []string{"P[0] > A", "P[1] > B"}}, d)
	}, time.Second)
	s.output(definition, `{}`)
}
