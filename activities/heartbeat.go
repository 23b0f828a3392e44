package activities

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
)

// beat is how often a running activity reports that it is alive. That is also
// how it learns that it is cancelled, and how Temporal learns that its worker
// is lost: a HeartbeatTimeout should be several beats long.
const beat = 5 * time.Second

// handedBack is the type of the error of handBack, which is retried at once
// and counts for nothing.
const handedBack = "stepwell:HandedBack"

// beating sends heartbeats until the function that it gives is called, after
// which it sends none. details gives what to report; parting tells that the
// worker is stopping, and that these may be the last words of this attempt.
func beating(ctx context.Context, every time.Duration, details func(parting bool) []any) (end func()) {
	return pulse(ctx, every, func(parting bool) { activity.RecordHeartbeat(ctx, details(parting)...) })
}

// pulse calls beat until the function that it gives is called, after which it
// does not.
func pulse(ctx context.Context, every time.Duration, beat func(parting bool)) (end func()) {
	ended := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		stopped := activity.GetWorkerStopChannel(ctx)
		parting := false
		for {
			select {
			case <-ended:
				return
			case <-ctx.Done():
				return
			case <-stopped:
				parting, stopped = true, nil
			case <-ticker.C:
			}
			beat(parting)
		}
	})
	return sync.OnceFunc(func() {
		close(ended)
		running.Wait()
	})
}

// interrupted tells whether the activity was ended from outside rather than by
// its own time, and with which error it has to return: because it was
// cancelled, paused or reset, or because the worker stops.
func interrupted(ctx context.Context) error {
	switch {
	case ctx.Err() == nil, ctx.Err() == context.DeadlineExceeded:
		return nil
	case stopping(ctx):
		return handBack()
	}
	return context.Cause(ctx)
}
