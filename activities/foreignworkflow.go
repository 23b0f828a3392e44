package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ForeignWorkflows performs Tasks by workflows of other teams' workers:
// arn:aws:states:::temporal:executeWorkflow starts one, and with .sync its result
// is the Task's.
//
// The memo of the workflow has the Call's idempotency key. So one that an earlier
// attempt has started, whose worker was lost, is found instead of started again.
type ForeignWorkflows struct {
	// Client is where the workflows are started.
	Client client.Client
}

var _ Watcher = (*ForeignWorkflows)(nil)

// Integrations names temporal:executeWorkflow.
func (*ForeignWorkflows) Integrations() []string { return []string{wire.ForeignWorkflowIntegration} }

// Jobs names it too: a Task can wait for the workflow.
func (*ForeignWorkflows) Jobs() []string { return []string{wire.ForeignWorkflowIntegration} }

// Target names the workflow type on its task queue.
func (*ForeignWorkflows) Target(call machine.Call) string {
	return call.Input.Get("TaskQueue").Text() + "/" + call.Input.Get("WorkflowType").Text()
}

// Call starts the workflow that the Call's input describes. The output is
// {"RunId": ..., "WorkflowId": ...}.
func (f *ForeignWorkflows) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	w, fault := wire.NewForeignWorkflow(call)
	if fault != nil {
		return failed(*fault)
	}
	run, err := f.start(ctx, w, onceKey(from, call))
	if err != nil {
		return failed(workflowNotStarted(err))
	}
	return succeeded(value.OfObject(
		value.Member{Name: "RunId", Value: value.OfString(run.GetRunID())},
		value.Member{Name: "WorkflowId", Value: value.OfString(run.GetID())},
	))
}

// start starts the workflow, or finds it when an earlier attempt of this very
// Call has started it already.
func (f *ForeignWorkflows) start(ctx context.Context, w wire.ForeignWorkflow, key string) (client.WorkflowRun, error) {
	options := client.StartWorkflowOptions{
		ID:                                       w.WorkflowID,
		TaskQueue:                                w.TaskQueue,
		WorkflowExecutionTimeout:                 w.ExecutionTimeout,
		Memo:                                     map[string]any{keyMember: key},
		WorkflowExecutionErrorWhenAlreadyStarted: true,
	}
	if w.WorkflowID == "" {
		// The id is this Call's alone.
		options.ID, options.WorkflowIDReusePolicy = "stepwell-"+key, enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	} else if run := f.started(ctx, w.WorkflowID, key); run != nil {
		return run, nil
	}
	var arguments []any
	if !w.Input.IsAbsent() {
		arguments = append(arguments, w.Input)
	}
	run, err := f.Client.ExecuteWorkflow(ctx, options, w.WorkflowType, arguments...)
	var already *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &already) {
		if own := f.started(ctx, options.ID, key); own != nil {
			return own, nil
		}
	}
	return run, err
}

// started gives the latest workflow of the id when its memo has the key, else nil.
func (f *ForeignWorkflows) started(ctx context.Context, id, key string) client.WorkflowRun {
	d, err := f.Client.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return nil // what is wrong shows when it is started
	}
	info := d.GetWorkflowExecutionInfo()
	var theirs string
	memo := info.GetMemo().GetFields()[keyMember]
	if memo == nil || converter.GetDefaultDataConverter().FromPayload(memo, &theirs) != nil || theirs != key {
		return nil
	}
	return f.Client.GetWorkflow(ctx, id, firstRun(info))
}

// firstRun gives the first run of a workflow that may have continued as new.
func firstRun(info *workflowpb.WorkflowExecutionInfo) string {
	return cmp.Or(info.GetFirstRunId(), info.GetExecution().GetRunId())
}

// Watch waits for the workflow that the Call before has started.
func (f *ForeignWorkflows) Watch(ctx context.Context, _ express.Place, await machine.Await) machine.Outcome {
	id, run := await.Submitted.Get("WorkflowId").Text(), await.Submitted.Get("RunId").Text()
	var raw converter.RawValue
	err := f.Client.GetWorkflow(ctx, id, run).Get(ctx, &raw)
	if err == nil {
		return foreignResult(raw.Payload(), "workflow "+id)
	}
	if ctx.Err() != nil {
		f.forsake(ctx, id, run)
	}
	return failed(workflowFailure(err, id))
}

// forsake asks a running workflow to end when nobody waits for it any more. A
// worker that only stops leaves it running, and so does an execution that goes on
// as a new run: its next watch will find it.
func (f *ForeignWorkflows) forsake(ctx context.Context, id, run string) {
	if stopping(ctx) {
		return
	}
	log := logger(ctx)
	waiting := activity.GetInfo(ctx).WorkflowExecution
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	d, err := f.Client.DescribeWorkflowExecution(ctx, waiting.ID, waiting.RunID)
	if err == nil && d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW {
		return
	}
	latest, err := f.Client.DescribeWorkflowExecution(ctx, id, "")
	if err == nil && firstRun(latest.GetWorkflowExecutionInfo()) == run { // else the id is another one's by now
		err = f.Client.CancelWorkflow(ctx, id, "")
	}
	if err != nil {
		log.Warn("a foreign workflow could not be cancelled", "workflowId", id, "error", err)
	}
}

// workflowNotStarted is the failure of a workflow that could not be started.
func workflowNotStarted(err error) machine.Failure {
	name := "Temporal.ServiceException"
	var already *serviceerror.WorkflowExecutionAlreadyStarted
	if errors.As(err, &already) {
		name = "Temporal.WorkflowExecutionAlreadyStarted"
	}
	return machine.Fault(name, "The Temporal workflow could not be started: "+err.Error())
}

// workflowFailure turns the end of a foreign workflow into a failure, as
// [foreignFailure] does with an activity's.
func workflowFailure(err error, id string) machine.Failure {
	var application *temporal.ApplicationError
	var timeout *temporal.TimeoutError
	switch {
	case errors.As(err, &application):
		return wire.ForeignFailure(application.Type(), application.Message())
	case errors.As(err, &timeout):
		return machine.Fault(machine.ErrorTimeout, fmt.Sprintf("The workflow %s was over its own timeout.", id))
	}
	return machine.Fault(machine.ErrorTaskFailed, fmt.Sprintf("The workflow %s ended without a result: %v", id, err))
}
