package main

import (
	"context"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
)

// told is what histories tell.
type told struct {
	// actions are what Temporal Cloud would bill.
	actions int64
	// busy is how long activities have run, by type, all of a type together.
	busy map[string]time.Duration
}

// tell reads one history of each kind, which stands for the others of the kind:
// to read those of 20,000 items alike would take minutes.
func (s *stage) tell(ctx context.Context, alike map[kind]like) (told, error) {
	all := told{busy: map[string]time.Duration{}}
	for _, l := range alike {
		activities := map[int64]activityTimes{} // by the id of the event that scheduled one
		events := s.client.GetWorkflowHistory(ctx, l.run.GetWorkflowId(), l.run.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			event, err := events.Next()
			if err != nil {
				return all, err
			}
			all.actions += l.count * actionsOf(event)
			noteActivity(activities, event)
		}
		for _, a := range activities {
			all.busy[a.activity] += time.Duration(l.count) * a.ended.Sub(a.started)
		}
	}
	return all, nil
}

// actionsOf gives the actions that an event stands for (Temporal, "Temporal
// Cloud Actions"): a start of a workflow is one, as is a start of an activity,
// also of a further attempt, a timer, a signal, a marker or new search
// attributes. A child workflow is two, of which its own history has one.
// Heartbeats and queries, which have no events, are not counted.
func actionsOf(event *historypb.HistoryEvent) int64 {
	switch event.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
		enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
		enumspb.EVENT_TYPE_TIMER_STARTED,
		enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
		enumspb.EVENT_TYPE_MARKER_RECORDED,
		enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
		return 1
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED:
		return int64(event.GetActivityTaskStartedEventAttributes().GetAttempt())
	}
	return 0
}

// activityTimes are of one activity; those of one that did not complete are
// both zero.
type activityTimes struct {
	activity       string
	started, ended time.Time
}

// noteActivity takes in what an event says about an activity.
func noteActivity(all map[int64]activityTimes, event *historypb.HistoryEvent) {
	if scheduled := event.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
		all[event.GetEventId()] = activityTimes{activity: scheduled.GetActivityType().GetName()}
	}
	if started := event.GetActivityTaskStartedEventAttributes(); started != nil {
		a := all[started.GetScheduledEventId()]
		a.started = event.GetEventTime().AsTime()
		a.ended = a.started
		all[started.GetScheduledEventId()] = a
	}
	if completed := event.GetActivityTaskCompletedEventAttributes(); completed != nil {
		a := all[completed.GetScheduledEventId()]
		a.ended = event.GetEventTime().AsTime()
		all[completed.GetScheduledEventId()] = a
	}
}
