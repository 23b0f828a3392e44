package main

import (
	"errors"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// InterceptWorkflow lets a workflow be counted.
func (i *interceptors) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	counting := &workflowMetrics{metrics: i.metrics}
	counting.Next = next
	return counting
}

// workflowMetrics counts what one run of a workflow comes to. It looks on: it
// gives no command and changes nothing, and it counts nothing under replay.
type workflowMetrics struct {
	interceptor.WorkflowInboundInterceptorBase
	metrics *metrics
	shard   *wire.ShardInput // of a shard's workflow
}

// Init lets the reports of shards be seen.
func (w *workflowMetrics) Init(outbound interceptor.WorkflowOutboundInterceptor) error {
	reports := &shardReports{of: w}
	reports.Next = outbound
	return w.Next.Init(reports)
}

// ExecuteWorkflow runs the workflow and counts how it ended. A run that
// continues as new has not ended; one that is put out of memory does not
// return here.
func (w *workflowMetrics) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	var input any
	if len(in.Args) > 0 {
		input = in.Args[0]
	}
	if shard, ok := input.(wire.ShardInput); ok {
		w.shard = &shard
	}
	result, err := w.Next.ExecuteWorkflow(ctx, in)
	var again *workflow.ContinueAsNewError
	if errors.As(err, &again) || !w.counts(ctx, "end") {
		return result, err
	}
	switch run, isMapRun := input.(wire.MapRun); {
	case isMapRun:
		w.metrics.mapRunEnded(run.Spec.Run.MapRunArn, endedOf(err))
	case w.shard == nil && kindOf(workflow.GetInfo(ctx)) != "item":
		w.metrics.executionEnded(workflow.GetInfo(ctx).WorkflowType.Name, endedOf(err))
	}
	return result, err
}

// counts reports whether what the run does now is to be counted. It is not under
// replay, nor when the workflow task is repeated: Temporal refuses an end that
// it has a signal for, and what it refuses is done again.
func (w *workflowMetrics) counts(ctx workflow.Context, what string) bool {
	return !workflow.IsReplaying(ctx) && w.metrics.once.first(workflow.GetInfo(ctx).WorkflowExecution.RunID+" "+what)
}

// kindOf gives the kind that a workflow's memo says.
func kindOf(info *workflow.Info) (kind string) {
	if payload, ok := info.Memo.GetFields()[wire.KindMemo]; ok {
		_ = converter.GetDefaultDataConverter().FromPayload(payload, &kind) // an unreadable memo is not ours
	}
	return kind
}

// endedOf reads from the error of a workflow how its execution, or Map Run, has
// ended; times and output stay behind.
func endedOf(err error) wire.Ended {
	if err == nil {
		return wire.Ended{Status: machine.Succeeded}
	}
	var failure machine.Failure
	var ended wire.Ended
	var application *temporal.ApplicationError
	var cancelled *temporal.CanceledError
	switch {
	case errors.As(err, &application):
		if application.HasDetails() && application.Details(&failure, &ended) == nil && ended.Status != "" {
			return ended
		}
		return wire.Ended{Status: machine.Failed, Failure: failureNamed(application.Type())}
	case errors.As(err, &cancelled):
		if cancelled.HasDetails() && cancelled.Details(&failure, &ended) == nil && ended.Status != "" {
			return ended
		}
		return wire.Ended{Status: machine.Aborted}
	}
	return wire.Ended{Status: machine.Failed, Failure: failureNamed(machine.ErrorRuntime)}
}

func failureNamed(name string) *machine.Failure {
	f := machine.Fault(name, "")
	return &f
}

// shardReports sees the reports of shards that run in workflows. The items of
// shards with staging have been counted when their records were written.
type shardReports struct {
	interceptor.WorkflowOutboundInterceptorBase
	of *workflowMetrics
}

// SignalExternalWorkflow sends the signal and counts a shard's report.
func (s *shardReports) SignalExternalWorkflow(ctx workflow.Context, workflowID, runID, name string, arg any) workflow.Future {
	if result, ok := arg.(wire.ShardResult); ok && s.of.shard != nil && s.of.counts(ctx, "report") {
		s.of.shardEnded(result)
	}
	return s.Next.SignalExternalWorkflow(ctx, workflowID, runID, name, arg)
}

func (w *workflowMetrics) shardEnded(result wire.ShardResult) {
	w.metrics.shardEnded(*w.shard, result.Failure)
	if w.shard.Shard.Spec.Staging != "" {
		return
	}
	for _, record := range result.Records {
		w.metrics.itemEnded(w.shard.Origin, record.Ended, record.Items)
	}
	w.metrics.itemEnded(w.shard.Origin, wire.Ended{Status: wire.Pending}, result.Items.Pending)
}
