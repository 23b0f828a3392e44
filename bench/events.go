package main

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
)

// events counts the events of all histories since then, from Temporal's list of
// workflows. That lags a little: the count stands when every workflow has ended
// and two looks give the same.
func (s *stage) events(ctx context.Context, since time.Time) (int64, error) {
	query := fmt.Sprintf("TaskQueue = '%s' AND StartTime >= '%s'", taskQueue, since.UTC().Truncate(time.Millisecond).Format(time.RFC3339Nano))
	for before := int64(-1); ; {
		total, ended, err := s.listed(ctx, query)
		if err != nil {
			return 0, err
		}
		if ended && total > 0 && total == before {
			return total, nil
		}
		before = total
		select {
		case <-time.After(500 * time.Millisecond):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// listed adds up the lengths of the histories of the workflows listed, and tells
// whether all have ended: one that runs shows no length.
func (s *stage) listed(ctx context.Context, query string) (total int64, ended bool, err error) {
	request := &workflowservice.ListWorkflowExecutionsRequest{Namespace: s.server.Namespace, Query: query, PageSize: 1000}
	for ended = true; ; {
		page, err := s.client.ListWorkflow(ctx, request)
		if err != nil {
			return 0, false, err
		}
		for _, w := range page.Executions {
			total += w.GetHistoryLength()
			ended = ended && w.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
		}
		if request.NextPageToken = page.NextPageToken; len(request.NextPageToken) == 0 {
			return total, ended, nil
		}
	}
}
