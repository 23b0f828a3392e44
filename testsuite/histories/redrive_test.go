package histories

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
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
	frame, err := audit.Redrive(rest, input.Definition, machine.Redriving{})
	require.NoError(t, err)
	text := wire.PlainText(string(frame))
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: id, TaskQueue: s.name, WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, "Recorded", wire.Execution{
		Definition: input.Definition, Origin: rest.Origin, Frame: &text,
		Redrive: &wire.Redrive{Count: 1, Time: time.Now().UTC(), Run: latest},
	})
	require.NoError(t, err)
	return run
}
