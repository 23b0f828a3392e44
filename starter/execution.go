package main

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// execution is all that is told of an execution: AWS's DescribeExecution, its
// Map Runs, and where it is on Temporal. Input and Output are JSON texts.
type execution struct {
	ExecutionARN        string         `json:"executionArn"`
	StateMachineARN     string         `json:"stateMachineArn"`
	Name                string         `json:"name"`
	Status              machine.Status `json:"status"`
	StartDate           time.Time      `json:"startDate"`
	StopDate            time.Time      `json:"stopDate,omitzero"`
	Input               string         `json:"input"`
	Output              *string        `json:"output,omitempty"`
	Error               *string        `json:"error,omitempty"`
	Cause               *string        `json:"cause,omitempty"`
	RedriveCount        int            `json:"redriveCount"`
	RedriveDate         time.Time      `json:"redriveDate,omitzero"`
	RedriveStatus       string         `json:"redriveStatus,omitempty"`
	RedriveStatusReason string         `json:"redriveStatusReason,omitempty"`
	// MapRunARN stands for an item of a Map Run.
	MapRunARN string `json:"mapRunArn,omitempty"`
	// States tell where a running execution stands.
	States     []string `json:"states,omitempty"`
	MapRuns    []mapRun `json:"mapRuns,omitempty"`
	WorkflowID string   `json:"workflowId"`
	RunID      string   `json:"runId"`
	// Note says what the status alone does not.
	Note string `json:"note,omitempty"`

	id identity
}

// look is a first look at an execution: what Temporal itself knows of it.
type look struct {
	id   identity
	info *workflowpb.WorkflowExecutionInfo
	// input is what the first run was started with.
	input wire.Execution
	// attempt is how often its workflow task has been tried in vain.
	attempt int32
}

func (l *look) running() bool {
	return l.info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
}

// look finds an execution on Temporal.
func (n *cluster) look(ctx context.Context, id identity) (*look, error) {
	const doing = "the execution cannot be described"
	described, err := n.DescribeWorkflowExecution(ctx, id.workflowID(), "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return nil, failed("'stepwell list' shows the executions that exist",
			"ExecutionDoesNotExist: Execution Does Not Exist: '%s' (no workflow %s in namespace %s at %s)",
			n.account.executionARN(id), id.workflowID(), n.namespace, n.address)
	}
	if err != nil {
		return nil, n.explain(err, doing)
	}
	l := &look{id: id, info: described.GetWorkflowExecutionInfo(), attempt: described.GetPendingWorkflowTask().GetAttempt()}
	input, err := n.firstInput(ctx, l.info)
	if err != nil {
		return nil, n.explain(err, doing)
	}
	if input == nil || input.Origin.ID == "" {
		return nil, failed("'stepwell list' shows the executions that exist", "the workflow %s is no execution of Stepwell", id.workflowID())
	}
	l.input = *input
	return l, nil
}

// firstInput gives what the first run of a chain was started with, or, when
// that is no longer kept, the latest run. It is nil for a foreign workflow.
func (n *cluster) firstInput(ctx context.Context, info *workflowpb.WorkflowExecutionInfo) (*wire.Execution, error) {
	id := info.GetExecution().GetWorkflowId()
	event, err := n.firstEvent(ctx, id, info.GetFirstRunId())
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		event, err = n.firstEvent(ctx, id, info.GetExecution().GetRunId())
	}
	if err != nil {
		return nil, err
	}
	var input wire.Execution
	payloads := event.GetWorkflowExecutionStartedEventAttributes().GetInput()
	if err := offload.NewConverter().FromPayloads(payloads, &input); errors.As(err, new(*offload.LostError)) {
		return nil, err
	} else if err != nil {
		return nil, nil
	}
	if input.Frame != nil { // its own input is then null
		input.Input = inputOfFrame(input.Frame)
	}
	return &input, nil
}

// inputOfFrame gives the execution's input from a frame that is at hand.
func inputOfFrame(frame *wire.Text) value.Value {
	v, err := value.ParseString(frame.String())
	if err != nil {
		return value.Value{}
	}
	return v.Get("input")
}

// execution gives what is known at the first look.
func (l *look) execution() *execution {
	e := &execution{
		ExecutionARN:    l.input.Origin.ID,
		StateMachineARN: l.input.Origin.StateMachineID,
		Name:            l.input.Origin.Name,
		Status:          machine.Running,
		StartDate:       l.input.Origin.StartTime,
		Input:           l.input.Input.String(),
		WorkflowID:      l.id.workflowID(),
		RunID:           l.info.GetExecution().GetRunId(),
		id:              l.id,
	}
	if redrive := l.input.Redrive; redrive != nil {
		e.RedriveCount, e.RedriveDate = redrive.Count, redrive.Time
	}
	e.RedriveStatus, e.RedriveStatusReason = l.redriveStatus()
	e.MapRunARN = l.mapRunARN()
	return e
}

