package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// statusQueries says for each status of an execution which workflows may have
// it. Some of those have not: a workflow that failed may have timed out.
var statusQueries = []statusQuery{
	{machine.Running, "ExecutionStatus = 'Running'"},
	{machine.Succeeded, "ExecutionStatus = 'Completed'"},
	{machine.Failed, "ExecutionStatus = 'Failed'"},
	{machine.TimedOut, "ExecutionStatus IN ('Failed', 'TimedOut')"},
	{machine.Aborted, "ExecutionStatus IN ('Canceled', 'Terminated')"},
}

type statusQuery struct {
	status machine.Status
	where  string
}

func newList(c *console) *cobra.Command {
	var at connection
	var machineName, status string
	var limit int
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "list",
		Short: "List executions, the latest first",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := format.check(); err != nil {
				return err
			}
			conditions, err := listConditions(machineName, status)
			if err != nil {
				return err
			}
			if limit < 1 {
				return misused("use a number from 1", "--limit %d lists nothing", limit)
			}
			n, err := at.dial(command.Context(), c)
			if err != nil {
				return err
			}
			defer n.Close()
			answer := listings{Executions: []listing{}}
			err = n.eachExecution(command.Context(), conditions, func(l listing) bool {
				if status == "" || l.Status == machine.Status(strings.ToUpper(status)) {
					l.complete(n.account)
					answer.Executions = append(answer.Executions, l)
				}
				return len(answer.Executions) < limit
			})
			if err != nil {
				return n.explain(err, "the executions cannot be listed")
			}
			return c.answerWith(format, answer, answer.text)
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	command.Flags().StringVar(&machineName, "machine", "", "only executions of the state machine with this `name`")
	command.Flags().StringVar(&status, "status", "", "only executions with this `status`: RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED")
	completeFlag(command, "status", "RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")
	command.Flags().IntVar(&limit, "limit", 100, "list at most so many (`number`)")
	return command
}

func listConditions(machineName, status string) (string, error) {
	var conditions []string
	if machineName != "" {
		if err := checkName("--machine", machineName); err != nil {
			return "", err
		}
		conditions = append(conditions, machineIs(machineName))
	}
	if status != "" {
		i := slices.IndexFunc(statusQueries, func(q statusQuery) bool { return string(q.status) == strings.ToUpper(status) })
		if i < 0 {
			return "", misused("use RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED", "--status %q is no status of an execution", status)
		}
		conditions = append(conditions, statusQueries[i].where)
	}
	return strings.Join(conditions, " AND "), nil
}

// listings are the answer of list.
type listings struct {
	Executions []listing `json:"executions"`
}

// text gives a table.
func (l listings) text() string {
	var b strings.Builder
	const row = "%-9s  %-24s  %-24s  %s\n"
	fmt.Fprintf(&b, row, "STATUS", "STARTED", "STOPPED", "EXECUTION")
	for _, e := range l.Executions {
		stopped := ""
		if !e.StopDate.IsZero() {
			stopped = e.StopDate.UTC().Format(timeForm)
		}
		fmt.Fprintf(&b, row, e.Status, e.StartDate.UTC().Format(timeForm), stopped, e.WorkflowID)
	}
	return b.String()
}

// listing is one execution in a list, in the terms of AWS's ListExecutions.
type listing struct {
	ExecutionARN    string         `json:"executionArn"`
	StateMachineARN string         `json:"stateMachineArn"`
	Name            string         `json:"name"`
	Status          machine.Status `json:"status"`
	StartDate       time.Time      `json:"startDate"`
	StopDate        time.Time      `json:"stopDate,omitzero"`
	RedriveCount    int            `json:"redriveCount,omitempty"`
	RedriveDate     time.Time      `json:"redriveDate,omitzero"`
	WorkflowID      string         `json:"workflowId"`
	RunID           string         `json:"runId"`

	id identity
}

// listingOf reads what Temporal lists; ok is false for a workflow that is not
// an execution of its own.
func listingOf(info *workflowpb.WorkflowExecutionInfo) (l listing, ok bool) {
	memo := func(key string, into any) bool {
		payload := info.GetMemo().GetFields()[key]
		return payload != nil && converter.GetDefaultDataConverter().FromPayload(payload, into) == nil
	}
	var kind string
	if !memo(wire.KindMemo, &kind) || kind != "execution" {
		return l, false
	}
	if l.id, ok = parseIdentity(info.GetExecution().GetWorkflowId()); !ok {
		return l, false
	}
	var status machine.Status
	memo(wire.StatusMemo, &status)
	memo(wire.ArnMemo, &l.ExecutionARN)
	if !memo(wire.StartMemo, &l.StartDate) {
		l.StartDate = info.GetStartTime().AsTime().Truncate(time.Millisecond)
	}
	var redrive wire.Redrive
	if memo(wire.RedriveMemo, &redrive) {
		l.RedriveCount, l.RedriveDate = redrive.Count, redrive.Time
	}
	if closed := info.GetCloseTime(); closed != nil {
		l.StopDate = closed.AsTime().Truncate(time.Millisecond)
	}
	l.Name = l.id.name
	l.Status = statusOf(info.GetStatus(), status)
	l.WorkflowID = info.GetExecution().GetWorkflowId()
	l.RunID = info.GetExecution().GetRunId()
	return l, true
}

// listingsOf gives the executions among workflows.
func listingsOf(infos []*workflowpb.WorkflowExecutionInfo) (all []listing) {
	for _, info := range infos {
		if l, ok := listingOf(info); ok {
			all = append(all, l)
		}
	}
	return all
}

// complete fills in the ARNs: the machine is where the execution is.
func (l *listing) complete(a account) {
	if l.ExecutionARN == "" {
		l.ExecutionARN = a.executionARN(l.id)
	}
	if parts := strings.Split(l.ExecutionARN, ":"); len(parts) > 5 {
		a = account{region: parts[3], number: parts[4]}
	}
	l.StateMachineARN = a.machineARN(l.id.machine)
}
