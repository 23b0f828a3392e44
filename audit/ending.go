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
// over. before is the id of the last event before those of the run.
func (r *Run) conclude(events []machine.Event, before int64) []machine.Event {
	if len(r.Events) == 0 {
		return events
	}
	last := r.Events[len(r.Events)-1]
	kind, failure := endOf(last)
	if kind == "" || r.Item != "" && (len(events) == 0 || isEnd(events[len(events)-1].Type)) {
		return events // an item may end before its shard, or not be of this run
	}
	return end(events, ending{kind: kind, failure: failure, at: last.GetEventTime().AsTime(), before: before})
}

// ending is an end that the machine does not know of.
type ending struct {
	kind    string // the event's, without Execution
	failure machine.Failure
	at      time.Time
	// before is the id of the last event before those at hand.
	before int64
}

// end adds an ending to events. The machine may think that it succeeded, which
// is then taken back; any other end of its own stays.
func end(events []machine.Event, e ending) []machine.Event {
	previous := e.before
	if n := len(events); n > 0 {
		switch last := events[n-1]; {
		case last.Type == "ExecutionSucceeded":
			events, previous = events[:n-1], last.ID-1
		case isEnd(last.Type):
			return events
		default:
			previous = last.ID
		}
	}
	object := value.NewObject(2)
	object.Put("error", e.failure.Error)
	object.Put("cause", e.failure.Cause)
	event := machine.Event{
		ID:      previous + 1,
		Type:    "Execution" + e.kind,
		Time:    e.at.Truncate(time.Millisecond),
		Member:  "execution" + e.kind + "EventDetails",
		Details: object.Value(),
	}
	if e.kind == "Failed" { // what comes from outside follows nothing
		event.Previous = previous
	}
	return append(events, event)
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
