package audit

import (
	"fmt"
	"log/slog"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Run is one run of an execution's workflow: its history from the first event
// on, whole or as far as it goes.
type Run struct {
	Execution workflow.Execution
	// Item is the ARN of an item's execution when the workflow is a packed shard's
	// and only that item is wanted; else empty.
	Item   string
	Events []*historypb.HistoryEvent
}

// Replayed is what a replay finds.
type Replayed struct {
	// Events are those that the machine recorded in the run.
	Events []machine.Event
	// Frame is where the machine stood at the end of the replayed history: at
	// the end of a run that continued as new, it is the frame that the next one
	// began with. It is nil when no machine has begun, as in Express executions,
	// and for a packed shard, which has many.
	Frame *machine.Frame

	execution *machine.Execution
	recorder  *recorder
}

// Replay gives what happened in the run and where it led to. Of a run that goes
// on this is as of the last workflow task that was completed: nothing is guessed
// of what a worker may be deciding. options are those of the workflows that ran;
// their Sink, Attach and Meter are not used. The history has to hold whole values,
// as offload's service gives them; an [offload.LostError] is one that is gone and
// without which the replay cannot go on.
func Replay(run Run, options workflows.Options) (Replayed, error) {
	decided := run.Decided()
	if len(decided) == 0 {
		return Replayed{}, nil
	}
	r := &recorder{}
	var execution *machine.Execution
	options.Sink = func(o machine.Origin) machine.Sink {
		if run.Item != "" && run.Item != o.ID {
			return nil
		}
		return r
	}
	options.Attach = func(e *machine.Execution) { execution = e }
	options.Meter = nil
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DisableDeadlockDetection: true, DataConverter: offload.NewConverter()})
	if err != nil {
		return Replayed{}, err
	}
	workflows.Register(replayer, options)
	history := &historypb.History{Events: decided}
	err = replayer.ReplayWorkflowHistoryWithOptions(
		log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
		history,
		worker.ReplayWorkflowHistoryOptions{OriginalExecution: run.Execution},
	)
	if lost := offload.LostIn(history); err != nil && lost != nil {
		return Replayed{}, lost
	}
	if err != nil {
		return Replayed{}, &MismatchError{Run: run.Execution, Err: err}
	}
	replayed := Replayed{Events: r.events, execution: execution, recorder: r}
	if execution != nil {
		replayed.Frame = execution.Frame()
	}
	return replayed, nil
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

// recorder is a machine.Sink that keeps everything, and a workflows.Ender.
type recorder struct{ events []machine.Event }

func (r *recorder) Record(e machine.Event) { r.events = append(r.events, e) }

func (r *recorder) End(failure machine.Failure, at time.Time) {
	r.events = end(r.events, ending{kind: "Failed", failure: failure, at: at})
}

// Decided gives the history up to the last thing that the workflow decided.
func (r *Run) Decided() []*historypb.HistoryEvent {
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
