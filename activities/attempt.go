package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// errTimeUp is why a Call's context ends after its TimeoutSeconds.
var errTimeUp = errors.New("TimeoutSeconds have passed")

// place gives where a Task comes from.
func place(t wire.Task) express.Place {
	return express.Place{ExecutionArn: t.Execution, State: t.State, Effect: t.Effect}
}

// once makes one attempt of a Task. A Task that has not ended within its
// TimeoutSeconds, or when the activity's own time is up, ends with
// States.Timeout, which has no cause (recorded histories, TaskTimedOut).
//
// A wait without a failure says that the Call was not made, and when to try
// again; with one, that others should wait before they try.
func once(ctx context.Context, caller express.Caller, t wire.Task) (outcome machine.Outcome, wait time.Duration) {
	if seconds := t.Call.TimeoutSeconds; seconds > 0 {
		left := time.Duration(seconds)*time.Second - t.Waited
		if left <= 0 {
			return failed(timeUp()), 0
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, left, errTimeUp)
		defer cancel()
		defer func() { wait = min(wait, left) }()
	}
	if h, ok := caller.(hesitant); ok {
		outcome, wait = h.Try(ctx, place(t), t.Call)
	} else {
		outcome = caller.Call(ctx, place(t), t.Call)
	}
	if outcome.Failure != nil && ctx.Err() == context.DeadlineExceeded {
		return failed(timeUp()), wait
	}
	return outcome, wait
}

func timeUp() machine.Failure {
	return machine.Failure{Error: value.OfString(machine.ErrorTimeout)}
}

// stopping reports whether the worker is shutting down.
func stopping(ctx context.Context) bool {
	if !activity.IsActivity(ctx) {
		return false
	}
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return true
	default:
		return false
	}
}
