package main

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// measured is a service whose attempts are counted, whichever way they come:
// as a Task of its own, in a wave, or in an express execution.
type measured struct {
	activities.Service
	metrics *metrics
}

// measure gives the service with its attempts counted, when there are metrics.
func (m *metrics) measure(s activities.Service) activities.Service {
	if m == nil {
		return s
	}
	if w, ok := s.(activities.Watcher); ok {
		return measuredWatcher{measured{s, m}, w}
	}
	return measured{s, m}
}

// measuredWatcher is a measured service with jobs. To wait for them is no attempt.
type measuredWatcher struct {
	measured
	watcher activities.Watcher
}

// Jobs names the integrations that start one.
func (s measuredWatcher) Jobs() []string { return s.watcher.Jobs() }

// Watch waits for a job.
func (s measuredWatcher) Watch(ctx context.Context, from express.Place, await machine.Await) machine.Outcome {
	return s.watcher.Watch(ctx, from, await)
}

// Target names whom a Call goes to.
func (s measured) Target(call machine.Call) string { return activities.TargetOf(s.Service, call) }

// Call makes one attempt.
func (s measured) Call(ctx context.Context, from express.Place, call machine.Call) (outcome machine.Outcome) {
	integration := call.Resource.Integration()
	if call.Retrying.Count() > 0 {
		s.metrics.retried(from.ExecutionArn, from.State, integration)
	}
	started := time.Now()
	// What a service that panics comes to.
	outcome.Failure = failureNamed(machine.ErrorRuntime)
	defer func() {
		a := attempt{execution: from.ExecutionArn, state: from.State, integration: integration, took: time.Since(started)}
		a.outcome, a.failure = outcomeOf(ctx, outcome)
		s.metrics.attempted(a)
	}()
	return s.Service.Call(ctx, from, call)
}

// outcomeOf gives the outcome and the error of an attempt. What a service says
// after its time was up, or after nobody wanted it any more, is not its own.
func outcomeOf(ctx context.Context, o machine.Outcome) (outcome, failure string) {
	switch {
	case o.Failure == nil:
		return outcomeSucceeded, ""
	case ctx.Err() == context.DeadlineExceeded || o.Failure.Name() == machine.ErrorTimeout:
		return outcomeTimedOut, machine.ErrorTimeout
	case ctx.Err() != nil:
		return outcomeCancelled, ""
	}
	return outcomeFailed, o.Failure.Name()
}
