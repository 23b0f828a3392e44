package audit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// redriveable ends without a match until it is redriven for the second time,
// after Tasks that let it continue as new.
const redriveable = `{"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":2,"Next":"C","ItemProcessor":{
	"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"End":true}}}},
	"C":{"Type":"Choice","Choices":[{"Variable":"$$.Execution.RedriveCount","NumericEquals":2,"Next":"Again"}]},
	"Again":{"Type":"Map","MaxConcurrency":2,"End":true,"ItemProcessor":{"StartAt":"Ask2","States":{
		"Ask2":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"End":true}}}}}}`

// redrive starts the run that redrives an execution.
func (w *world) redrive(t *testing.T, id, definition string) client.WorkflowRun {
	t.Helper()
	source := w.source(t, id)
	d := wire.Definition{Text: wire.PlainText(definition), Type: "STANDARD"}
	rest, err := audit.Rest(t.Context(), source)
	require.NoError(t, err)
	frame, err := audit.Redrive(rest, d, machine.Redriving{})
	require.NoError(t, err)
	text := wire.PlainText(string(frame))
	run, err := w.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: t.Name(),
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY}, "m", wire.Execution{
		Definition: d, Origin: rest.Origin, Frame: &text,
		Redrive: &wire.Redrive{Count: rest.Redrives + 1, Time: time.Now().UTC().Truncate(time.Millisecond), Run: source.Execution.RunID},
	})
	require.NoError(t, err)
	return run
}

// TestChainOfRedrives reads an execution that continued as new, was redriven, and
// continued as new again: the runs tell what the machine recorded, in one line.
func TestChainOfRedrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 15)
	require.Error(t, w.start(t, redriveable, "r", `[1,2,3,4,5,6,7,8]`).Get(t.Context(), nil))
	first := w.read(t, "m/r")
	require.Error(t, w.redrive(t, "m/r", redriveable).Get(t.Context(), nil))
	before := w.source(t, "m/r").Execution.RunID
	var output value.Value
	require.NoError(t, w.redrive(t, "m/r", redriveable).Get(t.Context(), &output))
	assert.Equal(t, 8, output.Len())
	require.NotEqual(t, before, w.source(t, "m/r").Execution.RunID)

	all := w.read(t, "m/r")
	assert.Equal(t, text(w.recorded("r")), text(all))
	assert.Equal(t, text(first), text(all[:len(first)]))
	for i, e := range all {
		require.EqualValues(t, i+1, e.ID)
	}
	assert.Equal(t, []string{"ExecutionRedriven", "ExecutionFailed", "ExecutionRedriven", "ChoiceStateExited"}, types(all[len(first):len(first)+4]))

	source := w.source(t, "m/r")
	source.Follow = true
	var followed []machine.Event
	require.NoError(t, audit.Read(t.Context(), source, func(e machine.Event) error { followed = append(followed, e); return nil }))
	assert.Equal(t, text(all), text(followed))
}

// TestRest reads where executions stand whose end the machine does not know of.
func TestRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.start(t, waits, "terminated", `{}`)
	require.Eventually(t, func() bool { return len(w.read(t, "m/terminated")) == 4 }, 10*time.Second, 50*time.Millisecond)
	rest, err := audit.Rest(t.Context(), w.source(t, "m/terminated"))
	require.NoError(t, err)
	assert.Equal(t, machine.Running, rest.Status)
	_, err = audit.Redrive(rest, wire.Definition{Text: wire.PlainText(waits), Type: "STANDARD"}, machine.Redriving{})
	require.ErrorContains(t, err, "Execution is RUNNING")
	require.NoError(t, w.client.TerminateWorkflow(t.Context(), "m/terminated", "", "test"))
	rest, err = audit.Rest(t.Context(), w.source(t, "m/terminated"))
	require.NoError(t, err)
	assert.Equal(t, machine.Aborted, rest.Status)
	assert.EqualValues(t, 5, rest.LastEvent, "ExecutionAborted has an id")

	const twice = `{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}}}`
	require.Error(t, w.start(t, twice, "large-frame", `"`+strings.Repeat("x", 1<<20)+`"`).Get(t.Context(), nil))
	rest, err = audit.Rest(t.Context(), w.source(t, "m/large-frame"))
	require.NoError(t, err)
	assert.Equal(t, machine.Failed, rest.Status)
	assert.Equal(t, machine.ErrorDataLimitExceeded, rest.Failure.Name())
	assert.EqualValues(t, 4, rest.LastEvent)
	require.Error(t, w.redrive(t, "m/large-frame", twice).Get(t.Context(), nil), "it is as large as before")
	events := w.read(t, "m/large-frame")
	assert.Equal(t, []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionFailed", "ExecutionRedriven", "PassStateExited", "ExecutionFailed"}, types(events))

	require.Error(t, w.start(t, `{"StartAt":"Nowhere","States":{}}`, "never-redriven", `{}`).Get(t.Context(), nil))
	rest, err = audit.Rest(t.Context(), w.source(t, "m/never-redriven"))
	require.NoError(t, err)
	_, err = audit.Redrive(rest, wire.Definition{}, machine.Redriving{})
	assert.ErrorIs(t, err, audit.ErrNotBegun)
}
