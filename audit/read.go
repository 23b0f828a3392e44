package audit

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// liveReplays is how long the replays of a run that goes on lie apart: each
// begins at the run's beginning.
const liveReplays = 500 * time.Millisecond

// Source says whose history is read.
type Source struct {
	Service   workflowservice.WorkflowServiceClient
	Namespace string
	// Execution is the latest run of the execution's workflow. Without a RunID it
	// is looked up.
	Execution workflow.Execution
	// Item is the ARN of an item's execution when Execution is the packed shard
	// that it runs in, as [FindItem] finds it; else empty. Earlier are the ids of
	// the workflows of shards that it ran in before it was redriven.
	Item    string
	Earlier []string
	// Follow goes on until the execution has ended.
	Follow bool
	// Provisional, when it is there, is handed the events after all others of a
	// running execution that is not followed: the attempts so far of its Tasks
	// in flight. Their ids are those that they will have when nothing else
	// happens before these Tasks end; beside other branches of a Parallel or Map
	// they may come to stand later, or, of a Task that is stopped, not at all.
	Provisional func(machine.Event) error
	// Workflows are the options of the workflows that ran.
	Workflows workflows.Options
}

// Read hands the events of an execution to visit, in the order of their ids. A
// running execution is read as far as it got, or followed to its end. It holds
// one run's history at a time. Errors are Temporal's, those of visit, or a
// [MismatchError].
func Read(ctx context.Context, s Source, visit func(machine.Event) error) error {
	if s.Workflows.Programs == nil {
		s.Workflows.Programs = programs.New(workflows.Compile, 1) // one definition for all replays
	}
	r := &reading{Source: s, visit: visit}
	for _, id := range s.Earlier {
		if err := r.before(ctx, id); err != nil {
			return err
		}
	}
	if err := r.all(ctx); err != nil {
		return err
	}
	return r.release(math.MaxInt64)
}

// all reads all runs of the Source's Execution.
func (r *reading) all(ctx context.Context) error {
	if err := r.latest(ctx); err != nil {
		return err
	}
	chain, err := r.chain(ctx)
	if err != nil {
		return err
	}
	for len(chain) > 0 && !r.over {
		next, err := r.run(ctx, chain[0])
		if err != nil {
			return err
		}
		chain = chain[1:]
		if len(chain) == 0 && next != "" {
			chain = []string{next}
		}
	}
	return nil
}

// before reads a shard that an item ran in before it was redriven, as far as it
// is kept. What it tells is held until it is known from which event on the next
// shard tells something else: one that was lost has told in vain.
func (r *reading) before(ctx context.Context, id string) error {
	earlier := &reading{Source: r.Source}
	earlier.Execution, earlier.Follow, earlier.Provisional = workflow.Execution{ID: id}, false, nil
	earlier.visit = func(e machine.Event) error {
		r.held = append(keepBefore(r.held, e.ID), e)
		return nil
	}
	err := earlier.all(ctx)
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return nil
	}
	return err
}

// release hands out what is held of the events before this id.
func (r *reading) release(id int64) error {
	held := keepBefore(r.held, id)
	r.held = nil
	for _, event := range held {
		if err := r.visit(event); err != nil {
			return err
		}
	}
	return nil
}

// keepBefore gives the events before the one with this id.
func keepBefore(events []machine.Event, id int64) []machine.Event {
	for len(events) > 0 && events[len(events)-1].ID >= id {
		events = events[:len(events)-1]
	}
	return events
}

// latest looks up the latest run when the Source names none.
func (s *Source) latest(ctx context.Context) error {
	if s.Execution.RunID != "" {
		return nil
	}
	described, err := s.describe(ctx)
	if err == nil {
		s.Execution.RunID = described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	}
	return err
}

