package activities

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// service is a Service for tests.
type service struct {
	name string
	call callerFunc
}

func (s service) Integrations() []string { return []string{s.name} }

func (s service) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	return s.call(ctx, call)
}

func resource(service, action string) program.Resource {
	return program.Resource{ARN: "arn:aws:states:::" + service + ":" + action, Service: service, Action: action}
}

func TestServices(t *testing.T) {
	s := NewServices(
		service{"a:ok", func(context.Context, machine.Call) machine.Outcome { return machine.Outcome{} }},
		service{"a:panics", func(context.Context, machine.Call) machine.Outcome { panic("oh no") }},
		service{"a:large", func(context.Context, machine.Call) machine.Outcome {
			return succeeded(value.OfString(strings.Repeat("x", wire.ValueLimit)))
		}},
		service{"a:talks", func(context.Context, machine.Call) machine.Outcome {
			return failed(machine.Fault(strings.Repeat("é", 300), strings.Repeat("é", 40_000)))
		}},
	)
	assert.Equal(t, []string{"a:large", "a:ok", "a:panics", "a:talks"}, s.Integrations())
	call := func(action string) machine.Outcome {
		return s.Call(context.Background(), express.Place{}, machine.Call{Resource: resource("a", action)})
	}
	assert.Equal(t, value.NullValue, call("ok").Output, "no output is null")

	o := call("panics")
	require.NotNil(t, o.Failure)
	assert.Equal(t, machine.ErrorRuntime, o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "oh no")

	o = call("large")
	require.NotNil(t, o.Failure)
	assert.Equal(t, machine.ErrorDataLimitExceeded, o.Failure.Name())
	assert.True(t, strings.HasPrefix(o.Failure.Cause.Text(), "The state/task 'arn:aws:states:::a:large' returned a result with a size exceeding the maximum number of bytes service limit."))

	assert.Contains(t, o.Failure.Cause.Text(), "With STEPWELL_STAGING=s3://bucket/prefix set for the workers 33554432 can pass.")
	s.Limited(wire.StagedLimit)
	assert.Nil(t, call("large").Failure, "it goes to staging")
	s.Limited(100)

	o = call("talks")
	assert.Len(t, []rune(o.Failure.Name()), 256)
	assert.Len(t, []rune(o.Failure.Cause.Text()), 32_768)

	o = call("missing")
	assert.Equal(t, machine.ErrorRuntime, o.Failure.Name())
	assert.Contains(t, o.Failure.Cause.Text(), "arn:aws:states:::a:missing")
}

func TestTwoServicesForOneIntegration(t *testing.T) {
	assert.Panics(t, func() { NewServices(service{name: "a:b"}, service{name: "a:b"}) })
}

func TestRegister(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	services := NewServices(service{"a:ok", func(context.Context, machine.Call) machine.Outcome { return succeeded(value.True) }})
	Register(env, Dependencies{Services: services, Maps: NewMaps(MapDependencies{})})
	task := taskWith()

	task.Call.Resource = resource("a", "ok")
	encoded, err := env.ExecuteActivity("a:ok", task)
	require.NoError(t, err)
	var result wire.TaskResult
	require.NoError(t, encoded.Get(&result))
	assert.True(t, result.Output.IsTrue())

	encoded, err = env.ExecuteActivity(wire.WaveActivity, wire.Wave{Tasks: []wire.Task{task}, Concurrency: 1})
	require.NoError(t, err)
	var wave wire.WaveResult
	require.NoError(t, encoded.Get(&wave))
	assert.True(t, wave.Outcomes[0].Output.IsTrue())

	_, err = env.ExecuteActivity(wire.FetchActivity, wire.PlainText("here"))
	require.NoError(t, err)

	task.Call.Resource = resource("sqs", "sendMessage")
	_, err = env.ExecuteActivity("sqs:sendMessage", task)
	app := application(t, err)
	assert.True(t, app.NonRetryable())
	f, _ := detailsOf(t, app)
	assert.Equal(t, unsupported("arn:aws:states:::sqs:sendMessage"), f)

	_, err = env.ExecuteActivity("stepwell:newer", task)
	assert.False(t, application(t, err).NonRetryable(), "another worker may have it")
}
