package recorded

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// historyEvent gives an event as GetExecutionHistory does.
func historyEvent(e machine.Event) value.Value {
	object := value.NewObject(5)
	if e.Member != "" {
		object.Put(e.Member, e.Details)
	}
	object.Put("id", value.OfInt(e.ID))
	object.Put("previousEventId", value.OfInt(e.Previous))
	object.Put("timestamp", value.OfString(e.Time.UTC().Format(time.RFC3339Nano)))
	object.Put("type", value.OfString(e.Type))
	return object.Value()
}

// matchEvents compares two histories.
func (m *matcher) matchEvents(want, got []value.Value, name string) bool {
	for i := 0; i < len(want); i++ {
		at := []string{name, fmt.Sprintf("[%d]", i)}
		if unordered(want[i]) {
			end := i
			for end < len(want) && unordered(want[end]) {
				end++
			}
			if !m.matchSet(want[i:end], got[min(i, len(got)):min(end, len(got))], at) {
				return false
			}
			i = end - 1
			continue
		}
		if i >= len(got) {
			return m.differ(at, brief(want[i]), "no further event")
		}
		if want[i].Get("type").Text() != got[i].Get("type").Text() {
			return m.differ(at, brief(want[i]), brief(got[i]))
		}
		if !m.match(want[i], got[i], at) {
			m.first.Path += " of " + want[i].Get("type").Text()
			return false
		}
	}
	if len(got) > len(want) {
		return m.differ([]string{name, fmt.Sprintf("[%d]", len(want))}, "no further event", brief(got[len(want)]))
	}
	return true
}

// unordered reports whether the event is one of those inside a Parallel whose
// order and ids the recording took away.
func unordered(event value.Value) bool { return event.Get("id").Kind() == value.Array }

// matchSet compares events regardless of their order.
func (m *matcher) matchSet(want, got []value.Value, path []string) bool {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, func(g value.Value) bool { return m.try(w, g, path) })
		if i < 0 {
			return m.differ(path, "among the events of the Parallel "+show(w), brief(left...))
		}
		left = slices.Delete(left, i, i+1)
	}
	return true
}

// sortsParallels is the kind of the normalizer that takes order and ids away
// from the events inside a Parallel.
const sortsParallels = "SfnNoneRecursiveParallelTransformer"

// parsesOutputs is a normalizer that parses the texts of all outputs.
const parsesOutputs = "<function _convert_output_to_json>"

// withoutOrder does to a history what that normalizer did. At each event that
// ends a Parallel it wrote the events since the last ParallelStateStarted over
// everything in between, which loses those that end inner ones, while it went
// through the same list by position: so does this.
func withoutOrder(events []value.Value) []value.Value {
	events = slices.Clone(events)
	var inside []value.Value
	start, open := 0, false
	for i := 0; i < len(events); i++ {
		switch events[i].Get("type").Text() {
		case "ParallelStateSucceeded", "ParallelStateAborted", "ParallelStateExited", "ParallelStateFailed":
			events = slices.Concat(events[:start], inside, events[i:])
			open = false
		case "ParallelStateStarted":
			start, open, inside = i+1, true, nil
		default:
			if open {
				events[i] = events[i].With("id", value.OfArray([]value.Value{value.OfInt(0)})).With("previousEventId", value.OfInt(0))
				inside = append(inside, events[i])
			}
		}
	}
	return events
}

// brief names events in a few words.
func brief(events ...value.Value) string {
	var texts []string
	for _, event := range events {
		text := event.Get("type").Text()
		for _, details := range event.Elements() {
			if name := details.Get("name"); name.Kind() == value.String {
				text += " " + name.Text()
			}
			for _, part := range []string{"error", "cause"} {
				if v := details.Get(part); v.Kind() == value.String {
					text += " " + part + "=" + show(v)
				}
			}
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}
