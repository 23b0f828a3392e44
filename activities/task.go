package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

const (
	// leastDelay stands for no delay before a retry: to Temporal 0 means
	// "not set".
	leastDelay = time.Millisecond
	// maxMessage bounds in characters the message of an attempt that failed:
	// of one that is followed by another it stands in the workflow's mutable
	// state. The whole cause of the last one is in the error's details.
	maxMessage = 500
)

// expected marks the failures of Tasks: to Retry and Catch they are ordinary,
// and the worker's log has them already.
const expected = temporal.ApplicationErrorCategoryBenign

// tasks performs single Tasks: it is the activity of every integration.
//
// One attempt of the activity is one attempt of the Task. When it fails, the
// Task's Retry is asked at once: another attempt is left to Temporal's server,
// after the delay that Retry gives, and what has been tried so far is kept in
// the heartbeat details. An attempt that left no trace there was lost with its
// worker; it counts as States.Timeout, and is made good some times even when
// Retry does not match that.
type tasks struct {
	caller express.Caller
	// notices tell shards whose items have workflows of their own to hold; nil tells
	// nobody.
	notices *shardNotices
}

// perform is the activity: [wire.Task] -> [wire.TaskResult]. The shard is the zero
// one unless the Task belongs to an item with a workflow of its own.
func (t *tasks) perform(ctx context.Context, task wire.Task, shard wire.ShardRun) (wire.TaskResult, error) {
	number := activity.GetInfo(ctx).Attempt
	log, failure := newAttemptLog(task.Call, loggedBefore(ctx)).missing(number, time.Now())
	if failure != nil {
		return wire.TaskResult{}, final(*failure, log.attempts)
	}
	started := time.Now()
	task.Waited = log.waited(started)
	outcome, wait := t.attempt(ctx, task, log)
	t.notices.after(ctx, shardCall{shard, circuitOf(t.caller, task.Call), started}, outcome, wait)
	if wait > 0 && outcome.Failure == nil {
		log = log.holding(started, number)
		activity.RecordHeartbeat(ctx, log.details())
		return wire.TaskResult{}, heldBack(task.Call, wait)
	}
	if outcome.Failure == nil {
		return wire.TaskResult{Output: outcome.Output, Attempts: log.attempts}, nil
	}
	if err := interrupted(ctx); err != nil {
		return wire.TaskResult{}, err
	}
	delay, next, again := log.after(*outcome.Failure, started, time.Now())
	logger(ctx).Warn("an attempt of a task failed", attributes(place(task),
		"error", outcome.Failure.Name(), "cause", cutText(outcome.Failure.Cause.Text(), maxMessage), "retry", again, "delay", delay)...)
	if !again {
		return wire.TaskResult{}, final(*outcome.Failure, log.attempts)
	}
	next.activity = number
	activity.RecordHeartbeat(ctx, next.details())
	return wire.TaskResult{}, temporal.NewApplicationErrorWithOptions(message(*outcome.Failure), outcome.Failure.Name(),
		temporal.ApplicationErrorOptions{NextRetryDelay: max(delay, leastDelay), Category: expected})
}

// attempt makes one attempt, with heartbeats as long as it lasts. The last
// beat of a stopping worker accounts for the attempt, so that the next worker
// does not take it for lost.
func (t *tasks) attempt(ctx context.Context, task wire.Task, log attemptLog) (machine.Outcome, time.Duration) {
	end := beating(ctx, beat, func(parting bool) []any {
		l := log
		if parting {
			l.activity++
		}
		return []any{l.details()}
	})
	defer end()
	return once(ctx, t.caller, task)
}

// heldBack is the error with which a Task gives its slot back as long as its
// circuit is open. The server calls again; it is no attempt of the Task.
func heldBack(call machine.Call, wait time.Duration) error {
	return temporal.NewApplicationErrorWithOptions("The circuit of "+call.Resource.ARN+" is open: the Task waits.", ErrorCircuitOpen,
		temporal.ApplicationErrorOptions{NextRetryDelay: max(wait, leastDelay), Category: expected})
}

// loggedBefore gives the log that earlier attempts left.
func loggedBefore(ctx context.Context) (log wire.AttemptLog) {
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &log); err != nil {
			logger(ctx).Warn("the log of earlier attempts cannot be read", "error", err)
			return wire.AttemptLog{}
		}
	}
	return log
}

// final is the error of a Task for whose failure the server has nothing more
// to do; see [wire.TaskResult].
func final(failure machine.Failure, attempts []machine.Attempt) error {
	return temporal.NewApplicationErrorWithOptions(message(failure), failure.Name(),
		temporal.ApplicationErrorOptions{NonRetryable: true, Category: expected, Details: []any{failure, attempts}})
}

// message is a failure for people who read Temporal's histories.
func message(f machine.Failure) string {
	if f.Cause.Text() == "" {
		return f.Name()
	}
	return cutText(f.Cause.Text(), maxMessage)
}
