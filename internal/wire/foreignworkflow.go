package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ForeignWorkflowIntegration is the integration of a Task whose Resource is
// arn:aws:states:::temporal:executeWorkflow: a workflow of another team's worker
// on its own task queue.
const ForeignWorkflowIntegration = "temporal:executeWorkflow"

// ForeignWorkflow is what such a Task asks for.
type ForeignWorkflow struct {
	WorkflowType, TaskQueue string
	// WorkflowID is "" for one that follows from the Call.
	WorkflowID string
	// Input is the workflow's one argument; absent for none.
	Input value.Value
	// ExecutionTimeout bounds the workflow with all its runs; 0 for no bound.
	ExecutionTimeout time.Duration
}

// NewForeignWorkflow reads a Call of [ForeignWorkflowIntegration]. Its input is
//
//	{"WorkflowType": "...", "TaskQueue": "...", "WorkflowId": "...",
//	 "Input": any value, "WorkflowExecutionTimeoutSeconds": n}
//
// of which the first two are required. A fault in it is a States.Runtime failure.
func NewForeignWorkflow(call machine.Call) (ForeignWorkflow, *machine.Failure) {
	r := foreignReader{input: call.Input, integration: ForeignWorkflowIntegration}
	if call.Input.Kind() != value.Object {
		r.refuse("The Parameters must be an object with WorkflowType and TaskQueue")
	}
	w := ForeignWorkflow{
		WorkflowType:     r.text("WorkflowType"),
		TaskQueue:        r.text("TaskQueue"),
		Input:            r.member("Input"),
		ExecutionTimeout: r.seconds("WorkflowExecutionTimeoutSeconds"),
	}
	if !r.member("WorkflowId").IsAbsent() {
		w.WorkflowID = r.text("WorkflowId")
	}
	r.refuseUnknown()
	return w, r.fault
}
