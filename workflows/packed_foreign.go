package workflows

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// startForeign schedules another team's activity for an item: one attempt, the
// machine follows Retry. A place for it is kept for the item, since its share
// bounds what it can ask for at once.
func (p *packed) startForeign(one *packedItem, effect machine.Effect) {
	activity, fault := wire.NewForeignActivity(*effect.Call)
	if fault != nil {
		fault.Stage = "schedule"
		p.refuse(one, effect.ID, *fault)
		return
	}
	s := p.shard
	s.budget.spendValue(s.ctx, wire.PayloadSize(activity.Input))
	ctx, cancel := workflow.WithCancel(s.ctx)
	one.calls[effect.ID] = cancel
	ctx = keyed(ctx, one.origin.ID, effect)
	var arguments []any
	if !activity.Input.IsAbsent() {
		arguments = []any{activity.Input}
	}
	future := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:              activity.TaskQueue,
		ScheduleToCloseTimeout: activity.ScheduleToClose,
		ScheduleToStartTimeout: activity.ScheduleToStart,
		StartToCloseTimeout:    activity.StartToClose,
		HeartbeatTimeout:       activity.Heartbeat,
		RetryPolicy:            &temporal.RetryPolicy{MaximumAttempts: 1},
		Summary:                effect.State + " of " + itemSummary(one.item),
	}), activity.ActivityType, arguments...)
	p.flying++
	s.flights.add(future, func(f workflow.Future) {
		p.flying--
		if !one.wants(effect.ID) {
			return
		}
		var raw converter.RawValue
		outcome := machine.Outcome{}
		if err := get(ctx, f, &raw); err != nil {
			failure := failureOf(err)
			outcome.Failure = &failure
		} else {
			outcome = foreignResult(raw)
		}
		p.resume(packedArrival{one, effect.ID, outcome})
	})
}
