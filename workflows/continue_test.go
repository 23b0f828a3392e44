package workflows

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// successorOf gives the input of the run that follows, and that it follows.
func successorOf(t *testing.T, s simulation) wire.Execution {
	var next *workflow.ContinueAsNewError
	require.ErrorAs(t, s.GetWorkflowError(), &next)
	var input wire.Execution
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &input))
	return input
}

const waiting = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"Next":"A"},"A":{"Type":"Pass","Result":"done","End":true}}}`

func TestWaitsAreSetAgainFromTheirDeadlines(t *testing.T) {
	s := simulate(t, echo)
	s.SetContinueAsNewSuggested(true)
	s.ExecuteWorkflow("Orders", executionOf(waiting, `{}`))
	next := successorOf(t, s)
	assert.NotContains(t, next.Frame.String(), "done")

	s = simulate(t, echo)
	s.SetStartTime(next.Origin.StartTime.Add(40 * time.Second))
	s.ExecuteWorkflow("Orders", next)
	require.NoError(t, s.GetWorkflowError())
	assert.Equal(t, 60*time.Second, s.Now().Sub(next.Origin.StartTime).Round(time.Second))
}

// noise does not compress.
func noise(bytes int) string {
	random := rand.NewChaCha8([32]byte{})
	raw := make([]byte, bytes*3/4)
	_, _ = random.Read(raw)
	return base64.StdEncoding.EncodeToString(raw)
}

func TestLargeFramesGoToStaging(t *testing.T) {
	staged := map[string]wire.Text{}
	s := simulate(t, echo)
	s.RegisterActivityWithOptions(func(_ context.Context, in wire.StageInput) (wire.Text, error) {
		at := wire.StagedText("s3://staging/" + in.Owner + "/" + string(rune('a'+in.Number)))
		staged[at.Staged()] = in.Text
		return at, nil
	}, activity.RegisterOptions{Name: wire.StageActivity})
	s.SetContinueAsNewSuggested(true)
	s.ExecuteWorkflow("Orders", executionOf(waiting, `"é`+noise(3<<20)+`"`))
	next := successorOf(t, s)
	assert.Nil(t, next.Frame)
	assert.Greater(t, len(next.Staged), 2)

	s = simulate(t, echo)
	s.RegisterActivityWithOptions(func(_ context.Context, at wire.Text) (wire.Text, error) {
		return staged[at.Staged()], nil
	}, activity.RegisterOptions{Name: wire.FetchActivity})
	s.ExecuteWorkflow("Orders", next)
	require.NoError(t, s.GetWorkflowError())
	var output value.Value
	require.NoError(t, s.GetWorkflowResult(&output))
	assert.Equal(t, `"done"`, output.String())
}

func TestFramesThatCannotBeStaged(t *testing.T) {
	cases := map[string]struct {
		events int
		name   string
	}{
		"the execution goes on":  {5_000, ""},
		"until it no longer can": {lastEvents, machine.ErrorDataLimitExceeded},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, echo)
			s.RegisterActivityWithOptions(func(_ context.Context, in wire.StageInput) (wire.Text, error) {
				return wire.Text{}, temporal.NewNonRetryableApplicationError("no staging", "X", nil)
			}, activity.RegisterOptions{Name: wire.StageActivity})
			s.SetCurrentHistoryLength(c.events)
			s.SetContinueAsNewSuggested(true)
			input := `"` + noise(3<<20) + `"`
			if c.name == "" {
				assert.Equal(t, `"done"`, s.output(waiting, input))
				return
			}
			ended := s.ended(waiting, input)
			assert.Equal(t, c.name, ended.Failure.Name())
			assert.Contains(t, ended.Failure.Cause.Text(), "STEPWELL_STAGING")
		})
	}
}

// A task that takes long does not hold the rest of the execution up for ever,
// unless there is no room left for the rest.
func TestPatience(t *testing.T) {
	definition := `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::temporal:executeActivity",
			"Parameters":{"ActivityType":"slow","TaskQueue":"q"},"End":true}}},
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"Next":"B"},"B":{"Type":"Task",` + function + `,"End":true}}}]}}}`
	simulated := func(t *testing.T, events int) (s simulation, began *time.Duration) {
		began = new(time.Duration)
		s = simulate(t, echo)
		s.RegisterActivityWithOptions(func() (string, error) { return "", errors.New("not reached") }, activity.RegisterOptions{Name: "slow"})
		s.OnActivity("slow").After(10*time.Minute).Return("slow", nil)
		s.OnActivity(invocation, mock.Anything, mock.Anything).Return(task(func(_ context.Context, _ wire.Task) (wire.TaskResult, error) {
			*began = s.Now().Sub(executionOf(`{}`, `{}`).Origin.StartTime)
			return wire.TaskResult{Output: value.OfString("quick")}, nil
		}))
		s.RegisterDelayedCallback(func() {
			s.SetCurrentHistoryLength(events)
			s.SetContinueAsNewSuggested(true)
		}, time.Second)
		s.ExecuteWorkflow("Orders", executionOf(definition, `{}`))
		return s, began
	}
	t.Run("is lost", func(t *testing.T) {
		s, began := simulated(t, 5_000)
		require.NoError(t, s.GetWorkflowError())
		var output value.Value
		require.NoError(t, s.GetWorkflowResult(&output))
		assert.Equal(t, `["slow","quick"]`, output.String())
		assert.Equal(t, patience+5*time.Second, *began)
	})
	t.Run("has to last", func(t *testing.T) {
		s, began := simulated(t, urgentEvents)
		next := successorOf(t, s)
		assert.Contains(t, next.Frame.String(), `"slow"`)
		assert.Zero(t, *began)
	})
}

// An execution that only computes goes on in a new run before a replay of it
// could take too long, wherever it stands.
func TestEndlessLoopsContinueAsNew(t *testing.T) {
	s := simulate(t, echo)
	s.ExecuteWorkflow("Orders", executionOf(counting, `{"n":0,"to":1000000000}`))
	next := successorOf(t, s)
	var frame machine.Frame
	require.NoError(t, json.Unmarshal([]byte(next.Frame.String()), &frame))
	assert.NotEmpty(t, frame.Ready)

	s = simulate(t, echo)
	s.RegisterDelayedCallback(s.CancelWorkflow, 2*time.Millisecond)
	s.ExecuteWorkflow("Orders", next)
	assert.True(t, temporal.IsCanceledError(s.GetWorkflowError()))
}

func TestPieces(t *testing.T) {
	cases := map[string]struct {
		text string
		want []string
	}{
		"empty":              {"", []string{""}},
		"one":                {"abc", []string{"abc"}},
		"two":                {"abcd", []string{"abc", "d"}},
		"between characters": {"abéd", []string{"ab", "éd"}},
		"exactly":            {"abcdef", []string{"abc", "def"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := pieces(c.text, 3)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.text, strings.Join(got, ""))
		})
	}
}
