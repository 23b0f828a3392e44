package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newRedrive(c *console) *cobra.Command {
	var at connection
	var machineName string
	var following, newMapRuns bool
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "redrive NAME|MACHINE/NAME|ARN",
		Short: "Let an execution that failed, timed out or was stopped go on",
		Long: `Let an execution that failed, timed out or was stopped go on where it stood, as
AWS's RedriveExecution does: under the same ARN, with the definition that it was
started with. States that were entered and not left are tried again; branches and
iterations that succeeded are not. Retries and timeouts begin anew, variables stay.

Where it stood is read from the history that Temporal keeps, so an execution can be
redriven for as long as the namespace keeps ended workflows.

A Map Run that ended before it had read any item begins again, and one whose items
all succeeded writes its results again. One with items that did not succeed cannot
go on with these alone yet: the execution is then not redriven, unless
--new-map-runs lets a new Map Run over all items take its place.

With --follow, waits for its end, and exits with 0 only when it succeeded.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: executionNames(c, &at),
		RunE: func(command *cobra.Command, names []string) error {
			if err := format.check(); err != nil {
				return err
			}
			ctx := command.Context()
			n, err := at.dial(ctx, c)
			if err != nil {
				return err
			}
			defer n.Close()
			id, err := n.find(ctx, names[0], machineName)
			if err != nil {
				return err
			}
			r, err := n.redrive(ctx, c, id, newMapRuns)
			if err != nil {
				return err
			}
			if following {
				c.say("redrive %d of %s", r.RedriveCount, r.ExecutionARN)
				return n.followAndAnswer(ctx, c, id, func(e *execution) error { return c.answerWith(format, e, e.text) })
			}
			return c.answerWith(format, r, r.text)
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	command.Flags().StringVar(&machineName, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	command.Flags().BoolVarP(&following, "follow", "f", false, "wait for its end")
	command.Flags().BoolVar(&newMapRuns, "new-map-runs", false, newMapRunsUsage)
	return command
}

const newMapRunsUsage = "run all items again of Map Runs with items that did not succeed"

// redriven is an execution that goes on, in the terms of AWS's RedriveExecution.
type redriven struct {
	RedriveDate  time.Time `json:"redriveDate"`
	RedriveCount int       `json:"redriveCount"`
	ExecutionARN string    `json:"executionArn"`
	WorkflowID   string    `json:"workflowId"`
	RunID        string    `json:"runId"`
}

func (r *redriven) text() string { return r.ExecutionARN + "\n" }

// redrive lets an execution that has ended go on in a new run of its workflow.
func (n *cluster) redrive(ctx context.Context, c *console, id identity, newMapRuns bool) (*redriven, error) {
	if item, err := n.packedItem(ctx, id); item != nil || err != nil {
		if err == nil {
			err = notRedrivable(item.origin.ID, childReason)
		}
		return nil, err
	}
	l, err := n.look(ctx, id)
	if err != nil {
		return nil, err
	}
	arn, was := l.input.Origin.ID, l.info.GetExecution().GetRunId()
	if why := l.unredrivable(); why != "" {
		return nil, notRedrivable(arn, why)
	}
	rest, err := audit.Rest(ctx, audit.Source{
		Service: n.WorkflowService(), Namespace: n.namespace, Execution: workflow.Execution{ID: id.workflowID(), RunID: was},
	})
	if err != nil {
		return nil, n.explainRedrive(err, l)
	}
	mapRuns, refused, err := n.restsOfMapRuns(ctx, rest)
	if err != nil {
		return nil, err
	}
	how := machine.Redriving{NewMapRuns: newMapRuns}
	for _, run := range mapRuns {
		how.MapRuns = append(how.MapRuns, run.MapRunArn)
	}
	frame, err := audit.Redrive(rest, l.input.Definition, how)
	var left *machine.MapRunError
	if errors.As(err, &left) {
		return nil, failed("run all its items again: stepwell redrive --new-map-runs "+id.workflowID()+
			"\nsee which did not succeed: stepwell results "+left.MapRunArn+" --failed",
			"%s cannot be redriven: %s (%s), which Stepwell cannot do yet", arn, left, refused[left.MapRunArn])
	}
	if err != nil {
		return nil, n.explainRedrive(err, l)
	}
	count := rest.Redrives + 1
	input := wire.Execution{
		Definition: l.input.Definition,
		Origin:     l.input.Origin,
		Staging:    l.input.Staging,
		Redrive:    &wire.Redrive{Count: count, Time: time.Now().UTC().Truncate(time.Millisecond), Run: was, NewMapRuns: newMapRuns},
		MapRuns:    mapRuns,
	}
	if err := c.carry(ctx, &input, rest, frame); err != nil {
		return nil, err
	}
	run, err := n.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       id.workflowID(),
		TaskQueue:                                n.taskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
		WorkflowIDConflictPolicy:                 enumspb.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            fmt.Sprintf("redrive %d", count),
		Memo: map[string]any{
			wire.KindMemo:    "execution",
			wire.ArnMemo:     arn,
			wire.StartMemo:   input.Origin.StartTime,
			wire.RedriveMemo: input.Redrive,
		},
	}, id.machine, input)
	if err != nil {
		return nil, n.explainRedrive(err, l)
	}
	return &redriven{
		RedriveDate: input.Redrive.Time, RedriveCount: count, ExecutionARN: arn, WorkflowID: run.GetID(), RunID: run.GetRunID(),
	}, nil
}

const (
	// redrivePeriod is how long after its end AWS lets an execution be redriven.
	redrivePeriod = 14 * 24 * time.Hour
	// childReason is why an item of a Map Run cannot be redriven by itself.
	childReason = "Execution is a child workflow execution and is redriven with its Map Run"
)

// unredrivable says what is known at the first look of why an execution cannot
// be redriven, "" when it may (AWS API, DescribeExecution: redriveStatusReason).
// AWS's period is kept by strict executions: others can be redriven for as long
// as Temporal keeps them.
func (l *look) unredrivable() string {
	const cannot = " and cannot be redriven"
	switch status := statusOf(l.info.GetStatus(), ""); {
	case status == machine.Running, status == machine.Succeeded:
		return "Execution is " + string(status) + cannot
	case l.input.Origin.Express:
		return "Execution is of type EXPRESS" + cannot
	case l.isItem():
		return childReason
	case l.input.Origin.Strict && time.Since(l.info.GetCloseTime().AsTime()) > redrivePeriod:
		return "Execution redrivable period exceeded"
	}
	return ""
}

// redriveStatus gives AWS's redriveStatus and why it is that.
func (l *look) redriveStatus() (status, reason string) {
	switch reason = l.unredrivable(); reason {
	case "":
		return "REDRIVABLE", ""
	case childReason:
		return "REDRIVABLE_BY_MAP_RUN", reason
	}
	return "NOT_REDRIVABLE", reason
}

// isItem reports that the execution is one of a Map Run's.
func (l *look) isItem() bool { return l.id.uuid != "" && !l.input.Origin.Express }

func notRedrivable(arn, why string) *fault {
	next := ""
	if why == childReason {
		next = "redrive the execution that its Map Run belongs to"
	}
	return failed(next, "ExecutionNotRedrivable: %s: '%s'", why, arn)
}

func (n *cluster) explainRedrive(err error, l *look) error {
	var refused *machine.NotRedrivableError
	var mismatch *audit.MismatchError
	var exists *serviceerror.WorkflowExecutionAlreadyStarted
	arn := l.input.Origin.ID
	switch {
	case errors.As(err, &refused):
		return notRedrivable(arn, refused.Reason)
	case errors.As(err, &mismatch):
		return failed("use the stepwell of the version of the workers that ran it", "%s cannot be redriven: %s", arn, mismatch)
	case errors.As(err, &exists): // somebody else was faster
		return notRedrivable(arn, "Execution is RUNNING and cannot be redriven")
	case errors.Is(err, audit.ErrNotBegun):
		return failed("start another execution", "%s cannot be redriven: %s, so that there is nothing to go on from", arn, err)
	}
	return n.explain(err, "the execution cannot be redriven")
}
