package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func newMapRun(c *console) *cobra.Command {
	command := &cobra.Command{
		Use:   "maprun",
		Short: "Look after Map Runs: list, describe, update, pause, resume, items, stop, redrive",
		Long: `Look after the Map Runs of Distributed Maps: see how they stand, change what may
run at once while they go on, and look at their items.

A Map Run is named by its ARN, as 'stepwell maprun list' shows it.`,
		Args: func(command *cobra.Command, arguments []string) error {
			if len(arguments) > 0 {
				return misused(helpOf(command), "there is no command %q", "maprun "+arguments[0])
			}
			return misused(helpOf(command), "which command of maprun?")
		},
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	command.AddCommand(
		newMapRunList(c), newMapRunDescribe(c), newMapRunUpdate(c), newMapRunPause(c), newMapRunResume(c), newMapRunItems(c), newMapRunStop(c), newMapRunRedrive(c),
	)
	return command
}

// mapRunFlags are the flags that all commands of one Map Run have.
type mapRunFlags struct {
	connection
	format outputFormat
	// check, unless nil, looks at further flags before Temporal is asked.
	check func() error
}

// onMapRun makes a command of the Map Run that its one argument names.
func onMapRun(c *console, command *cobra.Command, f *mapRunFlags, run func(ctx context.Context, n *cluster, id string) error) *cobra.Command {
	command.Args = cobra.ExactArgs(1)
	command.ValidArgsFunction = mapRunNames(c, &f.connection)
	command.RunE = func(command *cobra.Command, names []string) error {
		if err := f.format.check(); err != nil {
			return err
		}
		if f.check != nil {
			if err := f.check(); err != nil {
				return err
			}
		}
		id, err := mapRunID(names[0])
		if err != nil {
			return err
		}
		n, err := f.dial(command.Context(), c)
		if err != nil {
			return err
		}
		defer n.Close()
		return run(command.Context(), n, id)
	}
	f.connection.addFlags(command)
	f.format = jsonFirst()
	f.format.addFlag(command)
	return command
}

// mapRunID gives the workflow id of the Map Run that a text names: its ARN, or
// the workflow id itself.
func mapRunID(text string) (string, error) {
	id := text
	if strings.HasPrefix(text, "arn:") {
		id = wire.MapRunID(text)
	}
	label, uuid, _ := strings.Cut(id, ":")
	if machine, name, ok := strings.Cut(label, "/"); !ok || machine == "" || name == "" || uuid == "" {
		return "", misused("use arn:aws:states:REGION:ACCOUNT:mapRun:MACHINE/LABEL:UUID; 'stepwell maprun list EXECUTION' shows those of an execution",
			"Invalid Arn: %q is not the ARN of a Map Run", text)
	}
	return id, nil
}

// mapRunLook is what Temporal itself knows of a Map Run.
type mapRunLook struct {
	id   string
	info *workflowpb.WorkflowExecutionInfo
	// input is what its latest run was started with.
	input wire.MapRun
}

func (l *mapRunLook) running() bool {
	return l.info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
}

func (l *mapRunLook) arn() string { return l.input.Spec.Run.MapRunArn }

// lookMapRun finds a Map Run on Temporal.
func (n *cluster) lookMapRun(ctx context.Context, id string) (*mapRunLook, error) {
	const doing = "the Map Run cannot be described"
	described, err := n.DescribeWorkflowExecution(ctx, id, "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return nil, n.noMapRun(id)
	}
	if err != nil {
		return nil, n.explain(err, doing)
	}
	l := &mapRunLook{id: id, info: described.GetWorkflowExecutionInfo()}
	first, err := n.firstEvent(ctx, id, l.info.GetExecution().GetRunId())
	if err != nil {
		return nil, n.explain(err, doing)
	}
	payloads := first.GetWorkflowExecutionStartedEventAttributes().GetInput()
	err = offload.NewConverter().FromPayloads(payloads, &l.input)
	if errors.As(err, new(*offload.LostError)) {
		return nil, n.explain(err, doing)
	}
	if err != nil || l.arn() == "" {
		return nil, failed("'stepwell maprun list --all' shows the Map Runs that exist", "the workflow %s is no Map Run of Stepwell", id)
	}
	return l, nil
}

func (n *cluster) noMapRun(id string) error {
	return failed("'stepwell maprun list --all' shows the Map Runs that exist",
		"ResourceNotFound: Resource not found: '%s' (no workflow %s in namespace %s at %s)", n.account.arn("mapRun", id), id, n.namespace, n.address)
}

// executionOf gives the ARN of the execution with a workflow id.
func (a account) executionOf(workflowID string) string {
	if strings.Contains(workflowID, ":") { // that of an item
		return a.arn("execution", workflowID)
	}
	if id, ok := parseIdentity(workflowID); ok {
		return a.executionARN(id)
	}
	return ""
}

// labelledMachine gives the "state machine" of the items of a Map Run.
func (a account) labelledMachine(id string) string {
	label, _, _ := strings.Cut(id, ":")
	return a.machineARN(label)
}

// instant is a time as AWS shows it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// float gives a number the way JSON shows it.
func float(f float64) string {
	text, err := json.Marshal(f)
	if err != nil {
		return fmt.Sprint(f)
	}
	return string(text)
}
