package recorded

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// AWS has changed what it records over the years; then the newer recordings
// count. An amendment makes of an older one what AWS would record now.
// docs/conformance.md lists them.
var amendments = []struct {
	// since is when the first recording of the new kind was made.
	since time.Time
	amend func(events []value.Value) []value.Value
}{
	{day(2024, time.November, 14), mapRunLeft},
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// recordedAt gives the time of the recording.
func (c *Case) recordedAt() (time.Time, error) { return time.Parse("02-01-2006, 15:04:05", c.Recorded) }

// amended gives the recorded events as AWS would record them now.
func (c *Case) amended() []value.Value {
	events := c.Expected.Events
	recorded, err := c.recordedAt()
	if err != nil {
		return events
	}
	for _, a := range amendments {
		if recorded.Before(a.since) {
			events = a.amend(events)
		}
	}
	return events
}

// mapRunLeft lets the exit of a Distributed Map follow MapRunStarted. It used to
// follow MapRunSucceeded.
func mapRunLeft(events []value.Value) []value.Value {
	amended := append([]value.Value{}, events...)
	for i := 3; i < len(events); i++ {
		started, succeeded, exited := events[i-3], events[i-2], events[i]
		if started.Get("type").Text() == "MapRunStarted" && exited.Get("type").Text() == "MapStateExited" &&
			value.Equal(exited.Get("previousEventId"), succeeded.Get("id")) {
			amended[i] = exited.With("previousEventId", started.Get("id"))
		}
	}
	return amended
}
