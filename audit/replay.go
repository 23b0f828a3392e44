package audit

import (
	"fmt"
	"log/slog"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Run is one run of an execution's workflow: its history from the first event
// on, whole or as far as it goes.
type Run struct {
	Execution workflow.Execution
	Events    []*historypb.HistoryEvent
}

// Replay gives the events that the machine recorded in the run. Of a run that
// goes on these are the ones up to the last workflow task that was
// completed: nothing is guessed of what a worker may be deciding. options are
// those of the workflows that ran; their Sink is not used.
func Replay(run Run, options workflows.Options) ([]machine.Event, error) {
	decided := run.decided()
	if len(decided) == 0 {
		return nil, nil
	}
	var r recorder
	options.Sink = func(machine.Origin) machine.Sink { return &r }
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DisableDeadlockDetection: true})
	if err != nil {
		return nil, err
	}
	workflows.Register(replayer, options)
	err = replayer.ReplayWorkflowHistoryWithOptions(
		log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		&historypb.History{Events: decided},
		worker.ReplayWorkflowHistoryOptions{OriginalExecution: run.Execution},
	)
	if err != nil {
		return nil, &MismatchError{Run: run.Execution, Err: err}
	}
	return r.events, nil
}

// MismatchError is a history that the workflow code of this version does not
// repeat.
type MismatchError struct {
	Run workflow.Execution
	Err error
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("the history of workflow %s, run %s, cannot be replayed: %v", e.Run.ID, e.Run.RunID, e.Err)
}

func (e *MismatchError) Unwrap() error { return e.Err }

// recorder is a machine.Sink that keeps everything.
type recorder struct{ events []machine.Event }

func (r *recorder) Record(e machine.Event) { r.events = append(r.events, e) }

// decided gives the history up to the last thing that the workflow decided.
func (r *Run) decided() []*historypb.HistoryEvent {
	for i := len(r.Events) - 1; i >= 0; i-- {
		if r.Events[i].GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED || isCommand(r.Events[i]) {
			return r.Events[:i+1]
		}
	}
	return nil
}

// isCommand reports that the event is the workflow's own doing.
func isCommand(event *historypb.HistoryEvent) bool {
	m := event.ProtoReflect()
	attributes := m.WhichOneof(m.Descriptor().Oneofs().ByName("attributes"))
	return attributes != nil && attributes.Message().Fields().ByName("workflow_task_completed_event_id") != nil
}
