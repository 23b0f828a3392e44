package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func newHistory(c *console) *cobra.Command {
	var at connection
	var machineName string
	var following bool
	format := outputFormat{forms: []string{"text", "json", "jsonl"}}
	command := &cobra.Command{
		Use:   "history NAME|MACHINE/NAME|ARN",
		Short: "Show what happened in an execution, event by event",
		Long: `Show what happened in an execution, event by event, as AWS's
GetExecutionHistory does: state by state, with input and output. The table goes
to stdout; json is the answer of GetExecutionHistory, jsonl one event a line.

The events come from the history that Temporal keeps: they last as long as the
namespace keeps ended workflows. A running execution is shown up to where it
stands, with --follow until it has ended. Attempts of a Task that were retried
bear the time at which the execution learned of them.

Exits with 0 when the history could be shown, however the execution ended.`,
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
			l, err := n.look(ctx, id)
			if err != nil {
				return err
			}
			if l.input.Origin.Express {
				return failed("'stepwell describe "+id.workflowID()+"' shows its input and output",
					"%s is an Express execution: these keep no history, neither here nor on AWS", id.workflowID())
			}
			return n.history(ctx, c, l, historyWish{following, format})
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	command.Flags().StringVar(&machineName, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	command.Flags().BoolVarP(&following, "follow", "f", false, "go on until the execution has ended")
	return command
}

// historyWish says how a history is shown.
type historyWish struct {
	follow bool
	format outputFormat
}

// history writes the events of an execution.
func (n *cluster) history(ctx context.Context, c *console, l *look, w historyWish) error {
	var to eventWriter
	switch w.format.value {
	case "json":
		to = &eventObject{out: c.out}
	case "jsonl":
		to = &eventLines{out: c.out}
	default:
		to = newEventTable(c.out)
	}
	execution := l.info.GetExecution()
	seen := int64(0)
	err := audit.Read(ctx, audit.Source{
		Service:   n.WorkflowService(),
		Namespace: n.namespace,
		Execution: workflow.Execution{ID: execution.GetWorkflowId(), RunID: execution.GetRunId()},
		Follow:    w.follow,
	}, func(e machine.Event) error {
		if seen == 0 && e.ID > 1 {
			c.say("stepwell: events 1 to %d are missing: Temporal no longer keeps the runs of the workflow that they happened in", e.ID-1)
		}
		seen = e.ID
		return to.write(e)
	})
	// What was written so far is whole JSON however it ends.
	if closing := to.close(); err == nil {
		err = closing
	}
	return n.explainHistory(ctx, l, err, seen, c)
}

func (n *cluster) explainHistory(ctx context.Context, l *look, err error, seen int64, c *console) error {
	var mismatch *audit.MismatchError
	var writing *writeError
	switch {
	case err == nil && seen == 0:
		c.say("stepwell: nothing has happened yet: no worker has taken up %s; 'stepwell doctor' says whether one polls task queue %s", l.id.workflowID(), n.taskQueue)
		return nil
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return failed("", "interrupted; the execution goes on")
	case errors.As(err, &mismatch):
		return failed("use the stepwell of the version of the workers that ran it; Temporal's own view: temporal workflow show --workflow-id "+l.id.workflowID(), "%s", mismatch)
	case errors.As(err, &writing):
		return err
	}
	return n.explain(err, "the history cannot be read")
}

// eventWriter writes events one by one.
type eventWriter interface {
	write(machine.Event) error
	close() error
}

// writeError is a failure to write an answer.
type writeError struct{ err error }

func (e *writeError) Error() string { return fmt.Sprintf("the answer cannot be written: %s", e.err) }
func (e *writeError) Unwrap() error { return e.err }

func put(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return &writeError{err}
	}
	return nil
}

// eventObject writes AWS's answer of GetExecutionHistory, an event a line.
type eventObject struct {
	out   io.Writer
	begun bool
}

func (w *eventObject) write(e machine.Event) error {
	before := ",\n"
	if !w.begun {
		w.begun, before = true, "{\"events\":[\n"
	}
	return put(w.out, before+awsEvent(e).String())
}

func (w *eventObject) close() error {
	if !w.begun {
		return put(w.out, "{\"events\":[]}\n")
	}
	return put(w.out, "\n]}\n")
}

// eventLines writes an event a line.
type eventLines struct{ out io.Writer }

func (w *eventLines) write(e machine.Event) error { return put(w.out, awsEvent(e).String()+"\n") }
func (w *eventLines) close() error                { return nil }

// awsEvent gives an event as AWS writes it (AWS API, HistoryEvent); times are
// ISO 8601, as with the AWS command line.
func awsEvent(e machine.Event) value.Value {
	object := value.NewObject(5)
	object.Put("timestamp", value.OfString(e.Time.UTC().Format(timeForm)))
	object.Put("type", value.OfString(e.Type))
	object.Put("id", value.OfInt(e.ID))
	object.Put("previousEventId", value.OfInt(e.Previous))
	if e.Member != "" {
		object.Put(e.Member, e.Details)
	}
	return object.Value()
}
