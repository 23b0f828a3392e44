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
func once(ctx context.Context, caller express.Caller, t wire.Task) machine.Outcome {
	if seconds := t.Call.TimeoutSeconds; seconds > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, time.Duration(seconds)*time.Second, errTimeUp)
		defer cancel()
	}
	outcome := caller.Call(ctx, place(t), t.Call)
	if outcome.Failure != nil && ctx.Err() == context.DeadlineExceeded {
		return failed(timeUp())
	}
	return outcome
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
