package activities

import (
	"context"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// watches waits for the jobs of Tasks (.sync): it is the activity beside that
// of the integration which starts the job. One whose worker is lost begins
// anew: the job goes on meanwhile.
type watches struct{ services *Services }

// perform is the activity: [wire.Await] -> [wire.TaskResult].
func (w *watches) perform(ctx context.Context, watch wire.Await) (wire.TaskResult, error) {
	end := beating(ctx, beat, func(bool) []any { return nil })
	defer end()
	from := express.Place{ExecutionArn: watch.Execution, State: watch.State, Effect: watch.Effect}
	outcome := w.services.Watch(ctx, from, watch.Await)
	if outcome.Failure == nil {
		return wire.TaskResult{Output: outcome.Output}, nil
	}
	if err := interrupted(ctx); err != nil {
		return wire.TaskResult{}, err
	}
	return wire.TaskResult{}, final(*outcome.Failure, []machine.Attempt(nil))
}

// watchOf gives the activity type that waits for the jobs of an integration.
func watchOf(integration string) string { return integration + program.WatchSuffix }
