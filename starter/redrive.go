package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newRedrive(c *console) *cobra.Command {
	var at connection
	var machineName string
	var w redriveWish
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

A Map Run goes on under its ARN with the items that did not succeed: STANDARD ones
from the state that failed, EXPRESS ones from the start. One that ended before it
had read any item begins again, and one whose items all succeeded writes its
results again. After States.DataLimitExceeded, or a fault of the fields of the Map
state itself, a new Map Run over all items takes its place, as on AWS; for others
--new-map-runs asks for that. One that still finishes is waited for (--wait).

With --follow, waits for its end, and exits with 0 only when it succeeded.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: redrivableNames(c, &at),
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
			return (&redriving{cluster: n, console: c, id: id, redriveWish: w}).answer(ctx, format)
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	w.addFlags(command)
	command.Flags().StringVar(&machineName, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	return command
}

// redriveWish are the flags that say how an execution is redriven.
type redriveWish struct {
	following, newMapRuns bool
	wait                  time.Duration
}

func (w *redriveWish) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.BoolVarP(&w.following, "follow", "f", false, "wait for its end")
	flags.BoolVar(&w.newMapRuns, "new-map-runs", false, "let new Map Runs over all items take the place of those that did not succeed")
	flags.DurationVar(&w.wait, "wait", 2*time.Minute, "how long to wait for a Map Run that still finishes")
}

// redriving is the redrive of one execution.
type redriving struct {
	*cluster
	console *console
	id      identity
	redriveWish
	// mapRun is the ARN of a Map Run that has to go on, "" for none.
	mapRun string
}

// redriven is an execution that goes on, in the terms of AWS's RedriveExecution.
type redriven struct {
	RedriveDate  time.Time        `json:"redriveDate"`
	RedriveCount int              `json:"redriveCount"`
	ExecutionARN string           `json:"executionArn"`
	WorkflowID   string           `json:"workflowId"`
	RunID        string           `json:"runId"`
	MapRuns      []redrivenMapRun `json:"mapRuns,omitempty"`
}

func (r *redriven) text() string { return r.ExecutionARN + "\n" }

// answer redrives the execution and answers with that or, when it is followed,
// with what became of it.
func (r *redriving) answer(ctx context.Context, format outputFormat) error {
	done, err := r.redrive(ctx)
	if err != nil {
		return err
	}
	for _, run := range done.MapRuns {
		r.console.say("stepwell: %s", run.said())
	}
	if !r.following {
		return r.console.answerWith(format, done, done.text)
	}
	r.console.say("redrive %d of %s", done.RedriveCount, done.ExecutionARN)
	return r.followAndAnswer(ctx, r.console, r.id, func(e *execution) error { return r.console.answerWith(format, e, e.text) })
}

// redrive lets an execution that has ended go on in a new run of its workflow.
func (r *redriving) redrive(ctx context.Context) (*redriven, error) {
	if item, err := r.packedItem(ctx, r.id); item != nil || err != nil {
		if err == nil {
			err = r.noneByItself(item.origin.ID, item.mapRun)
		}
		return nil, err
	}
	l, err := r.look(ctx, r.id)
	if err != nil {
		return nil, err
	}
	arn, was := l.input.Origin.ID, l.info.GetExecution().GetRunId()
	switch why := l.unredrivable(); why {
	case "":
	case childReason:
		return nil, r.noneByItself(arn, l.mapRunARN())
	default:
		return nil, notRedrivable(arn, why)
	}
	rest, err := r.restOfExecution(ctx, l)
	if err != nil {
		return nil, r.explainRedrive(err, l)
	}
	runs, err := r.mapRunsOf(ctx, arn, rest)
	if err != nil {
		return nil, err
	}
	how := machine.Redriving{}
	input := wire.Execution{Definition: l.input.Definition, Origin: l.input.Origin, Staging: l.input.Staging}
	for _, run := range runs {
		if run.Replaced {
			how.NewMapRuns = true
			continue
		}
		how.MapRuns = append(how.MapRuns, run.MapRunARN)
		input.MapRuns = append(input.MapRuns, run.rest)
	}
	frame, err := audit.Redrive(rest, l.input.Definition, how)
	if err != nil {
		return nil, r.explainRedrive(err, l)
	}
	count := rest.Redrives + 1
	input.Redrive = &wire.Redrive{Count: count, Time: time.Now().UTC().Truncate(time.Millisecond), Run: was, NewMapRuns: how.NewMapRuns}
	if err := r.console.carry(ctx, &input, rest, frame); err != nil {
		return nil, err
	}
	// The server lets one of two redrives start a run. That the other one's frame is
	// of an end that is the latest no more, it cannot know.
	if now := r.latestRun(ctx, r.id.workflowID()); now != "" && now != was {
		return nil, notRedrivable(arn, "Execution was redriven by somebody else meanwhile")
	}
	run, err := r.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       r.id.workflowID(),
		TaskQueue:                                r.taskQueue,
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
	}, r.id.machine, input)
	if err != nil {
		return nil, r.explainRedrive(err, l)
	}
	return &redriven{
		RedriveDate: input.Redrive.Time, RedriveCount: count, ExecutionARN: arn, WorkflowID: run.GetID(), RunID: run.GetRunID(), MapRuns: runs,
	}, nil
}

// restOfExecution gives the frame that the latest run of an execution ended with,
// nil when no worker had begun it.
func (n *cluster) restOfExecution(ctx context.Context, l *look) (*machine.Frame, error) {
	return audit.Rest(ctx, audit.Source{
		Service: n.WorkflowService(), Namespace: n.namespace,
		Execution: workflow.Execution{ID: l.id.workflowID(), RunID: l.info.GetExecution().GetRunId()},
	})
}
