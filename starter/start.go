package main

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func newStart(c *console) *cobra.Command {
	var w wish
	format := jsonFirst()
	command := &cobra.Command{
		Use:   "start FILE",
		Short: "Start an execution and do not wait for it",
		Long: `Start an execution of the state machine in FILE and do not wait for it.

A name stands for one execution: starting it again while it runs gives the same
answer when the input is the same, and is an error otherwise.`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, files []string) error {
			if err := format.check(); err != nil {
				return err
			}
			n, _, s, err := w.begin(command.Context(), c, files[0])
			if err != nil {
				return err
			}
			defer n.Close()
			return c.answerWith(format, s, func() string { return s.ExecutionARN + "\n" })
		},
	}
	w.addFlags(command)
	format.addFlag(command)
	return command
}

// started is an execution that runs, in the terms of AWS's StartExecution.
type started struct {
	ExecutionARN    string    `json:"executionArn"`
	StateMachineARN string    `json:"stateMachineArn"`
	Name            string    `json:"name"`
	StartDate       time.Time `json:"startDate"`
	WorkflowID      string    `json:"workflowId"`
	RunID           string    `json:"runId"`
}

// begin connects and starts what is asked for in the file. The caller closes
// the connection.
func (w *wish) begin(ctx context.Context, c *console, file string) (*cluster, *request, *started, error) {
	r, err := w.request(c, file)
	if err != nil {
		return nil, nil, nil, err
	}
	n, err := w.dial(ctx, c)
	if err != nil {
		return nil, nil, nil, err
	}
	s, err := n.start(ctx, c, r)
	if err != nil {
		n.Close()
		return nil, nil, nil, err
	}
	return n, r, s, nil
}

// start starts an execution. When one of its name runs already with the same
// input, that one is the answer.
func (n *cluster) start(ctx context.Context, c *console, r *request) (*started, error) {
	origin := r.execution.Origin
	run, err := n.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                                       r.id.workflowID(),
		TaskQueue:                                n.taskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            summary(r.summary),
		Memo: map[string]any{
			wire.KindMemo:  "execution",
			wire.ArnMemo:   origin.ID,
			wire.StartMemo: origin.StartTime,
		},
	}, r.id.machine, r.execution)
	var exists *serviceerror.WorkflowExecutionAlreadyStarted
	switch {
	case errors.As(err, &exists):
		return n.again(ctx, c, r)
	case err != nil:
		return nil, n.explain(err, "the execution cannot be started")
	}
	return &started{
		ExecutionARN:    origin.ID,
		StateMachineARN: origin.StateMachineID,
		Name:            origin.Name,
		StartDate:       origin.StartTime,
		WorkflowID:      run.GetID(),
		RunID:           run.GetRunID(),
	}, nil
}

// again answers for an execution whose name is taken, as AWS's StartExecution
// does.
func (n *cluster) again(ctx context.Context, c *console, r *request) (*started, error) {
	there, err := n.look(ctx, r.id)
	if err != nil {
		return nil, err
	}
	origin := there.input.Origin
	if there.running() && value.Equal(there.input.Input, r.execution.Input) {
		if there.input.Definition.Text.String() != r.execution.Definition.Text.String() {
			c.say("stepwell: %s runs already, with an earlier definition, which it keeps", r.id.workflowID())
		}
		return &started{
			ExecutionARN:    origin.ID,
			StateMachineARN: origin.StateMachineID,
			Name:            origin.Name,
			StartDate:       origin.StartTime,
			WorkflowID:      r.id.workflowID(),
			RunID:           there.info.GetExecution().GetRunId(),
		}, nil
	}
	why := "it has ended"
	if there.running() {
		why = "it runs with another input"
	}
	return nil, failed("choose another --name, or leave it out to get one\n'stepwell describe "+r.id.workflowID()+"' shows the one that exists",
		"ExecutionAlreadyExists: Execution Already Exists: '%s' (%s)", origin.ID, why)
}

// summary shortens a text to what Temporal takes as a summary: 400 bytes.
func summary(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}