// describe tells all of an execution. known are Map Runs that it is known to
// have had.
func (n *cluster) describe(ctx context.Context, id identity, known []wire.MapRunLink) (*execution, error) {
	l, err := n.look(ctx, id)
	if err != nil {
		return nil, err
	}
	e := l.execution()
	if l.running() {
		if d, err := n.query(ctx, id); err == nil {
			e.States = d.Paths
			known = append(known, d.MapRuns...)
		} else {
			e.Note = "no worker tells where it stands"
		}
	} else if err := n.conclude(ctx, e, l.info); err != nil {
		return nil, err
	}
	e.MapRuns = n.mapRuns(ctx, id, known)
	if e.RedriveStatus == redrivable {
		if why := n.barred(ctx, l, e.MapRuns); why != "" {
			e.RedriveStatus, e.RedriveStatusReason = notRedrivableStatus, why
		}
	}
	return e, ctx.Err()
}

// query asks the execution where it stands. It takes a worker to answer.
func (n *cluster) query(ctx context.Context, id identity) (d wire.Description, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	answer, err := n.QueryWorkflow(ctx, id.workflowID(), "", wire.DescribeQuery)
	if err == nil {
		err = answer.Get(&d)
	}
	return d, err
}

// conclude tells how an execution whose workflow is closed has ended.
func (n *cluster) conclude(ctx context.Context, e *execution, info *workflowpb.WorkflowExecutionInfo) error {
	var output value.Value
	err := n.GetWorkflow(ctx, e.WorkflowID, e.RunID).Get(ctx, &output)
	ended, note, ok := endOf(err)
	if !ok {
		return n.explain(err, "the end of the execution cannot be read")
	}
	e.Status, e.Note, e.StopDate = ended.Status, note, ended.Stopped
	if e.StopDate.IsZero() {
		e.StopDate = info.GetCloseTime().AsTime()
	}
	e.StopDate = e.StopDate.UTC().Truncate(time.Millisecond)
	switch {
	case ended.Status == machine.Succeeded:
		text := output.String()
		e.Output = &text
	case ended.Status != machine.TimedOut && ended.Failure != nil: // AWS tells no error of one that timed out
		e.Error, e.Cause = text(ended.Failure.Error), text(ended.Failure.Cause)
	}
	return nil
}

func text(v value.Value) *string {
	if v.IsAbsent() {
		return nil
	}
	s := v.Text()
	return &s
}

// endOf reads how an execution ended from the error of its workflow:
//
//	error               status
//	none                SUCCEEDED
//	application error   that of its details, a wire.Ended; FAILED without them
//	cancelled           that of its details; ABORTED without them
//	terminated          ABORTED, with a note
//	timeout             TIMED_OUT, with a note
//
// ok is false for an error that is not the workflow's.
func endOf(err error) (ended wire.Ended, note string, ok bool) {
	if err == nil {
		return wire.Ended{Status: machine.Succeeded}, "", true
	}
	var outer *temporal.WorkflowExecutionError
	if !errors.As(err, &outer) {
		return ended, "", false
	}
	switch err := errors.Unwrap(outer).(type) {
	case *temporal.ApplicationError:
		ended = detailed(err.HasDetails(), err.Details)
		if ended.Status == "" {
			failure := machine.Fault(err.Type(), err.Message())
			ended = wire.Ended{Status: machine.Failed, Failure: &failure}
		}
	case *temporal.CanceledError:
		ended = detailed(err.HasDetails(), err.Details)
		if ended.Status == "" {
			ended.Status = machine.Aborted
		}
	case *temporal.TerminatedError:
		return wire.Ended{Status: machine.Aborted}, "its workflow was terminated", true
	case *temporal.TimeoutError:
		return wire.Ended{Status: machine.TimedOut}, "its workflow ran into a timeout of Temporal's", true
	default:
		failure := machine.Fault(machine.ErrorRuntime, outer.Error())
		ended = wire.Ended{Status: machine.Failed, Failure: &failure}
	}
	return ended, "", true
}

// detailed reads the details of a workflow's error, empty when there are none.
func detailed(has bool, details func(...any) error) (ended wire.Ended) {
	var failure machine.Failure
	if !has || details(&failure, &ended) != nil {
		return wire.Ended{}
	}
	ended.Failure = &failure
	return ended
}
