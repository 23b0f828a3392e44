package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newMapRunRedrive(c *console) *cobra.Command {
	var f mapRunFlags
	var newMapRuns bool
	command := &cobra.Command{
		Use:   "redrive MAPRUN-ARN",
		Short: "Redrive the execution that a Map Run belongs to",
		Long: `Redrive the execution that a Map Run belongs to, which is how a Map Run goes on, as
on AWS: see 'stepwell redrive --help'.`,
	}
	onMapRun(c, command, &f, func(ctx context.Context, n *cluster, id string) error {
		l, err := n.lookMapRun(ctx, id)
		if err != nil {
			return err
		}
		execution, ok := parseIdentity(l.input.Spec.Run.Origin.ID)
		if !ok {
			return failed("", "the Map Run %s belongs to no execution that can be found: %q", l.arn(), l.input.Spec.Run.Origin.ID)
		}
		r, err := n.redrive(ctx, c, execution, newMapRuns)
		if err != nil {
			return err
		}
		return c.answerWith(f.format, r, r.text)
	})
	command.Flags().BoolVar(&newMapRuns, "new-map-runs", false, newMapRunsUsage)
	return command
}

// restsOfMapRuns asks the Map Runs that a redrive would go on with what is left
// of them. It gives those that can go on, and why others cannot, by their ARNs.
func (n *cluster) restsOfMapRuns(ctx context.Context, rest *machine.Frame) (all []wire.MapRunRest, refused map[string]string, err error) {
	refused = map[string]string{}
	if rest == nil {
		return nil, nil, nil
	}
	for _, run := range rest.UnfinishedMapRuns() {
		id := wire.MapRunID(run.MapRunArn)
		described, err := n.DescribeWorkflowExecution(ctx, id, "")
		var missing *serviceerror.NotFound
		switch {
		case errors.As(err, &missing):
			refused[run.MapRunArn] = "Temporal no longer keeps it"
			continue
		case err != nil:
			return nil, nil, n.explain(err, "the Map Run cannot be looked at")
		case described.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
			return nil, nil, failed("try again when it has ended; 'stepwell maprun describe "+run.MapRunArn+"' shows how it stands",
				"the Map Run %s of %q is still finishing", run.MapRunArn, run.State)
		}
		left, err := n.queryRest(ctx, id)
		switch {
		case err != nil:
			return nil, nil, failed("is a worker running? 'stepwell doctor' says so", "the Map Run %s cannot be asked what is left of it: %s", run.MapRunArn, rootCause(err))
		case left.Reason != "":
			refused[run.MapRunArn] = left.Reason
		default:
			all = append(all, left)
		}
	}
	return all, refused, nil
}

func (n *cluster) queryRest(ctx context.Context, mapRunID string) (left wire.MapRunRest, err error) {
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	answer, err := n.QueryWorkflow(ctx, mapRunID, "", wire.MapRunRestQuery)
	if err == nil {
		err = answer.Get(&left)
	}
	return left, err
}
