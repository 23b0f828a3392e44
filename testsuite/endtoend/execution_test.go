package endtoend

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const (
	machineName = "Shop"
	// patience bounds how long an execution may take.
	patience = 2 * time.Minute
)

// execution is one that was started.
type execution struct {
	*world
	t     *testing.T
	input wire.Execution
	run   client.WorkflowRun
	// firstRun is the id of its first run, which may have been continued.
	firstRun string
}

// request is what to start.
type request struct {
	definition string
	input      string // {} when empty
	kind       program.Type
	leaf       program.LeafKind
}

// start starts a Standard execution.
func (w *world) start(t *testing.T, definition, input string) *execution {
	t.Helper()
	return w.startRequest(t, request{definition: definition, input: input})
}

func (w *world) startRequest(t *testing.T, r request) *execution {
	t.Helper()
	if r.kind == "" {
		r.kind = program.Standard
	}
	if r.input == "" {
		r.input = "{}"
	}
	input, err := value.ParseString(r.input)
	require.NoError(t, err)
	name := fmt.Sprintf("e%d", worlds.Add(1))
	now := time.Now().UTC()
	e := &execution{world: w, t: t, input: wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(r.definition), Type: string(r.kind), Leaf: string(r.leaf)},
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:000000000000:execution:" + machineName + ":" + name,
			Name:             name,
			StateMachineID:   "arn:aws:states:us-east-1:000000000000:stateMachine:" + machineName,
			StateMachineName: machineName,
			StartTime:        now,
			Seed:             uint64(now.UnixNano()),
			Express:          r.kind == program.Express,
		},
		Input: input,
	}}
	e.run, err = w.client.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{
		ID: wire.ExecutionID(machineName, name), TaskQueue: w.queue,
	}, machineName, e.input)
	require.NoError(t, err)
	e.firstRun = e.run.GetRunID()
	t.Cleanup(func() {
		if t.Failed() {
			e.tell()
		}
	})
	return e
}

// tell logs what went wrong on Temporal below an execution: activities that
// were repeated, and workflow tasks that failed or timed out.
func (e *execution) tell() {
	e.visit(e.t, e.run.GetID(), e.firstRun, func(v visited) {
		for _, event := range v.events {
			started := event.GetActivityTaskStartedEventAttributes()
			switch {
			case started.GetAttempt() > 1:
				e.t.Logf("%s: attempt %d of an activity at %s: %s", v.kind, started.GetAttempt(), event.GetEventTime().AsTime(), started.GetLastFailure())
			case event.GetWorkflowTaskFailedEventAttributes() != nil, event.GetWorkflowTaskTimedOutEventAttributes() != nil:
				e.t.Logf("%s: %s at %s: %v", v.kind, event.GetEventType(), event.GetEventTime().AsTime(), event.GetAttributes())
			}
		}
	})
}

// ended waits for the end of the execution and gives how it ended.
func (e *execution) ended() wire.Ended {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var output value.Value
	err := e.run.Get(ctx, &output)
	if err == nil {
		return wire.Ended{Status: machine.Succeeded, Output: output}
	}
	var failure machine.Failure
	var ended wire.Ended
	var failed *temporal.ApplicationError
	var cancelled *temporal.CanceledError
	switch {
	case errors.As(err, &failed) && failed.HasDetails():
		require.NoError(e.t, failed.Details(&failure, &ended))
	case errors.As(err, &cancelled) && cancelled.HasDetails():
		require.NoError(e.t, cancelled.Details(&failure, &ended))
	default:
		require.NoError(e.t, err, "execution %s", e.run.GetID())
	}
	return ended
}

// succeeds waits for the end of an execution that succeeds and gives its output.
func (e *execution) succeeds() value.Value {
	e.t.Helper()
	ended := e.ended()
	if ended.Failure != nil {
		require.Equal(e.t, machine.Succeeded, ended.Status, "%s", ended.Failure)
	}
	require.Equal(e.t, machine.Succeeded, ended.Status)
	return ended.Output
}

