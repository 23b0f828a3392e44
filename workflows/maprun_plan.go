package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// patientRetry repeats an activity of the Map Run's own plumbing for about ten
// minutes of failures; time without a worker does not count. What cannot be
// mended by waiting is an error that says so, and is not repeated.
func patientRetry() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{
		InitialInterval:    time.Second,
		BackoffCoefficient: 2,
		MaximumInterval:    time.Minute,
		MaximumAttempts:    16,
	}
}

// planTime bounds the planning of one page, which ends by itself after about a
// minute; the first one may have to decompress its source.
const planTime = time.Hour

// backlogWindows is how many windows of unstarted shards there have to be for
// planning to pause.
const backlogWindows = 2

// plan asks for the next page when the shards at hand run short.
func (m *mapRun) plan() {
	s := &m.state
	if m.planning || s.Ending != nil || s.Tally.Final || int64(len(s.Backlog)) >= backlogWindows*m.window.shards {
		return
	}
	input := wire.PlanInput{Spec: m.in.Spec, Leaf: m.in.Leaf, Page: s.Page, Cursor: s.Cursor}
	if s.Ref != nil {
		input.Staging = s.Ref.Staging
	}
	m.budget.spendValue(m.ctx, mapRunBytes(m.in))
	ctx, cancel := workflow.WithCancel(workflow.WithActivityOptions(m.ctx, workflow.ActivityOptions{
		StartToCloseTimeout: planTime,
		HeartbeatTimeout:    workerHeartbeat,
		RetryPolicy:         patientRetry(),
		Summary:             pageSummary(s.Page),
	}))
	m.planning, m.stopPlan = true, cancel
	m.flights.add(workflow.ExecuteActivity(ctx, wire.PlanActivity, input), func(f workflow.Future) {
		m.planning = false
		var page wire.Plan
		if err := f.Get(ctx, &page); err != nil {
			m.unreadable(plumbingFailure(err, machine.ErrorItemReaderFailed))
			return
		}
		m.state.planned(page)
	})
}

// unreadable ends the run because its source cannot be read. An end that came
// before has cancelled the planning itself.
func (m *mapRun) unreadable(failure machine.Failure) {
	if m.state.Ending == nil {
		m.end(machine.Failed, failure)
		m.state.Ending.Unreadable = true
	}
}

// plumbingFailure gives the failure of one of the Map Run's own activities: the
// one that it names, or else the given one with the error as its cause.
func plumbingFailure(err error, name string) machine.Failure {
	failure := failureOf(err)
	if strings.HasPrefix(failure.Name(), "States.") && failure.Name() != machine.ErrorTaskFailed {
		return failure
	}
	return machine.Fault(name, failure.Cause.Text())
}

func pageSummary(page int) string { return fmt.Sprintf("page %d", page) }
