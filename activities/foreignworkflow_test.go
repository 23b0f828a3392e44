package activities

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// However often a Call is made, and whether the workflow has ended or not, it
// starts one workflow. The workflow of another Call is not taken for its own.
func TestForeignWorkflowOnce(t *testing.T) {
	t.Parallel()
	c := devtest.Start(t).Client(t)
	queue := fmt.Sprintf("shipping-%d", time.Now().UnixNano())
	team := worker.New(c, queue, worker.Options{})
	team.RegisterWorkflowWithOptions(func(ctx workflow.Context, order map[string]string) (string, error) {
		workflow.GetSignalChannel(ctx, "go").Receive(ctx, nil)
		return order["id"], nil
	}, workflow.RegisterOptions{Name: "Ship"})
	require.NoError(t, team.Start())
	defer team.Stop()

	services := NewServices(&ForeignWorkflows{c})
	place := express.Place{ExecutionArn: "arn:aws:states:us-east-1:123456789012:execution:m:" + queue, State: "Ship", Effect: 1}
	call := func(visit, more string) machine.Outcome {
		call := asking("temporal", "executeWorkflow", fmt.Sprintf(`{"WorkflowType":"Ship","TaskQueue":%q,"Input":{"id":"o1"}%s}`, queue, more))
		call.Visit = visit
		return services.Call(t.Context(), place, call)
	}
	own := fmt.Sprintf(`,"WorkflowId":"order-%s"`, queue)
	for _, more := range []string{"", own} {
		first := call("1", more)
		require.Nil(t, first.Failure, "%v", first.Failure)
		assert.Equal(t, first, call("1", more), "while it runs")
		id := first.Output.Get("WorkflowId").Text()
		if more == own {
			assert.Equal(t, "order-"+queue, id)
			other := call("2", more)
			require.NotNil(t, other.Failure)
			assert.Equal(t, "Temporal.WorkflowExecutionAlreadyStarted", other.Failure.Name())
		}
		require.NoError(t, c.SignalWorkflow(t.Context(), id, "", "go", nil))
		var result string
		require.NoError(t, c.GetWorkflow(t.Context(), id, first.Output.Get("RunId").Text()).Get(t.Context(), &result))
		assert.Equal(t, "o1", result)
		assert.Equal(t, first, call("1", more), "when it has ended")
		second := call("2", more)
		require.Nil(t, second.Failure, "%v", second.Failure)
		assert.NotEqual(t, first.Output.Get("RunId").Text(), second.Output.Get("RunId").Text())
		require.NoError(t, c.TerminateWorkflow(t.Context(), second.Output.Get("WorkflowId").Text(), "", "the test is over"))
	}
}

func TestForeignWorkflowFaults(t *testing.T) {
	s := NewServices(&ForeignWorkflows{})
	for parameters, says := range map[string]string{
		`[]`:                      "must be an object with WorkflowType",
		`{"TaskQueue":"q"}`:       "'WorkflowType'",
		`{"WorkflowType":"Ship"}`: "'TaskQueue'",
		`{"WorkflowType":"Ship","TaskQueue":"q","WorkflowId":""}`:                       "'WorkflowId'",
		`{"WorkflowType":"Ship","TaskQueue":"q","WorkflowID":"o"}`:                      "'WorkflowID' is not supported (resource arn:aws:states:::temporal:executeWorkflow)",
		`{"WorkflowType":"Ship","TaskQueue":"q","WorkflowExecutionTimeoutSeconds":"1"}`: "'WorkflowExecutionTimeoutSeconds'",
	} {
		o := s.Call(t.Context(), from, asking("temporal", "executeWorkflow", parameters))
		require.NotNil(t, o.Failure, parameters)
		assert.Equal(t, machine.ErrorRuntime, o.Failure.Name())
		assert.Contains(t, o.Failure.Cause.Text(), says)
	}
}

func TestForeignWorkflowFailures(t *testing.T) {
	assert.Equal(t, machine.Fault("OutOfStock", "none left"), workflowFailure(temporal.NewApplicationError("none left", "OutOfStock"), "w"))
	assert.Equal(t, machine.ErrorTimeout, workflowFailure(temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_START_TO_CLOSE, nil), "w").Name())
	cancelled := workflowFailure(temporal.NewCanceledError(), "w")
	assert.Equal(t, machine.ErrorTaskFailed, cancelled.Name())
	assert.Contains(t, cancelled.Cause.Text(), "The workflow w ended without a result")
	assert.Equal(t, value.OfString("Temporal.ServiceException"), workflowNotStarted(errors.New("no")).Error)
}
