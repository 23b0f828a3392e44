package main

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// A Task waits for another team's workflow: its result is the Task's, its error
// goes to Retry and Catch, and it is cancelled when nobody waits for it any more.
func TestExecuteWorkflowSync(t *testing.T) {
	t.Parallel()
	h := host(t, func(http.ResponseWriter, *http.Request) {})
	team := worker.New(devtest.Start(t, "workertest").Client(t), t.Name()+"-shipping", worker.Options{})
	started := make(chan string, 10)
	team.RegisterWorkflowWithOptions(func(ctx workflow.Context, order struct{ ID string }) (map[string]string, error) {
		started <- workflow.GetInfo(ctx).WorkflowExecution.ID
		switch order.ID {
		case "none":
			return nil, temporal.NewApplicationError("none left", "OutOfStock")
		case "slow":
			return nil, workflow.Sleep(ctx, time.Hour)
		}
		return map[string]string{"shipped": order.ID}, workflow.Sleep(ctx, 100*time.Millisecond)
	}, workflow.RegisterOptions{Name: "Ship"})
	require.NoError(t, team.Start())
	t.Cleanup(team.Stop)

	ship := fmt.Sprintf(`{"StartAt":"Ship","States":{"Ship":{"Type":"Task","Resource":"arn:aws:states:::temporal:executeWorkflow.sync",
		"Parameters":{"WorkflowType":"Ship","TaskQueue":%q,"Input":{"ID.$":"$.id"}},%%s
		"Retry":[{"ErrorEquals":["OutOfStock"],"IntervalSeconds":1,"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Caught"}],"End":true},
		"Caught":{"Type":"Pass","End":true}}}`, t.Name()+"-shipping")
	run := func(id, more string) string {
		r := h.start("shipping", wire.Definition{Text: wire.PlainText(fmt.Sprintf(ship, more)), Type: "STANDARD"}, `{"id":"`+id+`"}`)
		require.NoError(t, h.end(r))
		var output value.Value
		require.NoError(t, r.Get(context.Background(), &output))
		return output.String()
	}
	assert.Equal(t, `{"shipped":"o1"}`, run("o1", ""))
	<-started
	assert.JSONEq(t, `{"Error":"OutOfStock","Cause":"none left"}`, run("none", ""))
	assert.NotEqual(t, <-started, <-started, "a retry is another workflow")
	assert.Contains(t, run("slow", `"TimeoutSeconds":5,`), `"Error":"States.Timeout"`)
	id := <-started
	require.Eventually(t, func() bool {
		d, err := h.client.DescribeWorkflowExecution(t.Context(), id, "")
		return err == nil && d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED
	}, 30*time.Second, 100*time.Millisecond)
}
