package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

func newRun(c *console) *cobra.Command {
	var w wish
	var format outputFormat
	command := &cobra.Command{
		Use:   "run FILE",
		Short: "Start an execution and follow it to its end",
		Long: `Start an execution of the state machine in FILE and follow it to its end.

The output of the execution alone goes to stdout, or with --output json all that
DescribeExecution tells, and the counts of Map Runs. Exits with 0 when the
execution succeeded. Ctrl-C ends the following; the execution goes on.`,
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, files []string) error {
			if err := format.check(); err != nil {
				return err
			}
			n, r, s, err := w.begin(command.Context(), c, files[0])
			if err != nil {
				return err
			}
			defer n.Close()
			c.say("started %s", s.ExecutionARN)
			c.say("  workflow %s, run %s, namespace %s", s.WorkflowID, s.RunID, n.namespace)
			return n.followAndAnswer(command.Context(), c, r.id, func(e *execution) error {
				switch {
				case format.isJSON():
					return c.answer(e)
				case e.Output != nil:
					return put(c.out, *e.Output+"\n")
				}
				return nil
			})
		},
	}
	w.addFlags(command)
	format.addFlag(command)
	return command
}

// followAndAnswer follows an execution and answers with what became of it.
func (n *cluster) followAndAnswer(ctx context.Context, c *console, id identity, answer func(*execution) error) error {
	e, err := n.follow(ctx, id, newProgress(c))
	if errors.Is(err, errInterrupted) {
		return failed(fmt.Sprintf("follow it: stepwell describe --follow %s\nstop it:   stepwell stop %s", id.workflowID(), id.workflowID()),
			"interrupted; the execution goes on")
	}
	if err != nil {
		return err
	}
	e.tell(c)
	err = answer(e)
	if err == nil && e.Status != machine.Succeeded {
		return told{}
	}
	return err
}

// tell tells people how an execution has ended.
func (e *execution) tell(c *console) {
	for _, r := range e.MapRuns {
		r.tell(c)
	}
	c.say("%s in %s", e.Status, duration(e.StopDate.Sub(e.StartDate)))
	if e.Error != nil {
		c.say("  error: %s", *e.Error)
	}
	if e.Cause != nil {
		c.say("  cause: %s", *e.Cause)
	}
	if e.Note != "" {
		c.say("  note:  %s", e.Note)
	}
}

// tell tells people where a Map Run stands.
func (r *mapRun) tell(c *console) {
	c.say("%s", r.line())
	if r.Manifest != "" {
		c.say("  results: %s", r.Manifest)
	}
}

func (r *mapRun) line() string {
	name := r.State
	if name == "" {
		name = "Map Run " + r.WorkflowID
	}
	n := r.ItemCounts
	if n == nil {
		return fmt.Sprintf("%s: %s, %s", name, r.Status, r.Note)
	}
	line := fmt.Sprintf("%s: %s, %d items: %d succeeded, %d failed, %d timed out, %d aborted, %d pending",
		name, r.Status, n.Total, n.Succeeded, n.Failed, n.TimedOut, n.Aborted, n.Pending)
	if n.PendingRedrive > 0 {
		line += fmt.Sprintf(", %d pending redrive", n.PendingRedrive)
	}
	if r.RedriveCount > 0 {
		line += fmt.Sprintf(" (redrive %d)", r.RedriveCount)
	}
	return line
}
