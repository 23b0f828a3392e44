package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// firstWatch is how long it takes until a workflow looks for the first time
// whether another one still runs, watchInterval how often it looks in the end.
// Each look costs a dozen events.
const (
	firstWatch    = 2 * time.Minute
	watchInterval = 30 * time.Minute
)

// watched is a workflow that reports its end by a signal but is no child of
// this run. One that is terminated never reports.
type watched struct {
	id string
	// over reports that nobody waits for it any more; lost is called when it
	// has ended and somebody still does.
	over func() bool
	lost func()
}

// watch looks from time to time whether the workflow still runs, until it is
// over or lost. A report precedes a regular end, so it is there before the look
// can tell that the workflow has ended.
func watch(ctx workflow.Context, f *flights, w watched) { watchAfter(ctx, f, firstWatch, w) }

// watchAfter looks for the first time after a while, and then ever more rarely.
func watchAfter(ctx workflow.Context, f *flights, pause time.Duration, w watched) {
	timer := workflow.NewTimerWithOptions(ctx, pause, workflow.TimerOptions{Summary: "watch " + w.id})
	f.add(timer, func(workflow.Future) {
		if w.over() {
			return
		}
		look := workflow.SignalExternalWorkflow(ctx, w.id, "", wire.WatchSignal, nil)
		f.add(look, func(look workflow.Future) {
			var unknown *temporal.UnknownExternalWorkflowExecutionError
			switch {
			case w.over():
			case errors.As(look.Get(ctx, nil), &unknown):
				w.lost()
			default:
				watchAfter(ctx, f, min(2*pause, watchInterval), w)
			}
		})
	})
}