// fails waits for the end of an execution that fails with the error and gives
// the cause.
func (e *execution) fails(name string) string {
	e.t.Helper()
	ended := e.ended()
	require.Equal(e.t, machine.Failed, ended.Status, "output %s", ended.Output)
	require.Equal(e.t, name, ended.Failure.Name(), "cause: %s", ended.Failure.Cause.Text())
	return ended.Failure.Cause.Text()
}

// failsPlainly waits for the end of a workflow that could not begin, and gives
// the message of its error.
func (e *execution) failsPlainly(name string) string {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var failed *temporal.ApplicationError
	require.ErrorAs(e.t, e.run.Get(ctx, nil), &failed)
	require.Equal(e.t, name, failed.Type(), failed.Message())
	return failed.Message()
}

// stop stops the execution as the command does.
func (e *execution) stop(why machine.Failure) {
	e.t.Helper()
	require.NoError(e.t, e.client.SignalWorkflow(context.Background(), e.run.GetID(), "", wire.StopSignal, why))
	require.NoError(e.t, e.client.CancelWorkflow(context.Background(), e.run.GetID(), ""))
}

// histories gives the histories of all runs of a workflow.
func (w *world) histories(t *testing.T, id, run string) (all [][]*historypb.HistoryEvent) {
	t.Helper()
	for next := true; next; {
		var events []*historypb.HistoryEvent
		for pages := w.client.GetWorkflowHistory(context.Background(), id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
			event, err := pages.Next()
			require.NoError(t, err)
			events = append(events, event)
		}
		all = append(all, events)
		run = events[len(events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		next = run != ""
	}
	return all
}

// events gives the events of all runs of the execution.
func (e *execution) events() (all []*historypb.HistoryEvent) {
	e.t.Helper()
	for _, run := range e.histories(e.t, e.run.GetID(), e.firstRun) {
		all = append(all, run...)
	}
	return all
}

// mapRuns gives the workflow ids of the execution's Map Runs.
func (e *execution) mapRuns() (ids []string) {
	e.t.Helper()
	for _, event := range e.events() {
		if child := event.GetStartChildWorkflowExecutionInitiatedEventAttributes(); child != nil {
			ids = append(ids, child.GetWorkflowId())
		}
	}
	return ids
}

// mapRun waits until the execution has a Map Run and asks that where it stands.
func (e *execution) mapRun() wire.MapRunDescription {
	e.t.Helper()
	require.Eventually(e.t, func() bool { return len(e.mapRuns()) > 0 }, 30*time.Second, 50*time.Millisecond)
	var d wire.MapRunDescription
	e.query(e.mapRuns()[0], wire.MapRunQuery, &d)
	return d
}

// query asks a workflow, again when a busy machine lets no worker answer in time.
func (e *execution) query(id, name string, answer any) {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	encoded, err := e.client.QueryWorkflow(ctx, id, "", name)
	for late(err) && ctx.Err() == nil {
		encoded, err = e.client.QueryWorkflow(ctx, id, "", name)
	}
	require.NoError(e.t, err)
	require.NoError(e.t, encoded.Get(answer))
}

// late reports that no worker has answered, or asked for work, in time.
func late(err error) bool {
	var deadline *serviceerror.DeadlineExceeded
	return errors.As(err, &deadline) || err != nil && strings.Contains(err.Error(), "no poller seen for task queue recently")
}

// failedTasks counts the workflow tasks that failed by a fault of the workflow.
// One that came too late for a signal is none.
func failedTasks(events []*historypb.HistoryEvent) (n int) {
	for _, event := range events {
		failed := event.GetWorkflowTaskFailedEventAttributes()
		if failed != nil && failed.GetCause() != enumspb.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND {
			n++
		}
	}
	return n
}

// count counts the events of a type.
func count(events []*historypb.HistoryEvent, kind enumspb.EventType) (n int) {
	for _, event := range events {
		if event.EventType == kind {
			n++
		}
	}
	return n
}
