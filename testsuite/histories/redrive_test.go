package histories

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// redrive lets the execution of the scenario, which has failed, go on.
func (s scenario) redrive(t *testing.T, c client.Client, namespace string) client.WorkflowRun {
	t.Helper()
	id := wire.ExecutionID("Recorded", s.name)
	described, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	latest := described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	rest, err := audit.Rest(t.Context(), audit.Source{
		Service: c.WorkflowService(), Namespace: namespace,
		Execution: workflow.Execution{ID: id, RunID: latest},
		Workflows: workflows.Options{ContinueAfter: s.continueAfter},
	})
	require.NoError(t, err)
	input := s.request(t)
	var how machine.Redriving
	var left []wire.MapRunRest
	for _, u := range rest.UnfinishedMapRuns() {
		how.MapRuns = append(how.MapRuns, u.MapRunArn)
		left = append(left, restOf(t, c, u))
	}
	frame, err := audit.Redrive(rest, input.Definition, how)
	require.NoError(t, err)
	text := wire.PlainText(string(frame))
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: s.name, WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, "Recorded", wire.Execution{
		Definition: input.Definition, Origin: rest.Origin, Frame: &text, MapRuns: left,
		Redrive: &wire.Redrive{Count: 1, Time: time.Now().UTC(), Run: latest},
	})
	require.NoError(t, err)
	return run
}

// restOf asks a Map Run that has ended what is left of it.
func restOf(t *testing.T, c client.Client, u machine.UnfinishedMapRun) (left wire.MapRunRest) {
	t.Helper()
	id := wire.MapRunID(u.MapRunArn)
	described, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	run := described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	answer, err := c.QueryWorkflow(t.Context(), id, run, wire.MapRunRestQuery)
	require.NoError(t, err)
	require.NoError(t, answer.Get(&left))
	require.Empty(t, left.Reason)
	require.Positive(t, left.Items, "there is something to redrive")
	left.Run = run
	return left
}

// putFailuresBack lets items that have failed run again while their Map Run goes on:
// as soon as it knows of one.
func (s scenario) putFailuresBack(t *testing.T, c client.Client) {
	t.Helper()
	require.Eventually(t, func() bool {
		listed, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
			Query: fmt.Sprintf("ParentWorkflowId = '%s' AND WorkflowType = '%s'", wire.ExecutionID("Recorded", s.name), wire.MapRunWorkflow)})
		if err != nil || len(listed.GetExecutions()) == 0 {
			return false
		}
		update, err := c.UpdateWorkflow(t.Context(), client.UpdateWorkflowOptions{
			WorkflowID: listed.GetExecutions()[0].GetExecution().GetWorkflowId(), UpdateName: wire.MapRunUpdateName,
			Args: []any{wire.MapRunUpdate{Redrive: true}}, WaitForStage: client.WorkflowUpdateStageCompleted,
		})
		return err == nil && update.Get(t.Context(), nil) == nil
	}, patience, 100*time.Millisecond)
}
