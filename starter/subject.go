package main

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// subject is an execution that has a history, and the workflow that it runs in.
type subject struct {
	origin   machine.Origin
	workflow workflow.Execution
	// item is the execution's ARN when it is an item's whose workflow is its
	// shard's; else empty. earlier are the workflows of shards that it ran in before
	// it was redriven.
	item    string
	earlier []string
	// mapRun is the ARN of the Map Run of an item, first the index of an item
	// that is in a shard's workflow.
	mapRun string
	first  int64
}

// subject finds the execution that a history is asked of.
func (n *cluster) subject(ctx context.Context, id identity) (*subject, error) {
	item, err := n.packedItem(ctx, id)
	if item != nil || err != nil {
		return item, err
	}
	l, err := n.look(ctx, id)
	if err != nil {
		return nil, err
	}
	if l.input.Origin.Express {
		return nil, failed("'stepwell describe "+id.workflowID()+"' shows its input and output",
			"%s is an Express execution: these keep no history, neither here nor on AWS", id.workflowID())
	}
	return &subject{
		origin:   l.input.Origin,
		workflow: workflow.Execution{ID: id.workflowID(), RunID: l.info.GetExecution().GetRunId()},
		mapRun:   l.mapRunARN(),
	}, nil
}

// packedItem finds an item of a Map Run that has no workflow of its own but runs
// in its shard's. It is nil for all other executions, and an error for an item
// that left no history at all.
func (n *cluster) packedItem(ctx context.Context, id identity) (*subject, error) {
	if id.uuid == "" || !n.missing(ctx, id.workflowID()) {
		return nil, nil
	}
	arn := n.account.arn("execution", id.machine+"/"+id.workflowID()[len(id.machine)+1:])
	item, found, err := audit.FindItem(ctx, n.WorkflowService(), n.namespace, arn)
	switch {
	case err != nil:
		return nil, n.explain(err, "the item cannot be looked for")
	case !found:
		return nil, failed("'stepwell list' shows the executions that exist, 'stepwell describe' the Map Runs of one",
			"ExecutionDoesNotExist: Execution Does Not Exist: '%s' (no such workflow in namespace %s at %s, and no Map Run of %s/%s there has such an item)",
			id.workflowID(), n.namespace, n.address, id.machine, id.name)
	case item.MapRun.Leaf == program.ExpressBatch:
		return nil, failed(whereResultsAre(item),
			"%s is an Express execution, item %d of %s: these keep no history, neither here nor on AWS",
			item.Origin.ID, item.First, item.MapRun.Spec.Run.MapRunArn)
	case item.MapRun.Leaf == program.ChildWorkflow || item.ShardID() == "" || n.missing(ctx, item.ShardID()):
		return nil, failed(whereResultsAre(item),
			"item %d of %s has no history: it has not been started, or Temporal no longer keeps it",
			item.First, item.MapRun.Spec.Run.MapRunArn)
	}
	return &subject{
		origin:   item.Origin,
		workflow: workflow.Execution{ID: item.ShardID(), RunID: n.latestRun(ctx, item.ShardID())},
		item:     item.Origin.ID,
		earlier:  item.EarlierShards(),
		mapRun:   item.MapRun.Spec.Run.MapRunArn,
		first:    item.First,
	}, nil
}

// whereResultsAre says where else to look for what became of an item.
func whereResultsAre(item audit.Item) string {
	arn := item.MapRun.Spec.Run.MapRunArn
	if _, exported, err := results.Destination(item.MapRun.Spec.Run); err == nil && exported {
		return fmt.Sprintf("its input, and its output or error, stand in the Map Run's results, by the name %s:\n"+
			"stepwell results %s --failed --format jsonl (or --succeeded, --pending)", item.Origin.Name, arn)
	}
	return fmt.Sprintf("the Map has no ResultWriter: outputs stand in the output of its state: 'stepwell history %s'", item.MapRun.Report.WorkflowID)
}

// missing reports that there is certainly no such workflow.
func (n *cluster) missing(ctx context.Context, workflowID string) bool {
	_, err := n.DescribeWorkflowExecution(ctx, workflowID, "")
	var missing *serviceerror.NotFound
	return errors.As(err, &missing)
}

// latestRun gives the id of a workflow's latest run, "" when it is not told.
func (n *cluster) latestRun(ctx context.Context, workflowID string) string {
	described, err := n.DescribeWorkflowExecution(ctx, workflowID, "")
	if err != nil {
		return ""
	}
	return described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}
