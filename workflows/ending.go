package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// manifestGrace is how long an execution that was stopped, failed or timed out
// waits for its Map Runs to write their manifests. They go on without it.
const manifestGrace = time.Minute

// exceed fails an execution whose history is full.
func (e *execution) exceed() {
	fault := machine.Fault(machine.ErrorDataLimitExceeded, fmt.Sprintf(
		"The execution holds too much data to continue in a new workflow run (%s). Set STEPWELL_STAGING=s3://bucket/prefix on the workers, or keep bulk data in S3.",
		e.renewal.refused))
	e.fault = &fault
}

// finish ends the workflow of an execution that has ended.
func (e *execution) finish() (value.Value, error) {
	ended := wire.Ended{Started: e.input.Origin.StartTime}
	if e.fault != nil {
		ended.Status, ended.Failure, ended.Stopped = machine.Failed, e.fault, e.time()
		e.performer.cancelAll()
	} else {
		frame := e.machine.Frame()
		ended.Status, ended.Output, ended.Failure, ended.Stopped = frame.Status, frame.Output, frame.Failure, frame.Stopped
	}
	if ended.Status != machine.Succeeded {
		e.awaitMapRuns()
	}
	workflow.SetCurrentDetails(e.ctx, "")
	if e.input.Item && ended.Status != machine.Succeeded {
		rest := wire.ItemRest{Frame: restFrame(e.machine, ended), Run: workflow.GetInfo(e.work).WorkflowExecution.RunID}
		return end(e.work, ended, &e.passage, rest)
	}
	return end(e.work, ended, &e.passage)
}

// awaitMapRuns gives cancelled Map Runs the time to report.
func (e *execution) awaitMapRuns() {
	if e.performer.stopping == 0 {
		return
	}
	over := false
	timer := workflow.NewTimerWithOptions(e.work, manifestGrace, workflow.TimerOptions{Summary: "Map Runs end"})
	e.performer.flights.add(timer, func(workflow.Future) { over = true })
	for e.performer.stopping > 0 && !over {
		_ = e.performer.flights.wait(e.work, func() bool { return e.outcomes.Len() > 0 }) // never cancelled
		e.gather()
	}
}

// end ends a workflow the way its execution ended.
func end(ctx workflow.Context, ended wire.Ended, passage *passage, more ...any) (value.Value, error) {
	if bytes := wire.PayloadSize(ended.Output); ended.Status == machine.Succeeded && !passage.fits(ctx, bytes) {
		failure := passage.tooLarge("The output of the execution", bytes)
		ended = wire.Ended{Status: machine.Failed, Failure: &failure, Started: ended.Started, Stopped: ended.Stopped}
	}
	if ended.Status == machine.TimedOut {
		if err := workflow.UpsertMemo(ctx, map[string]any{wire.StatusMemo: string(machine.TimedOut)}); err != nil {
			return value.Value{}, err
		}
	}
	return ended.Output, errorOf(ended, more...)
}
