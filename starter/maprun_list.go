package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newMapRunList(c *console) *cobra.Command {
	var at connection
	var machineName, status string
	var all bool
	var limit int
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "list EXECUTION|--all",
		Short: "List the Map Runs of an execution, or all, the latest first",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, names []string) error {
			switch {
			case len(names) == 0 && !all:
				return misused("name an execution, or use --all", "whose Map Runs?")
			case len(names) == 1 && all:
				return misused("use one of them", "an execution and --all do not go together")
			case status != "" && !slices.Contains(mapRunStatuses(), strings.ToUpper(status)):
				return misused("use "+choice(mapRunStatuses()), "--status %q is no status of a Map Run", status)
			case limit < 1:
				return misused("use a number from 1", "--limit %d lists nothing", limit)
			}
			if err := format.check(); err != nil {
				return err
			}
			ctx := command.Context()
			n, err := at.dial(ctx, c)
			if err != nil {
				return err
			}
			defer n.Close()
			where := ""
			if !all {
				id, err := n.find(ctx, names[0], machineName)
				if err != nil {
					return err
				}
				if n.missing(ctx, id.workflowID()) {
					_, err := n.look(ctx, id)
					return err
				}
				where = fmt.Sprintf("ParentWorkflowId = '%s'", quoted(id.workflowID()))
			}
			answer := mapRunListings{MapRuns: []mapRunListing{}}
			err = n.eachMapRun(ctx, where, func(l mapRunListing) bool {
				if status == "" || strings.EqualFold(status, string(l.Status)) {
					answer.MapRuns = append(answer.MapRuns, l)
				}
				return len(answer.MapRuns) < limit
			})
			if err != nil {
				return n.explain(err, "the Map Runs cannot be listed")
			}
			return c.answerWith(format, answer, answer.text)
		},
		ValidArgsFunction: executionNames(c, &at),
	}
	at.addFlags(command)
	format.addFlag(command)
	command.Flags().StringVar(&machineName, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	command.Flags().BoolVar(&all, "all", false, "list those of all executions")
	command.Flags().StringVar(&status, "status", "", "only Map Runs with this `status`: "+choice(mapRunStatuses()))
	completeFlag(command, "status", mapRunStatuses()...)
	command.Flags().IntVar(&limit, "limit", 100, "list at most so many (`number`)")
	return command
}

// mapRunStatuses are what a Map Run can have (AWS API, DescribeMapRun: status).
func mapRunStatuses() []string { return []string{"RUNNING", "SUCCEEDED", "FAILED", "ABORTED"} }

// mapRunListings are the answer of maprun list.
type mapRunListings struct {
	MapRuns []mapRunListing `json:"mapRuns"`
}

// mapRunListing is one Map Run in a list, in the terms of AWS's ListMapRuns, and
// its status.
type mapRunListing struct {
	ExecutionARN    string         `json:"executionArn"`
	MapRunARN       string         `json:"mapRunArn"`
	StateMachineARN string         `json:"stateMachineArn"`
	Status          machine.Status `json:"status"`
	StartDate       time.Time      `json:"startDate"`
	StopDate        time.Time      `json:"stopDate,omitzero"`
}

func (l mapRunListings) text() string {
	var b strings.Builder
	const row = "%-9s  %-24s  %-24s  %s\n"
	fmt.Fprintf(&b, row, "STATUS", "STARTED", "STOPPED", "MAP RUN")
	for _, r := range l.MapRuns {
		stopped := ""
		if !r.StopDate.IsZero() {
			stopped = r.StopDate.Format(timeForm)
		}
		fmt.Fprintf(&b, row, r.Status, r.StartDate.Format(timeForm), stopped, r.MapRunARN)
	}
	return b.String()
}

// eachMapRun calls visit with the Map Runs that Temporal lists, latest first,
// until it returns false. where is a condition on them, "" for none.
func (n *cluster) eachMapRun(ctx context.Context, where string, visit func(mapRunListing) bool) error {
	query := fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus != 'ContinuedAsNew'", wire.MapRunWorkflow)
	if where != "" {
		query += " AND " + where
	}
	seen := map[string]bool{} // a redriven one has several workflows, the latest of which comes first
	var token []byte
	for {
		page, err := n.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: 500, NextPageToken: token})
		if err != nil {
			return err
		}
		for _, info := range page.GetExecutions() {
			id := info.GetExecution().GetWorkflowId()
			if seen[id] {
				continue
			}
			seen[id] = true
			if !visit(n.mapRunListing(info)) {
				return nil
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

func (n *cluster) mapRunListing(info *workflowpb.WorkflowExecutionInfo) mapRunListing {
	memo := func(key string, into any) bool {
		payload := info.GetMemo().GetFields()[key]
		return payload != nil && converter.GetDefaultDataConverter().FromPayload(payload, into) == nil
	}
	id := info.GetExecution().GetWorkflowId()
	l := mapRunListing{Status: statusOf(info.GetStatus(), "")}
	a := n.account
	if memo(wire.ArnMemo, &l.MapRunARN) {
		a = a.of(l.MapRunARN)
	} else {
		l.MapRunARN = a.arn("mapRun", id)
	}
	l.ExecutionARN = a.executionOf(info.GetParentExecution().GetWorkflowId())
	l.StateMachineARN = a.labelledMachine(id)
	if !memo(wire.StartMemo, &l.StartDate) {
		l.StartDate = info.GetStartTime().AsTime()
	}
	l.StartDate = instant(l.StartDate)
	if closed := info.GetCloseTime(); closed != nil {
		l.StopDate = instant(closed.AsTime())
	}
	return l
}

// of gives the account that an ARN tells of.
func (a account) of(arn string) account {
	if parts := strings.Split(arn, ":"); len(parts) > 5 {
		return account{region: parts[3], number: parts[4]}
	}
	return a
}
