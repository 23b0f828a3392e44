package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func newStop(c *console) *cobra.Command {
	var at connection
	s := stopping{format: jsonFirst()}
	command := &cobra.Command{
		Use:   "stop NAME|MACHINE/NAME|ARN",
		Short: "Stop an execution",
		Long: `Stop an execution, and wait until it has ended and its Map Runs have written
their manifests. Items that are under way end; no more are started.

With --force its workflows are terminated at once: no manifest is written, and
what its Map Runs hold in staging stays there.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: executionNames(c, &at),
		RunE: func(command *cobra.Command, names []string) error {
			if err := s.format.check(); err != nil {
				return err
			}
			ctx := command.Context()
			n, err := at.dial(ctx, c)
			if err != nil {
				return err
			}
			defer n.Close()
			id, err := n.find(ctx, names[0], s.machine)
			if err != nil {
				return err
			}
			s.cluster, s.console, s.id = n, c, id
			if command.Flags().Changed("error") {
				s.why.Error = value.OfString(s.errorName)
			}
			if command.Flags().Changed("cause") {
				s.why.Cause = value.OfString(s.cause)
			}
			return s.run(ctx)
		},
	}
	at.addFlags(command)
	s.format.addFlag(command)
	flags := command.Flags()
	flags.StringVar(&s.machine, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	flags.StringVar(&s.errorName, "error", "", "error `name` to give to the execution")
	flags.StringVar(&s.cause, "cause", "", "`text` that says why")
	flags.BoolVar(&s.force, "force", false, "terminate its workflows")
	flags.DurationVar(&s.wait, "wait", 2*time.Minute, "how long to wait for its end")
	return command
}

// stopping is the stopping of one execution.
type stopping struct {
	*cluster
	console          *console
	id               identity
	machine          string
	errorName, cause string
	why              machine.Failure
	force            bool
	format           outputFormat
	wait             time.Duration
}

func (s *stopping) run(ctx context.Context) error {
	before, err := s.describe(ctx, s.id, nil)
	if err != nil {
		return err
	}
	if before.Status != machine.Running {
		s.console.say("stepwell: %s has ended already: %s", s.id.workflowID(), before.Status)
		return s.console.answerWith(s.format, before, before.text)
	}
	links := linksOf(before.MapRuns)
	if s.force {
		err = s.terminate(ctx, links)
	} else {
		err = s.cancel(ctx)
	}
	if err != nil {
		return err
	}
	return s.await(ctx, links)
}

// cancel says why and asks the execution to end.
func (s *stopping) cancel(ctx context.Context) error {
	const doing = "the execution cannot be stopped"
	err := s.SignalWorkflow(ctx, s.id.workflowID(), "", wire.StopSignal, s.why)
	if err == nil {
		err = s.CancelWorkflow(ctx, s.id.workflowID(), "")
	}
	var gone *serviceerror.NotFound
	if err != nil && !errors.As(err, &gone) { // it may have ended meanwhile
		return s.explain(err, doing)
	}
	return nil
}

// terminate ends the execution and every workflow below it. Shards may be
// started while it goes on, and Temporal's list lags behind a little, so it
// looks again until none is left.
func (s *stopping) terminate(ctx context.Context, links []wire.MapRunLink) error {
	const rounds, reason = 20, "stepwell stop --force"
	var gone *serviceerror.NotFound
	err := s.TerminateWorkflow(ctx, s.id.workflowID(), "", reason)
	if err != nil && !errors.As(err, &gone) {
		return s.explain(err, "the execution cannot be terminated")
	}
	terminated := map[string]bool{}
	below := make([]string, 0, len(links))
	for _, link := range links {
		below = append(below, link.WorkflowID)
	}
	for range rounds {
		for _, id := range below {
			if err := s.TerminateWorkflow(ctx, id, "", reason); err != nil && !errors.As(err, &gone) {
				return s.explain(err, "workflow "+id+" cannot be terminated; it goes on")
			}
			terminated[id] = true
		}
		if !pause(ctx, glance/2) {
			return ctx.Err()
		}
		if below, err = s.below(ctx); err != nil {
			return s.explain(err, "the workflows of its Map Runs cannot be found; they go on")
		}
		if len(below) == 0 {
			break
		}
	}
	s.console.say("stepwell: terminated %s and %s below it", s.id.workflowID(), plural(len(terminated), "workflow"))
	s.console.say("  lost: where it stood, the results of tasks under way, and the result files of its Map Runs (no manifest is written)")
	s.console.say("  left: part files of its Map Runs in staging, under STEPWELL_STAGING or .stepwell/ beside the results")
	return nil
}

// below gives the workflows that run for the execution: Map Runs, shards and
// items. They outlive the run that started them, so nobody else ends them.
func (s *stopping) below(ctx context.Context) (ids []string, err error) {
	query := fmt.Sprintf("RootWorkflowId = '%[1]s' AND WorkflowId != '%[1]s' AND ExecutionStatus = 'Running'", quoted(s.id.workflowID()))
	page, err := s.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, PageSize: 500})
	for _, info := range page.GetExecutions() {
		ids = append(ids, info.GetExecution().GetWorkflowId())
	}
	return ids, err
}

// await waits until the execution and its Map Runs have ended.
func (s *stopping) await(ctx context.Context, links []wire.MapRunLink) error {
	waiting, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	// How it ends is read from its description.
	_ = s.GetWorkflow(waiting, s.id.workflowID(), "").Get(waiting, nil)
	pending := s.mapRunsPending(waiting, links)
	if ctx.Err() != nil {
		return failed("see how it ends: stepwell describe --follow "+s.id.workflowID(), "interrupted; %s has been asked to stop", s.id.workflowID())
	}
	after, err := s.describe(ctx, s.id, links)
	if err != nil {
		return err
	}
	if err := s.console.answerWith(s.format, after, after.text); err != nil {
		return err
	}
	force := fmt.Sprintf("wait on: stepwell describe --follow %[1]s\nor end its workflows at once: stepwell stop --force %[1]s", s.id.workflowID())
	switch {
	case after.Status == machine.Running:
		if polled, err := s.polled(ctx); err == nil && !polled {
			force = fmt.Sprintf("no worker polls task queue %s: start one with stepwell-worker\n", s.taskQueue) + force
		}
		return failed(force, "%s has been asked to stop, but did not end within %v", s.id.workflowID(), s.wait)
	case pending > 0:
		return failed(force, "%s has ended, but %s still at work after %v", s.id.workflowID(), plural(pending, "Map Run"), s.wait)
	}
	after.tell(s.console)
	return nil
}

// mapRunsPending waits for the Map Runs and gives the number of those that
// still run when ctx ends.
func (s *stopping) mapRunsPending(ctx context.Context, links []wire.MapRunLink) (pending int) {
	for _, link := range links {
		_ = s.GetWorkflow(ctx, link.WorkflowID, "").Get(ctx, nil)
		asking, cancel := context.WithTimeout(context.WithoutCancel(ctx), queryTime)
		described, err := s.DescribeWorkflowExecution(asking, link.WorkflowID, "")
		cancel()
		if err == nil && described.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			pending++
		}
	}
	return pending
}

func linksOf(runs []mapRun) (links []wire.MapRunLink) {
	for _, r := range runs {
		links = append(links, wire.MapRunLink{MapRunArn: r.MapRunARN, WorkflowID: r.WorkflowID, State: r.State})
	}
	return links
}

// pause waits; it is false when ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}
