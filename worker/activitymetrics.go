package main

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// interceptors count what activities and workflows come to.
type interceptors struct {
	interceptor.WorkerInterceptorBase
	metrics *metrics
}

// InterceptActivity lets an activity be counted.
func (i *interceptors) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	counting := &activityMetrics{metrics: i.metrics}
	counting.Next = next
	return counting
}

type activityMetrics struct {
	interceptor.ActivityInboundInterceptorBase
	metrics *metrics
}

// ExecuteActivity performs the activity and counts what came of it.
func (a *activityMetrics) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if len(in.Args) == 0 {
		return a.Next.ExecuteActivity(ctx, in)
	}
	if task, ok := in.Args[0].(wire.Task); ok {
		a.taskBegins(ctx, task)
	}
	result, err := a.Next.ExecuteActivity(ctx, in)
	if err == nil {
		a.ended(in.Args[0], result)
	}
	return result, err
}

// taskBegins counts the retries that Temporal's server has ordered. Those that
// the machine has are seen by [measured]. A Task that comes back because it waited
// for its circuit is none.
func (a *activityMetrics) taskBegins(ctx context.Context, task wire.Task) {
	if activity.GetInfo(ctx).Attempt > 1 && task.Call.Retrying.Count() == 0 && !held(ctx) {
		a.metrics.retried(task.Execution, task.State, task.Call.Resource.Integration())
	}
}

// held reports that the attempt before found the Task's circuit open.
func held(ctx context.Context) bool {
	var log wire.AttemptLog
	return activity.HasHeartbeatDetails(ctx) && activity.GetHeartbeatDetails(ctx, &log) == nil && !log.Held.IsZero()
}

// ended counts an activity that has succeeded.
func (a *activityMetrics) ended(input, result any) {
	switch in := input.(type) {
	case wire.Wave:
		if result, ok := result.(wire.WaveResult); ok {
			a.waveEnded(in, result)
		}
	case wire.ShardInput:
		if result, ok := result.(wire.ShardResult); ok {
			a.metrics.shardEnded(in, result.Failure)
		}
	case wire.WriteInput:
		for _, record := range in.Records {
			a.metrics.itemEnded(in.Origin, record.Ended, record.Items)
		}
	}
}

func (a *activityMetrics) waveEnded(in wire.Wave, result wire.WaveResult) {
	if len(in.Tasks) == 0 {
		return
	}
	integration := in.Tasks[0].Call.Resource.Integration()
	done := int64(0)
	for i, outcome := range result.Outcomes {
		if outcome == nil || i >= len(in.Tasks) {
			continue
		}
		done++
		if in.Tasks[i].Again {
			a.metrics.retried(in.Tasks[i].Execution, in.Tasks[i].State, integration)
		}
	}
	a.metrics.waves.add(1, integration)
	a.metrics.waveCalls.add(done, integration, outcomeDone)
	a.metrics.waveCalls.add(int64(len(in.Tasks))-done, integration, outcomeHandedBack)
}
