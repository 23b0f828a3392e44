package workflows

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const callback = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
	"HeartbeatSeconds":20,"Parameters":{"QueueUrl":"q","MessageBody":{"Token.$":"$$.Task.Token"}},"End":true}}}`

// asking lets a function see the token of each request, which is answered at once.
func asking(s simulation, see func(token string)) {
	s.RegisterActivityWithOptions(func(_ context.Context, t wire.Task) (wire.TaskResult, error) {
		token := t.Call.Input.Get("MessageBody").Get("Token").Text()
		assert.Equal(s.t, t.Call.Token, token)
		see(token)
		return wire.TaskResult{Output: value.EmptyObject}, nil
	}, activity.RegisterOptions{Name: "sqs:sendMessage"})
}

func ended(token, output string) wire.TaskReport {
	return wire.TaskReport{Token: token, Outcome: &machine.Outcome{Output: value.OfString(output)}}
}

func TestCallbackMayComeBeforeTheAnswerToItsRequest(t *testing.T) {
	s := simulate(t, echo)
	asking(s, func(token string) { s.SignalWorkflow(wire.TaskSignal, ended(token, "early")) })
	assert.Equal(t, `"early"`, s.output(callback, `{}`))
}

func TestHeartbeatsKeepACallbackAlive(t *testing.T) {
	s := simulate(t, echo)
	asking(s, func(token string) {
		for _, after := range []time.Duration{15, 30, 45} {
			s.RegisterDelayedCallback(func() { s.SignalWorkflow(wire.TaskSignal, wire.TaskReport{Token: token}) }, after*time.Second)
		}
	})
	began := s.Now()
	e := s.ended(callback, `{}`)
	assert.Equal(t, machine.ErrorTimeout, e.Failure.Name())
	assert.True(t, e.Failure.Heartbeat)
	assert.Equal(t, 65*time.Second, s.Now().Sub(began).Round(time.Second), "20 s after the last of them")
}

func TestCallbacksOfOthersAreNotTaken(t *testing.T) {
	s := simulate(t, echo)
	asking(s, func(token string) {
		other, err := machine.ParseTaskToken(token)
		require.NoError(t, err)
		other.Nonce = "forged"
		s.SignalWorkflow(wire.TaskSignal, ended(other.String(), "forged"))
		s.SignalWorkflow(wire.TaskSignal, ended("nonsense", "nonsense"))
		s.RegisterDelayedCallback(func() { s.SignalWorkflow(wire.TaskSignal, ended(token, "right")) }, 5*time.Second)
		s.RegisterDelayedCallback(func() { s.SignalWorkflow(wire.TaskSignal, ended(token, "twice")) }, 5*time.Second)
	})
	assert.Equal(t, `"right"`, s.output(callback, `{}`))
}

func TestCallbacksCrossContinueAsNew(t *testing.T) {
	s := simulate(t, echo)
	var token string
	asking(s, func(t string) { token = t })
	s.RegisterDelayedCallback(func() {
		s.SetContinueAsNewSuggested(true)
		s.SignalWorkflow(wire.TaskSignal, wire.TaskReport{Token: token})
	}, 10*time.Second)
	s.ExecuteWorkflow("Orders", executionOf(callback, `{}`))
	next := successorOf(t, s)

	s = simulate(t, echo)
	s.RegisterDelayedCallback(func() { s.SignalWorkflow(wire.TaskSignal, ended(token, "later")) }, 10*time.Second)
	s.ExecuteWorkflow("Orders", next)
	require.NoError(t, s.GetWorkflowError())
	var output value.Value
	require.NoError(t, s.GetWorkflowResult(&output))
	assert.Equal(t, `"later"`, output.String())
}

func TestJobsAreWatched(t *testing.T) {
	s := simulate(t, echo)
	s.RegisterActivityWithOptions(echo, activity.RegisterOptions{Name: "ecs:runTask"})
	s.RegisterActivityWithOptions(func(_ context.Context, w wire.Await) (wire.TaskResult, error) {
		assert.JSONEq(t, `{"TaskDefinition":1,"StartedBy":"AWS Step Functions"}`, w.Await.Submitted.String())
		return wire.TaskResult{Output: value.OfString("stopped")}, nil
	}, activity.RegisterOptions{Name: "ecs:runTask-sync"})
	assert.Equal(t, `"stopped"`, s.output(`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::ecs:runTask.sync",
		"Parameters":{"TaskDefinition":1},"End":true}}}`, `{}`))
}
