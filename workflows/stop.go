package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// stopGrace is how long an execution waits for the cancellation that follows
// [wire.StopSignal]; it stops without one.
const stopGrace = 10 * time.Second

// stop is the wish to end an execution: a cancellation, which a signal may
// precede to say why.
type stop struct {
	channel  workflow.ReceiveChannel
	failure  machine.Failure
	signaled bool
	overdue  bool
}

// gather takes the signals that have come.
func (s *stop) gather(ctx workflow.Context, flights *flights) {
	var failure machine.Failure
	for s.channel.ReceiveAsync(&failure) {
		s.failure, failure = failure, machine.Failure{}
		if s.signaled {
			continue
		}
		s.signaled = true
		grace := workflow.NewTimerWithOptions(ctx, stopGrace, workflow.TimerOptions{Summary: wire.StopSignal})
		flights.add(grace, func(workflow.Future) { s.overdue = true })
	}
}

// requested reports that a stop is on its way: the execution no longer
// continues as new, where the cancellation would not know of the signal.
func (s *stop) requested() bool { return s.signaled }

// due reports that the execution has to stop now. ctx is the workflow's own.
func (s *stop) due(ctx workflow.Context) bool { return s.overdue || ctx.Err() != nil }

// wakes reports that there is something to gather or to do.
func (s *stop) wakes(ctx workflow.Context) bool { return s.channel.Len() > 0 || s.due(ctx) }
