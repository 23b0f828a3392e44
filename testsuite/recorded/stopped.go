package recorded

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// stopped reports whether somebody stopped the execution from outside, and with
// what.
func (c *Case) stopped() (f machine.Failure, yes bool) {
	if c.Expected.Status != string(machine.Aborted) {
		return f, false
	}
	for _, event := range c.Expected.Events {
		if details := event.Get("executionAbortedEventDetails"); details.Kind() == value.Object {
			f.Error, f.Cause = details.Get("error"), text(details.Get("cause"))
		}
	}
	return f, true
}

// stopSoon is why those that run on the real clock leave such cases out.
const stopSoon = "stopped: somebody stopped the execution, at a moment that only its recording knows"

// stopper stops an execution as soon as it has come as far as in the recording.
type stopper struct {
	c      *Case
	events *recorder
}

func (s *stopper) watch(execution *machine.Execution, now time.Time) {
	if f, ok := s.c.stopped(); ok && len(s.events.events) >= len(s.c.Expected.Events)-1 {
		execution.Stop(f, now)
	}
}
