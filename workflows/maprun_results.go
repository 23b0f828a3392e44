package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// resultsTime bounds one attempt at the result files. A worker that is lost is
// seen by its heartbeat.
const resultsTime = 7 * 24 * time.Hour

// write writes the results of a run that is over and gives how it ended. A run
// that ends early keeps its own failure when the results cannot be written
// either.
func (m *mapRun) write() wire.Ended {
	ended := wire.Ended{Status: machine.Succeeded, Started: m.in.Spec.Started}
	if e := m.state.Ending; e != nil {
		ended.Status, ended.Failure = e.Status, &e.Failure
	}
	output, failure := m.results(ended.Status)
	switch {
	case ended.Failure != nil:
	case failure != nil:
		ended.Status, ended.Failure = machine.Failed, failure
	default:
		ended.Output = output.Output
	}
	m.state.Manifest, m.written = output.Manifest, output.Written
	ended.Stopped = workflow.Now(m.ctx)
	return ended
}

func (m *mapRun) results(status machine.Status) (wire.Results, *machine.Failure) {
	s := &m.state
	if s.Ref == nil {
		return wire.Results{}, nil // nothing has been planned
	}
	if s.Ref.Staging == "" {
		output, failure := inlineOutput(m.in.Spec.Run.Writer, s.Records)
		return wire.Results{Output: output}, failure
	}
	s.Parts.ByShard()
	input := wire.ResultsInput{
		Ref:     *s.Ref,
		Parts:   s.Parts,
		Pending: s.pending(),
		Origin:  m.items,
		Status:  status,

		Redrives: m.in.Spec.Run.Redrives,
		Again:    s.Again.Parts,
	}
	if s.Ending == nil || !s.Ending.Unreadable {
		input.Unplanned = s.Cursor
	}
	// Part files travel compressed: some 8 bytes each.
	m.budget.spend(m.ctx, 8*(len(s.Parts)+len(input.Again))+200*len(input.Pending))
	ctx := workflow.WithActivityOptions(m.ctx, workflow.ActivityOptions{
		StartToCloseTimeout: resultsTime,
		HeartbeatTimeout:    workerHeartbeat,
		RetryPolicy:         patientRetry(),
		Summary:             "results",
	})
	var results wire.Results
	if err := workflow.ExecuteActivity(ctx, wire.ResultsActivity, input).Get(ctx, &results); err != nil {
		failure := plumbingFailure(err, machine.ErrorResultWriterFailed)
		return results, &failure
	}
	return results, nil
}
