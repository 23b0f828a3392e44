package recorded

import (
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Skip gives the reason why no runtime can run the case, "" for none. A reason
// is a fact about the recording, never about Stepwell's answer.
func (c *Case) Skip() string {
	switch {
	case c.supersededBy(day(2025, time.September, 18)) && c.refusesObjects():
		return "superseded: recorded before AWS began to iterate over JSON objects (September 2025)"
	case c.Mockable == "no history":
		return "no history: the results of its tasks were not recorded"
	case c.Mockable == "hidden" && !c.plays():
		return "hidden: its tasks ran in child executions of a Map Run, whose results were not recorded"
	case c.Expected.Status == "" && len(c.Expected.Events) == 0:
		return "empty: nothing of the execution was recorded"
	case c.stalls():
		return "stalled: AWS neither went on nor waited for anything"
	case c.Mockable == "open":
		return "open: the recording ends before a task did"
	}
	return ""
}

// awaiting are the endings of the types of events after which an execution has
// something to wait for.
var awaiting = []string{"WaitStateEntered", "Scheduled", "TaskStarted", "TaskSubmitted", "LambdaFunctionStarted", "ActivityStarted", "MapRunStarted"}

// stalls reports whether the recording ends before the execution did, with
// nothing that could have made it go on.
func (c *Case) stalls() bool {
	if c.Expected.Status != "" {
		return false
	}
	last := c.Expected.Events[len(c.Expected.Events)-1].Get("type").Text()
	return !slices.ContainsFunc(awaiting, func(ending string) bool { return strings.HasSuffix(last, ending) })
}

// supersededBy reports whether the case was recorded before AWS changed.
func (c *Case) supersededBy(change time.Time) bool {
	recorded, err := c.recordedAt()
	return err == nil && recorded.Before(change)
}

// refusesObjects reports whether a Map Run of the recording failed because its
// items are in a JSON object.
func (c *Case) refusesObjects() bool {
	refused := slices.ContainsFunc(c.Expected.Events, func(event value.Value) bool {
		return event.Get("mapRunFailedEventDetails").Get("cause").Text() == "Attempting to map over non-iterable node."
	})
	object := slices.ContainsFunc(c.Setup, func(call SetupCall) bool {
		v, err := value.ParseString(call.Args.Get("Body").Text())
		return call.Call == "s3.put_object" && err == nil && v.Kind() == value.Object
	})
	return refused && object
}

// refusedByExpress gives the reason why AWS does not accept the definition for Express
// executions, "" when it does (AWS, "Choosing workflow type").
func refusedByExpress(v value.Value) string {
	for i, e := range v.Elements() {
		if v.Kind() == value.Object {
			switch text := e.Text(); {
			case v.NameAt(i) == "Mode" && text == "DISTRIBUTED":
				return "AWS Express has no Distributed Map"
			case v.NameAt(i) != "Resource":
			case strings.Contains(text, ".sync") || strings.HasSuffix(text, ".waitForTaskToken"):
				return "AWS Express has no .sync and no .waitForTaskToken"
			case strings.Contains(text, ":activity:"):
				return "AWS Express has no activities"
			}
		}
		if reason := refusedByExpress(e); reason != "" {
			return reason
		}
	}
	return ""
}

// noted reports whether a note of the case says so.
func (c *Case) noted(part string) bool {
	return slices.ContainsFunc(c.Notes, func(note string) bool { return strings.Contains(note, part) })
}
