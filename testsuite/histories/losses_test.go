package histories

import (
	"context"
	"slices"

	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// losing registers activities of which waves end as if the function "kill" had taken
// down their workers: what records a history cannot let its own process be killed.
type losing struct{ activities.Registry }

func (l losing) RegisterActivityWithOptions(a any, options activity.RegisterOptions) {
	perform, ok := a.(func(context.Context, wire.Wave) (wire.WaveResult, error))
	if !ok {
		l.Registry.RegisterActivityWithOptions(a, options)
		return
	}
	l.Registry.RegisterActivityWithOptions(func(ctx context.Context, w wire.Wave) (wire.WaveResult, error) {
		if !slices.ContainsFunc(w.Tasks, kills) {
			return perform(ctx, w)
		}
		result := wire.WaveResult{Outcomes: make([]*machine.Outcome, len(w.Tasks)), Lost: 2}
		if w.Suspect {
			result.Lost = 1
		}
		if w.Suspect && len(w.Tasks) == 1 {
			result.Lost = 3
			lost := machine.Fault(machine.ErrorTimeout, "as asked for")
			result.Outcomes[0] = &machine.Outcome{Failure: &lost, Attempts: slices.Repeat([]machine.Attempt{{Failure: lost}}, 2-w.Lost)}
		}
		return result, nil
	}, options)
}

// kills reports whether a Task calls kill with an n that does it.
func kills(task wire.Task) bool {
	n := task.Call.Input.Get("Payload").Get("n").Text()
	return task.Call.Input.Get("FunctionName").Text() == "kill" && (n == "7" || n == "40")
}
