package recorded

import (
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Result is what a runtime made of a case.
type Result struct {
	Arn     string
	Status  machine.Status
	Output  value.Value
	Failure machine.Failure
	// Events are those that the machine recorded; Silent tells that the runtime
	// keeps none.
	Events []machine.Event
	Silent bool
	// MapRuns is what the Map Runs told of themselves in the end; TellsMapRuns
	// tells that the runtime asks them.
	MapRuns      []wire.MapRunDescription
	TellsMapRuns bool
	// Unused are the states of which AWS made more attempts.
	Unused []string
}

// Compare gives the first difference between a result and the recording, nil
// for none. Events come first: they tell where a result went astray.
func Compare(c *Case, r Result) *Difference {
	m := c.matcher()
	_ = m.compareEvents(c, r) && m.compareEnd(c, r) && m.compareMapRuns(c, r)
	return m.first
}

func (m *matcher) compareEvents(c *Case, r Result) bool {
	if r.Silent {
		return true
	}
	var history, logged []value.Value
	for _, e := range r.Events {
		history = append(history, historyEvent(e))
		if c.logs(e) {
			logged = append(logged, loggedEvent(e, r.Arn, c.withData()))
		}
	}
	if slices.ContainsFunc(c.Normalizers, func(n Normalizer) bool { return n.Kind == sortsParallels }) {
		history = withoutOrder(history)
	}
	if c.Expected.Status == "" && !m.cut(&history, r.Events, len(c.Expected.Events)) {
		return false
	}
	if c.Expected.Events != nil && !m.matchEvents(c.amended(), history, "events") {
		return false
	}
	if c.Expected.Logged != nil && !m.matchEvents(c.Expected.Logged, logged, "logged") {
		return false
	}
	if c.Expected.EndEvent.IsAbsent() {
		return true
	}
	if len(logged) == 0 {
		return m.differ([]string{"end_event"}, brief(c.Expected.EndEvent), "no event")
	}
	return m.match(c.Expected.EndEvent, logged[len(logged)-1], []string{"end_event"})
}

// cut leaves of a history what a recording has that was made while the execution
// ran. It must have waited then: what comes next, comes later.
func (m *matcher) cut(history *[]value.Value, events []machine.Event, recorded int) bool {
	if len(*history) <= recorded {
		return true
	}
	next := events[recorded]
	if recorded > 0 && !next.Time.After(events[recorded-1].Time) {
		return m.differ([]string{"events", fmt.Sprintf("[%d]", recorded)}, "an execution that waits", brief((*history)[recorded]))
	}
	*history = (*history)[:recorded]
	return true
}

func (m *matcher) compareEnd(c *Case, r Result) bool {
	e := &c.Expected
	if e.Status == "" {
		return true
	}
	if e.Status != string(r.Status) {
		return m.differ([]string{"status"}, e.Status, string(r.Status)+" "+r.Failure.String())
	}
	if len(r.Unused) > 0 {
		return m.differ([]string{"attempts"}, "as many attempts of "+r.Unused[0]+" as AWS made", "fewer")
	}
	parts := []struct {
		name      string
		want, got value.Value
	}{
		{"error", e.Error, r.Failure.Error}, {"cause", e.Cause, r.Failure.Cause},
	}
	if e.Status == string(machine.TimedOut) && e.Error.IsAbsent() {
		parts = nil // DescribeExecution gives neither; the event has the error
	}
	for _, part := range parts {
		if !m.matchOptional(part.want, part.got, part.name) {
			return false
		}
	}
	if e.Output.IsAbsent() {
		return true // what failed has none
	}
	// The last event's output, which the test may have replaced by a word.
	return m.matchWithin(e.Output, r.Output, []string{"executionSucceededEventDetails", "output"})
}

// matchOptional compares what may be absent.
func (m *matcher) matchOptional(want, got value.Value, name string) bool {
	if want.IsAbsent() || want.Kind() == value.Null {
		if got.IsAbsent() {
			return true
		}
		return m.differ([]string{name}, "nothing", show(got))
	}
	return m.match(want, got, []string{name})
}
