package histories

import (
	"bytes"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// damage makes a bad file of a good one: a history as code would have left it
// that decided differently.
type damage struct {
	name, about, from string
	// fails is a part of the error that replaying has to give.
	fails string
	// change makes the change and reports whether it found what to change.
	change func(*recording) bool
}

// damages are all of them; what each is named after is wrong with it.
func damages() []damage {
	return []damage{
		{
			name: "bad-other-definition", about: "the Choice of the definition goes another way than the history did",
			from: "states", fails: "nondeterministic",
			change: inPayloads(`NumericGreaterThan\": 5`, `NumericLessThan\": 5`),
		},
		{
			name: "bad-other-activity", about: "the Task called another integration",
			from: "states", fails: "nondeterministic",
			change: one(func(e *historypb.HistoryEvent) bool {
				a := e.GetActivityTaskScheduledEventAttributes()
				if a != nil {
					a.ActivityType.Name = "sqs:sendMessage"
				}
				return a != nil
			}),
		},
		{
			name: "bad-other-effect", about: "the branches of a Parallel were numbered otherwise",
			from: "parallel", fails: "nondeterministic",
			change: one(func(e *historypb.HistoryEvent) bool {
				a := e.GetActivityTaskScheduledEventAttributes()
				if a != nil {
					a.ActivityId = "effect-77"
				}
				return a != nil
			}),
		},
		{
			name: "bad-no-timer", about: "a Wait left no timer",
			from: "states", fails: "TMPRL1100",
			change: drop(enumspb.EVENT_TYPE_TIMER_STARTED, enumspb.EVENT_TYPE_TIMER_FIRED),
		},
		{
			name: "bad-other-result", about: "the execution gave another output",
			from: "states", fails: "another output",
			change: last(func(e *historypb.HistoryEvent) *commonpb.Payloads {
				return e.GetWorkflowExecutionCompletedEventAttributes().GetResult()
			}),
		},
		{
			name: "bad-other-continue-after", about: "the history continued as new after another number of events than the code that replays",
			from: "continued-in-a-map", fails: "extra replay command for ScheduleActivityTask",
			change: func(r *recording) bool {
				r.ContinueAfter = 1_000
				return true
			},
		},
		{
			name: "bad-other-shard", about: "the Map Run gave its shard another workflow id",
			from: "map-run-packed", fails: "nondeterministic",
			change: one(func(e *historypb.HistoryEvent) bool {
				a := e.GetStartChildWorkflowExecutionInitiatedEventAttributes()
				if a.GetWorkflowType().GetName() != "stepwell:MapShard" {
					return false
				}
				a.WorkflowId += "0"
				return true
			}),
		},
		{
			name: "bad-no-wave", about: "a packed shard wrote records where the code that replays sends a wave",
			from: "map-run-packed", fails: "nondeterministic",
			change: one(func(e *historypb.HistoryEvent) bool {
				a := e.GetActivityTaskScheduledEventAttributes()
				if a.GetActivityType().GetName() != "stepwell:wave" {
					return false
				}
				a.ActivityType.Name = "stepwell:writeShard"
				return true
			}),
		},
		{
			name: "bad-no-report", about: "a workflow of the Map Run ended without its report to the one that waits for it",
			from: "map-run-packed", fails: "nondeterministic",
			change: drop(enumspb.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED, enumspb.EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED),
		},
	}
}

// record writes the bad file, which has to fail as it should.
func (d damage) record(t *testing.T) {
	r := load(t, d.from+extension)
	require.NoError(t, r.replay())
	require.True(t, d.change(&r), "there is nothing to change")
	r.About, r.Fails = d.about, d.fails
	require.ErrorContains(t, r.replay(), d.fails)
	r.save(t, d.name+extension)
}

// one changes the first event that it can.
func one(change func(*historypb.HistoryEvent) bool) func(*recording) bool {
	return func(r *recording) bool {
		for _, h := range r.Histories {
			if slices.ContainsFunc(h.Events, change) {
				return true
			}
		}
		return false
	}
}

// drop makes the first event of each type one that nobody decides: a signal that
// no workflow listens to.
func drop(kinds ...enumspb.EventType) func(*recording) bool {
	return func(r *recording) bool {
		dropped := 0
		for _, kind := range kinds {
			if one(func(e *historypb.HistoryEvent) bool { return e.GetEventType() == kind && silence(e) })(r) {
				dropped++
			}
		}
		return dropped == len(kinds)
	}
}

func silence(e *historypb.HistoryEvent) bool {
	e.EventType = enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
	e.Attributes = &historypb.HistoryEvent_WorkflowExecutionSignaledEventAttributes{
		WorkflowExecutionSignaledEventAttributes: &historypb.WorkflowExecutionSignaledEventAttributes{SignalName: "nobody's"}}
	return true
}

// last changes the payload of the first event that has one.
func last(payloads func(*historypb.HistoryEvent) *commonpb.Payloads) func(*recording) bool {
	return one(func(e *historypb.HistoryEvent) bool {
		all := payloads(e).GetPayloads()
		if len(all) == 0 {
			return false
		}
		all[0].Data = []byte(`"other"`)
		return true
	})
}

// inPayloads replaces a text in the input of the first workflow.
func inPayloads(old, text string) func(*recording) bool {
	return one(func(e *historypb.HistoryEvent) bool {
		for _, p := range e.GetWorkflowExecutionStartedEventAttributes().GetInput().GetPayloads() {
			if bytes.Contains(p.Data, []byte(old)) {
				p.Data = bytes.ReplaceAll(p.Data, []byte(old), []byte(text))
				return true
			}
		}
		return false
	})
}
