package activities

import (
	"context"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// Rests asks Map Runs what is left of them: their ARNs -> [wire.MapRunRest]s. One
// that is still finishing is an error, so that it is asked again.
func (m *Maps) Rests(ctx context.Context, arns []string) ([]wire.MapRunRest, error) {
	temporal := activity.GetClient(ctx)
	var rests []wire.MapRunRest
	for _, arn := range arns {
		id := wire.MapRunID(arn)
		d, err := temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return nil, err
		}
		if d.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			return nil, fmt.Errorf("the Map Run %s is still finishing", arn)
		}
		answer, err := temporal.QueryWorkflow(ctx, id, "", wire.MapRunRestQuery)
		if err != nil {
			return nil, err
		}
		var rest wire.MapRunRest
		if err := answer.Get(&rest); err != nil {
			return nil, err
		}
		rests = append(rests, rest)
	}
	return rests, nil
}
