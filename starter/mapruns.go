package main

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// mapRun is what is told of a Map Run: AWS's DescribeMapRun, and where it is on
// Temporal.
type mapRun struct {
	MapRunARN       string           `json:"mapRunArn"`
	State           string           `json:"state,omitempty"`
	Status          machine.Status   `json:"status"`
	StartDate       time.Time        `json:"startDate,omitzero"`
	StopDate        time.Time        `json:"stopDate,omitzero"`
	Leaf            program.LeafKind `json:"leaf,omitempty"`
	ItemCounts      *itemCounts      `json:"itemCounts,omitempty"`
	ExecutionCounts *executionCounts `json:"executionCounts,omitempty"`
	RedriveCount    int              `json:"redriveCount,omitempty"`
	// Manifest is the s3:// URL of manifest.json.
	Manifest   string `json:"manifest,omitempty"`
	WorkflowID string `json:"workflowId"`
	RunID      string `json:"runId,omitempty"`
	// Note says why there are no counts, or what keeps failing.
	Note string `json:"note,omitempty"`
}

// itemCounts counts items. Final tells that Total will not grow any more.
type itemCounts struct {
	Pending   int64 `json:"pending"`
	Running   int64 `json:"running"`
	Succeeded int64 `json:"succeeded"`
	Failed    int64 `json:"failed"`
	TimedOut  int64 `json:"timedOut"`
	Aborted   int64 `json:"aborted"`
	Total     int64 `json:"total"`
	Final     bool  `json:"final"`
	// PendingRedrive are among no others, FailuresNotRedrivable are.
	PendingRedrive        int64 `json:"pendingRedrive,omitempty"`
	FailuresNotRedrivable int64 `json:"failuresNotRedrivable,omitempty"`
}

// executionCounts counts child executions that have ended; they differ from
// items when items are batched.
type executionCounts struct {
	Succeeded int64 `json:"succeeded"`
	Failed    int64 `json:"failed"`
	TimedOut  int64 `json:"timedOut"`
	Aborted   int64 `json:"aborted"`
}

func (r *mapRun) count(d wire.MapRunDescription) {
	r.MapRunARN, r.Status, r.Leaf, r.Manifest, r.StartDate = d.MapRunArn, d.Status, d.Leaf, d.Manifest, d.Started
	r.ItemCounts = &itemCounts{
		Pending: d.Items.Pending, Running: d.Running, Succeeded: d.Items.Succeeded, Failed: d.Items.Failed,
		TimedOut: d.Items.TimedOut, Aborted: d.Items.Aborted, Total: d.Total, Final: d.Planned,
		PendingRedrive: d.Items.PendingRedrive, FailuresNotRedrivable: d.Items.FailuresNotRedrivable,
	}
	r.RedriveCount = d.RedriveCount
	r.ExecutionCounts = &executionCounts{d.Executions.Succeeded, d.Executions.Failed, d.Executions.TimedOut, d.Executions.Aborted}
}

// mapRuns tells of the Map Runs of an execution, those known and those that
// Temporal lists, in the order of their start.
func (n *cluster) mapRuns(ctx context.Context, id identity, known []wire.MapRunLink) []mapRun {
	var all []mapRun
	place := map[string]int{}
	note := func(workflowID, state string) {
		if i, there := place[workflowID]; there {
			if all[i].State == "" {
				all[i].State = state
			}
			return
		}
		place[workflowID] = len(all)
		all = append(all, mapRun{WorkflowID: workflowID, State: state, MapRunARN: n.account.arn("mapRun", workflowID)})
	}
	for _, workflowID := range n.listMapRuns(ctx, id) {
		note(workflowID, "")
	}
	for _, link := range known {
		note(link.WorkflowID, link.State)
	}
	silent := false
	for i := range all {
		silent = n.describeMapRun(ctx, &all[i], silent)
	}
	return all
}

// listMapRuns gives the workflow ids of the Map Runs that Temporal lists for
// an execution. The listing may lag behind by a moment.
func (n *cluster) listMapRuns(ctx context.Context, id identity) (ids []string) {
	listed, err := n.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: fmt.Sprintf("ParentWorkflowId = '%s' AND WorkflowType = '%s' AND ExecutionStatus != 'ContinuedAsNew'",
			quoted(id.workflowID()), wire.MapRunWorkflow),
	})
	if err != nil {
		return nil
	}
	for i := len(listed.GetExecutions()) - 1; i >= 0; i-- { // the latest comes first
		ids = append(ids, listed.GetExecutions()[i].GetExecution().GetWorkflowId())
	}
	return ids
}

// describeMapRun fills in what Temporal knows of a Map Run, and its counts,
// which it takes a worker to tell. When no worker answered before it is not
// asked again: silent is passed through.
func (n *cluster) describeMapRun(ctx context.Context, r *mapRun, silent bool) bool {
	described, err := n.DescribeWorkflowExecution(ctx, r.WorkflowID, "")
	if err != nil {
		r.Note = rootCause(err)
		return silent
	}
	info := described.GetWorkflowExecutionInfo()
	if named := described.GetExecutionConfig().GetUserMetadata().GetSummary(); r.State == "" && named != nil {
		// A name that cannot be read is only left out.
		_ = converter.GetDefaultDataConverter().FromPayload(named, &r.State)
	}
	r.RunID = info.GetExecution().GetRunId()
	r.Status = statusOf(info.GetStatus(), "")
	r.StartDate = info.GetStartTime().AsTime()
	if !silent {
		var counts liveCounts
		err := n.lookAt(ctx, r.WorkflowID, &counts)
		if err == nil {
			r.count(counts.MapRunDescription)
			r.Note = counts.trouble
		}
		silent = err != nil
	}
	if r.ItemCounts == nil {
		var d wire.MapRunDescription
		if r.Status == machine.Succeeded && n.GetWorkflow(ctx, r.WorkflowID, r.RunID).Get(ctx, &d) == nil {
			r.count(d)
		} else {
			r.Note = "no worker tells its counts"
		}
	}
	if closed := info.GetCloseTime(); closed != nil {
		r.StopDate = closed.AsTime().Truncate(time.Millisecond)
		r.Status = statusOf(info.GetStatus(), "")
	}
	r.StartDate = r.StartDate.UTC().Truncate(time.Millisecond)
	return silent
}

// queryMapRun asks a Map Run for its counts. It takes a worker to answer.
func (n *cluster) queryMapRun(ctx context.Context, workflowID string) (d wire.MapRunDescription, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	answer, err := n.QueryWorkflow(ctx, workflowID, "", wire.MapRunQuery)
	if err == nil {
		err = answer.Get(&d)
	}
	return d, err
}

// statusOf gives the status that a workflow's stands for. memo is the value of
// wire.StatusMemo.
func statusOf(status enumspb.WorkflowExecutionStatus, memo machine.Status) machine.Status {
	switch status {
	case enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED:
		return machine.Succeeded
	case enumspb.WORKFLOW_EXECUTION_STATUS_FAILED:
		if memo != "" {
			return memo
		}
		return machine.Failed
	case enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED, enumspb.WORKFLOW_EXECUTION_STATUS_TERMINATED:
		return machine.Aborted
	case enumspb.WORKFLOW_EXECUTION_STATUS_TIMED_OUT:
		return machine.TimedOut
	default:
		return machine.Running
	}
}
