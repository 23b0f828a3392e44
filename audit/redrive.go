package audit

import (
	"context"
	"encoding/json"
	"errors"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Rest gives where an execution stands as of its Source's run, the latest: the
// frame that a redrive goes on from when it has ended. Its status is the
// execution's even when the workflow ended without the machine, and its events
// are those that [Read] gives. It is nil when no worker had begun the execution.
// Errors are Temporal's, or a [MismatchError].
func Rest(ctx context.Context, s Source) (*machine.Frame, error) {
	run := Run{Execution: workflow.Execution{ID: s.Execution.ID, RunID: s.Execution.RunID}}
	var token []byte
	for {
		page, err := s.page(ctx, pageOf{run: run.Execution.RunID, token: token})
		if err != nil {
			return nil, err
		}
		run.Events = append(run.Events, page.GetHistory().GetEvents()...)
		if token = page.GetNextPageToken(); len(token) == 0 {
			break
		}
	}
	replayed, err := Replay(run, s.Workflows)
	if err != nil {
		return nil, err
	}
	frame := replayed.Frame
	if frame == nil { // no worker had taken up this run
		frame = frameBefore(run.Events)
	}
	if frame != nil {
		run.rest(frame, replayed.Events)
	}
	return frame, nil
}

// rest lets the frame tell of an end that the machine does not know of.
func (r *Run) rest(frame *machine.Frame, events []machine.Event) {
	events = r.conclude(events, frame.LastEvent)
	if n := len(events); n > 0 {
		frame.LastEvent = events[n-1].ID
	}
	kind, failure := endOf(r.Events[len(r.Events)-1])
	if kind == "" || frame.Status != machine.Running && frame.Status != machine.Succeeded {
		return
	}
	frame.Status = map[string]machine.Status{"Aborted": machine.Aborted, "TimedOut": machine.TimedOut, "Failed": machine.Failed}[kind]
	frame.Failure = &failure
}

// frameBefore gives the frame that a run was started with, nil for none.
func frameBefore(events []*historypb.HistoryEvent) *machine.Frame {
	if len(events) == 0 {
		return nil
	}
	input, ok := executionInput(events[0].GetWorkflowExecutionStartedEventAttributes())
	if !ok || input.Frame == nil {
		return nil
	}
	var frame machine.Frame
	if json.Unmarshal([]byte(input.Frame.String()), &frame) != nil {
		return nil
	}
	return &frame
}

// runBefore gives the id of the run that this one went on from, "" for none.
func runBefore(started *historypb.WorkflowExecutionStartedEventAttributes) string {
	if before := started.GetContinuedExecutionRunId(); before != "" {
		return before
	}
	if started.GetWorkflowType().GetName() == wire.MapRunWorkflow {
		var input wire.MapRun
		// What cannot be read tells of no run before.
		_ = offload.NewConverter().FromPayloads(started.GetInput(), &input)
		return input.Before
	}
	if input, ok := executionInput(started); ok && input.Redrive != nil {
		return input.Redrive.Run
	}
	return ""
}

// executionInput reads the input of an execution's workflow; ok is false for
// other workflows.
func executionInput(started *historypb.WorkflowExecutionStartedEventAttributes) (input wire.Execution, ok bool) {
	err := offload.NewConverter().FromPayloads(started.GetInput(), &input)
	return input, err == nil && input.Origin.ID != ""
}

// Redrive checks that the execution of the definition can be redriven from where
// it rests, and gives the frame as the next run takes it. Errors are those of
// [machine.Redrive], or [ErrNotBegun].
func Redrive(rest *machine.Frame, definition wire.Definition, how machine.Redriving) ([]byte, error) {
	if rest == nil {
		return nil, ErrNotBegun
	}
	p, err := workflows.Compile(definition)
	if err != nil {
		return nil, err
	}
	frame, err := json.Marshal(rest)
	if err != nil {
		return nil, err
	}
	_, _, err = machine.Redrive(p, frame, how)
	return frame, err
}

// ErrNotBegun is a redrive of an execution that no worker has begun.
var ErrNotBegun = errors.New("no worker had begun the execution")
