package workflows

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// crossed gives the error as it comes out of the server.
func crossed(err error) error {
	c := temporal.GetDefaultFailureConverter()
	return c.FailureToError(c.ErrorToFailure(err))
}

func TestErrorsBecomeFailures(t *testing.T) {
	lost := machine.Failure{Error: value.OfString("States.Timeout"), Heartbeat: true}
	attempts := []machine.Attempt{{Failure: machine.Fault("Busy", "later"), Delay: time.Second}}
	cases := map[string]struct {
		err      error
		name     string
		cause    string
		beat     bool
		attempts int
	}{
		"details": {
			err:  temporal.NewApplicationErrorWithOptions("m", "T", temporal.ApplicationErrorOptions{Details: []any{machine.Fault("Orders.Sold", "gone"), attempts}}),
			name: "Orders.Sold", cause: "gone", attempts: 1,
		},
		"details with a heartbeat": {
			err:  temporal.NewApplicationErrorWithOptions("m", "T", temporal.ApplicationErrorOptions{Details: []any{lost}}),
			name: "States.Timeout", beat: true,
		},
		"application":          {err: temporal.NewApplicationError("boom", "Orders.Sold"), name: "Orders.Sold", cause: "boom"},
		"application, untyped": {err: temporal.NewApplicationError("boom", ""), name: "States.TaskFailed", cause: "boom"},
		"with a cause":         {err: temporal.NewApplicationErrorWithCause("boom", "Outer", errors.New("inner")), name: "Outer", cause: "boom"},
		"heartbeat":            {err: temporal.NewHeartbeatTimeoutError(), name: "States.Timeout", cause: "silent", beat: true},
		"start to close":       {err: temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil), name: "States.Timeout", cause: "StartToClose"},
		"schedule to start":    {err: temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START, nil), name: "States.Timeout", cause: "No worker"},
		"timeout after a failure": {
			err:  temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, temporal.NewApplicationError("boom", "Orders.Sold")),
			name: "States.Timeout", cause: "boom",
		},
		"cancelled": {err: temporal.NewCanceledError(), name: "States.TaskFailed", cause: "cancelled"},
		"other":     {err: errors.New("plain"), name: "States.TaskFailed", cause: "plain"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			outcome := taskOutcome(crossed(c.err))
			require.NotNil(t, outcome.Failure)
			assert.Equal(t, c.name, outcome.Failure.Name())
			assert.Contains(t, outcome.Failure.Cause.Text(), c.cause)
			assert.Equal(t, c.beat, outcome.Failure.Heartbeat)
			assert.Len(t, outcome.Attempts, c.attempts)
		})
	}
}

// Some errors exist only on the wire.
func TestFailuresOfTheServerBecomeFailures(t *testing.T) {
	cases := map[string]struct {
		failure *failurepb.Failure
		cause   string
	}{
		"panic": {&failurepb.Failure{Message: "index out of range", FailureInfo: &failurepb.Failure_ApplicationFailureInfo{
			ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: "PanicError"}}}, "index out of range"},
		"terminated": {&failurepb.Failure{FailureInfo: &failurepb.Failure_TerminatedFailureInfo{TerminatedFailureInfo: &failurepb.TerminatedFailureInfo{}}}, "terminated"},
		"server": {&failurepb.Failure{Message: "no such queue", FailureInfo: &failurepb.Failure_ServerFailureInfo{
			ServerFailureInfo: &failurepb.ServerFailureInfo{}}}, "no such queue"},
		"activity": {&failurepb.Failure{
			FailureInfo: &failurepb.Failure_ActivityFailureInfo{ActivityFailureInfo: &failurepb.ActivityFailureInfo{}},
			Cause:       &failurepb.Failure{FailureInfo: &failurepb.Failure_CanceledFailureInfo{CanceledFailureInfo: &failurepb.CanceledFailureInfo{}}}}, "cancelled"},
		"child workflow": {&failurepb.Failure{
			FailureInfo: &failurepb.Failure_ChildWorkflowExecutionFailureInfo{ChildWorkflowExecutionFailureInfo: &failurepb.ChildWorkflowExecutionFailureInfo{}},
			Cause:       &failurepb.Failure{FailureInfo: &failurepb.Failure_TerminatedFailureInfo{TerminatedFailureInfo: &failurepb.TerminatedFailureInfo{}}}}, "terminated"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			failure := failureOf(temporal.GetDefaultFailureConverter().FailureToError(c.failure))
			assert.Equal(t, machine.ErrorTaskFailed, failure.Name())
			assert.Contains(t, failure.Cause.Text(), c.cause)
		})
	}
}

func TestEndingsComeBackAsTheyWere(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	cases := map[string]wire.Ended{
		"failed":                {Status: machine.Failed, Failure: &machine.Failure{Error: value.OfString("E"), Cause: value.OfString("c")}},
		"failed without a word": {Status: machine.Failed, Failure: &machine.Failure{}},
		"timed out":             {Status: machine.TimedOut, Failure: &machine.Failure{Error: value.OfString(machine.ErrorTimeout)}},
		"aborted":               {Status: machine.Aborted, Failure: &machine.Failure{Cause: value.OfString("by hand")}},
	}
	for name, ended := range cases {
		t.Run(name, func(t *testing.T) {
			ended.Started, ended.Stopped = at, at.Add(time.Minute)
			err := crossed(errorOf(ended))
			assert.Equal(t, ended, endedOf(err))
			assert.Equal(t, ended.Status == machine.Aborted, temporal.IsCanceledError(err))
			var app *temporal.ApplicationError
			if errors.As(err, &app) {
				assert.True(t, app.NonRetryable())
				assert.Equal(t, ended.Failure.Name(), app.Type())
				assert.Equal(t, ended.Failure.Cause.Text(), app.Message())
			}
		})
	}
	assert.NoError(t, errorOf(wire.Ended{Status: machine.Succeeded}))
}

func TestEndingsThatStepwellDidNotMake(t *testing.T) {
	cases := map[string]struct {
		err    error
		status machine.Status
	}{
		"application": {temporal.NewApplicationError("boom", "E"), machine.Failed},
		"cancelled":   {temporal.NewCanceledError(), machine.Aborted},
		"timeout":     {temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil), machine.TimedOut},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.status, endedOf(crossed(c.err)).Status) })
	}
}

func TestLongFailuresAreCut(t *testing.T) {
	long := value.OfString(strings.Repeat("é", 3<<20))
	ended := wire.Ended{Status: machine.Failed, Failure: &machine.Failure{Error: long, Cause: long}}
	got := endedOf(crossed(errorOf(ended)))
	assert.Equal(t, strings.Repeat("é", longestName), got.Failure.Name())
	assert.Equal(t, strings.Repeat("é", longestCause), got.Failure.Cause.Text())
}
