package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// expressLimit is what the activity of an Express execution may take: the five
// minutes of the execution itself and a margin (AWS, "Service quotas").
const expressLimit = 5*time.Minute + 30*time.Second

// runExpress runs an Express execution in one activity. A lost worker runs it
// again: Express executions run at least once.
func runExpress(ctx workflow.Context, input wire.Execution, passage passage) (value.Value, error) {
	work, _ := workflow.NewDisconnectedContext(ctx)
	doing, cancel := workflow.WithCancel(work)
	future := workflow.ExecuteActivity(workflow.WithActivityOptions(doing, workflow.ActivityOptions{
		StartToCloseTimeout: expressLimit,
		HeartbeatTimeout:    workerHeartbeat,
		RetryPolicy:         serverRetry(),
		WaitForCancellation: true,
		Summary:             input.Origin.Name,
	}), wire.ExpressActivity, input)

	var flights flights
	var ended wire.Ended
	var err error
	flying := true
	flights.add(future, func(f workflow.Future) { err, flying = get(work, f, &ended), false })
	stop := stop{channel: workflow.GetSignalChannel(ctx, wire.StopSignal)}
	stopped := false
	for flying {
		stop.gather(work, &flights)
		if stop.due(ctx) && !stopped {
			stopped = true
			cancel()
		}
		_ = flights.wait(work, func() bool { return stop.channel.Len() > 0 || !stopped && stop.due(ctx) }) // never cancelled
		flights.landReady(work)
	}
	if err != nil {
		failure := failureOf(err)
		ended = wire.Ended{Status: machine.Failed, Failure: &failure, Started: input.Origin.StartTime, Stopped: workflow.Now(ctx)}
	}
	if stopped && ended.Status != machine.Succeeded {
		ended.Status, ended.Failure = machine.Aborted, &stop.failure
	}
	return end(work, ended, &passage)
}
