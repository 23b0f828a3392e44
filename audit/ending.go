package audit

import (
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// conclude gives the events of a run, with the end of an execution whose
// workflow ended without the machine: it was terminated or ran into a timeout of
// Temporal's, its runtime gave it up, or its output was too large to be handed
// over. Of the latter the machine thinks that it succeeded. before is the id of
// the last event before those of the run.
func (r *Run) conclude(events []machine.Event, before int64) []machine.Event {
	if len(r.Events) == 0 {
		return events
	}
	last := r.Events[len(r.Events)-1]
	kind, failure := endOf(last)
	if kind == "" {
		return events
	}
	previous := before
	if n := len(events); n > 0 {
		switch end := events[n-1]; {
		case end.Type == "ExecutionSucceeded":
			events, previous = events[:n-1], end.ID-1
		case isEnd(end.Type):
			return events
		default:
			previous = end.ID
		}
	}
	object := value.NewObject(2)
	object.Put("error", failure.Error)
	object.Put("cause", failure.Cause)
	ending := machine.Event{
		ID:      previous + 1,
		Type:    "Execution" + kind,
		Time:    last.GetEventTime().AsTime().Truncate(time.Millisecond),
		Member:  "execution" + kind + "EventDetails",
		Details: object.Value(),
	}
	if kind == "Failed" { // what comes from outside follows nothing
		ending.Previous = previous
	}
	return append(events, ending)
}

func isEnd(kind string) bool {
	return strings.HasPrefix(kind, "Execution") && kind != "ExecutionStarted" && kind != "ExecutionRedriven"
}

// endOf gives the ending that a workflow's last event stands for, "" for
// success and while the execution goes on.
func endOf(last *historypb.HistoryEvent) (kind string, failure machine.Failure) {
	switch last.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
		return "Aborted", machine.Failure{}
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
		return "TimedOut", machine.Failure{}
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
		failed := last.GetWorkflowExecutionFailedEventAttributes().GetFailure()
		return "Failed", machine.Fault(failed.GetApplicationFailureInfo().GetType(), failed.GetMessage())
	}
	return "", machine.Failure{}
}
