package audit

import (
	"cmp"
	"context"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// tried is a Call in flight that the server has had attempted.
type tried struct {
	effect   machine.EffectID
	attempts []machine.Attempt
}

// provisional hands out the attempts of the Calls in flight, Call by Call, in
// the order in which the Calls were asked for.
func (r *reading) provisional(ctx context.Context, replayed Replayed) error {
	e := replayed.execution
	if e == nil || !slices.ContainsFunc(e.Pending(), func(p machine.Effect) bool { return p.Call != nil }) {
		return nil
	}
	all, err := r.tried(ctx)
	if err != nil {
		return err
	}
	for _, t := range all {
		e.Attempted(t.effect, t.attempts, time.Now())
	}
	return r.handOut(replayed.recorder.events, r.Provisional)
}

// tried gives what the heartbeat details of pending activities tell.
func (s *Source) tried(ctx context.Context) (all []tried, err error) {
	described, err := s.describe(ctx)
	if err != nil {
		return nil, err
	}
	if described.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
		return nil, nil // Temporal lists what was pending when a workflow was terminated
	}
	for _, pending := range described.GetPendingActivities() {
		effect, ok := workflows.EffectOf(pending.GetActivityId())
		var log wire.AttemptLog
		if !ok || converter.GetDefaultDataConverter().FromPayloads(pending.GetHeartbeatDetails(), &log) != nil {
			continue // another team's activity has details of its own
		}
		all = append(all, tried{effect, log.Attempts})
	}
	slices.SortFunc(all, func(a, b tried) int { return cmp.Compare(a.effect, b.effect) })
	return all, nil
}