// chain gives the ids of the runs that led to the latest, the earliest first,
// as far as Temporal keeps them: those that continued as new, and those that had
// ended before a redrive.
func (s *Source) chain(ctx context.Context) ([]string, error) {
	runs := []string{s.Execution.RunID}
	for {
		page, err := s.page(ctx, pageOf{run: runs[len(runs)-1], size: 1})
		var gone *serviceerror.NotFound
		if errors.As(err, &gone) && len(runs) > 1 {
			runs = runs[:len(runs)-1]
			break
		}
		if err != nil {
			return nil, err
		}
		before := ""
		if events := page.GetHistory().GetEvents(); len(events) > 0 {
			before = runBefore(events[0].GetWorkflowExecutionStartedEventAttributes())
		}
		if before == "" {
			break
		}
		runs = append(runs, before)
	}
	slices.Reverse(runs)
	return runs, nil
}

// reading is one Read.
type reading struct {
	Source
	visit func(machine.Event) error
	// last is the id of the event that was handed out last.
	last int64
	// held are events of earlier shards that have not been handed out yet.
	held []machine.Event
	// over tells that an item has ended, although its shard may go on.
	over bool
}

// run reads one run and gives the id of the one that continued it, "" when
// there is none (yet).
func (r *reading) run(ctx context.Context, id string) (next string, err error) {
	run := Run{Execution: workflow.Execution{ID: r.Execution.ID, RunID: id}, Item: r.Item}
	var token []byte
	for {
		page, err := r.page(ctx, pageOf{run: id, token: token, wait: r.Follow})
		if err != nil {
			return "", err
		}
		fresh := page.GetHistory().GetEvents()
		run.Events = append(run.Events, fresh...)
		token = page.GetNextPageToken()
		if len(token) == 0 {
			break
		}
		if r.Follow && slices.ContainsFunc(fresh, isCompletedTask) {
			if _, err := r.replay(run); err != nil || r.over {
				return "", err
			}
			if err := pause(ctx, liveReplays); err != nil {
				return "", err
			}
		}
	}
	replayed, err := r.replay(run)
	if err != nil || len(run.Events) == 0 {
		return "", err
	}
	last := run.Events[len(run.Events)-1]
	next = last.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	if next == "" && r.Provisional != nil && !r.Follow {
		err = r.provisional(ctx, replayed)
	}
	return next, err
}

// replay hands out the events of the run that have not been handed out.
func (r *reading) replay(run Run) (Replayed, error) {
	replayed, err := Replay(run, r.Workflows)
	if err != nil {
		return replayed, err
	}
	return replayed, r.handOut(run.conclude(replayed.Events, r.last), r.visit)
}

func (r *reading) handOut(events []machine.Event, visit func(machine.Event) error) error {
	for _, event := range events {
		if event.ID <= r.last {
			continue
		}
		if err := r.release(event.ID); err != nil {
			return err
		}
		r.last = event.ID
		r.over = r.Item != "" && isEnd(event.Type)
		if err := visit(event); err != nil {
			return err
		}
	}
	return nil
}

func isCompletedTask(event *historypb.HistoryEvent) bool {
	return event.GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
}

// pageOf asks for a page of a run's history; wait lets the answer wait for
// events when there are none yet.
type pageOf struct {
	run   string
	token []byte
	size  int32
	wait  bool
}

func (s *Source) page(ctx context.Context, p pageOf) (*workflowservice.GetWorkflowExecutionHistoryResponse, error) {
	return s.Service.GetWorkflowExecutionHistory(ctx, &workflowservice.GetWorkflowExecutionHistoryRequest{
		Namespace:       s.Namespace,
		Execution:       &commonpb.WorkflowExecution{WorkflowId: s.Execution.ID, RunId: p.run},
		MaximumPageSize: p.size,
		NextPageToken:   p.token,
		WaitNewEvent:    p.wait,
	})
}

func (s *Source) describe(ctx context.Context) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	return s.Service.DescribeWorkflowExecution(ctx, &workflowservice.DescribeWorkflowExecutionRequest{
		Namespace: s.Namespace,
		Execution: &commonpb.WorkflowExecution{WorkflowId: s.Execution.ID, RunId: s.Execution.RunID},
	})
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
