package main

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newHistory(c *console) *cobra.Command {
	var at connection
	var w historyWish
	command := &cobra.Command{
		Use:   "history NAME|MACHINE/NAME|ARN",
		Short: "Show what happened in an execution, event by event",
		Long: `Show what happened in an execution, event by event, as AWS's
GetExecutionHistory does: state by state, with input and output. An item of a
Map Run has a history of its own, found by its execution's ARN or as
MACHINE/LABEL:NAME: 'stepwell results MAPRUN-ARN --failed' tells names, with
--format json ARNs. Items of Express batches have none.

The table goes to stdout, as the other forms do:
  table  a line an event, for people; long values are cut
  aws    the answer of GetExecutionHistory, with times in ISO 8601
  json   the same events, each with the state that it belongs to, and whose they
         are: execution, state machine, Map Run, workflow and run
  jsonl  the events of json, one a line
--format is the name of the flag; --output is the same, and calls the table text.

The events come from the history that Temporal keeps: they last as long as the
namespace keeps ended workflows. A running execution is shown up to where it
stands, with the attempts so far of Tasks that are being retried; beside other
branches of a Parallel or Map the ids of these attempts are not final (json
marks them as provisional). With --follow it is shown until it has ended, and
attempts when their Task has.

Exits with 0 when the history could be shown, however the execution ended.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: executionNames(c, &at),
		RunE: func(command *cobra.Command, names []string) error {
			if err := w.check(); err != nil {
				return err
			}
			ctx := command.Context()
			n, err := at.dial(ctx, c)
			if err != nil {
				return err
			}
			defer n.Close()
			id, err := n.find(ctx, names[0], w.machine)
			if err != nil {
				return err
			}
			s, err := n.subject(ctx, id)
			if err != nil {
				return err
			}
			return n.history(ctx, c, s, w)
		},
	}
	at.addFlags(command)
	w.addFlags(command)
	return command
}

func historyForms() []string { return []string{"table", "aws", "json", "jsonl"} }

// historyWish says which events are shown, and how.
type historyWish struct {
	machine string
	format  string
	// most bounds the number of events; 0 is no bound.
	most                    int
	reverse, noData, follow bool
}

func (w *historyWish) addFlags(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&w.machine, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	flags.StringVar(&w.format, "format", "table", "`form` of the history: "+choice(historyForms()))
	flags.StringVarP(&w.format, "output", "o", "table", "the same as --format; text is the table")
	flags.IntVar(&w.most, "max-results", 0, "show at most so many events (`number`); 0 shows all")
	flags.BoolVar(&w.reverse, "reverse-order", false, "show the latest event first")
	flags.BoolVar(&w.noData, "no-execution-data", false, "leave out inputs, outputs, parameters and variables")
	flags.BoolVarP(&w.follow, "follow", "f", false, "go on until the execution has ended")
	completeFlag(command, "format", historyForms()...)
	completeFlag(command, "output", append([]string{"text"}, historyForms()[1:]...)...)
}

func (w *historyWish) check() error {
	if w.format == "text" { // as the other commands call it
		w.format = "table"
	}
	switch {
	case !slices.Contains(historyForms(), w.format):
		return misused("use "+choice(historyForms()), "--format %q is no form of a history", w.format)
	case w.most < 0:
		return misused("use a number from 1", "--max-results %d shows nothing", w.most)
	case w.follow && w.reverse:
		return misused("leave out one of them", "--reverse-order shows the end first, --follow waits for it")
	}
	return nil
}

// history writes the events of an execution.
func (n *cluster) history(ctx context.Context, c *console, s *subject, w historyWish) error {
	to := newEventStream(c.out, s, w)
	err := audit.Read(ctx, audit.Source{
		Service:     n.WorkflowService(),
		Namespace:   n.namespace,
		Execution:   s.workflow,
		Item:        s.item,
		Earlier:     s.earlier,
		Follow:      w.follow,
		Provisional: to.provisional,
	}, func(e machine.Event) error {
		if to.last == 0 && e.ID > 1 {
			c.say("stepwell: events 1 to %d are missing: Temporal no longer keeps the runs of the workflow that they happened in", e.ID-1)
		}
		return to.write(e)
	})
	// What was written so far is whole JSON however it ends.
	if closing := to.close(); err == nil || errors.Is(err, errEnough) {
		err = closing
	}
	return n.explainHistory(ctx, c, s, to, err)
}

func (n *cluster) explainHistory(ctx context.Context, c *console, s *subject, to *eventStream, err error) error {
	var mismatch *audit.MismatchError
	var writing *writeError
	switch {
	case err == nil && to.last == 0 && s.item != "":
		c.say("stepwell: nothing has happened: %s has not been started", s.item)
	case err == nil && to.last == 0:
		c.say("stepwell: nothing has happened yet: no worker has taken up %s; 'stepwell doctor' says whether one polls task queue %s", s.workflow.ID, n.taskQueue)
	case err == nil && to.from > 0:
		c.say("stepwell: from event %d on these are attempts of Tasks that are being retried; their ids are not final beside other branches", to.from)
	case err == nil:
	case ctx.Err() != nil:
		return failed("", "interrupted; the execution goes on")
	case errors.As(err, &mismatch):
		return failed("use the stepwell of the version of the workers that ran it; Temporal's own view: temporal workflow show --workflow-id "+s.workflow.ID, "%s", mismatch)
	case errors.As(err, &writing):
		return err
	default:
		return n.explain(err, "the history cannot be read")
	}
	return nil
}
