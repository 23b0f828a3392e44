package main

import (
	"context"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// tally counts what the workflows started since then have left behind, from
// Temporal's list of workflows. That lags a little: the count stands when every
// workflow has ended and two looks give the same.
func (s *stage) tally(ctx context.Context, since time.Time) (tally, told, error) {
	query := fmt.Sprintf("TaskQueue = '%s' AND StartTime >= '%s'", taskQueue, since.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano))
	for before := (tally{}); ; {
		total, alike, err := s.listed(ctx, query)
		if err != nil {
			return total, told{}, err
		}
		if alike != nil && total.workflows > 0 && total == before {
			said, err := s.tell(ctx, alike)
			return total, said, err
		}
		before = total
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return total, told{}, context.Cause(ctx)
		}
	}
}

// kind tells workflows apart that have done different things.
type kind struct {
	workflow string
	events   int64
}

// like is one of the workflows of a kind, and how many there are.
type like struct {
	run   *commonpb.WorkflowExecution
	count int64
}

// listed adds up what the list says of the workflows, all of which it groups.
// There are no groups as long as one of them runs, of which the list does not
// say what it has done.
func (s *stage) listed(ctx context.Context, query string) (total tally, alike map[kind]like, err error) {
	request := &workflowservice.ListWorkflowExecutionsRequest{Namespace: s.server.Namespace, Query: query, PageSize: 1000}
	ended := true
	for alike = map[kind]like{}; ; {
		page, err := s.client.ListWorkflow(ctx, request)
		if err != nil {
			return total, nil, err
		}
		for _, w := range page.Executions {
			total.workflows++
			total.events += w.GetHistoryLength()
			total.transitions += w.GetStateTransitionCount()
			ended = ended && w.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
			k := kind{w.GetType().GetName(), w.GetHistoryLength()}
			alike[k] = like{w.GetExecution(), alike[k].count + 1}
		}
		if request.NextPageToken = page.NextPageToken; len(request.NextPageToken) == 0 {
			break
		}
	}
	if !ended {
		alike = nil
	}
	return total, alike, nil
}
