package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
)

const (
	// askTime bounds how long Temporal may take to answer a probe.
	askTime = 3 * time.Second
	// keepTime is how long an answer holds, however often is probed.
	keepTime = time.Second
)

// health says whether the process does what it is there for. It is safe for
// concurrent use.
type health struct {
	mu sync.Mutex
	// ask asks Temporal about this worker; nil until the worker has started.
	ask      func(context.Context) error
	stopping bool
	asked    time.Time
	answer   error
}

// started tells that the worker takes work, and whom to ask about it.
func (h *health) started(ask func(context.Context) error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ask = ask
}

// stops tells that the worker takes no more work.
func (h *health) stops() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stopping = true
}

// ready gives nil when the worker polls and Temporal answers, otherwise what
// is missing.
func (h *health) ready(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.stopping:
		return fmt.Errorf("the worker stops")
	case h.ask == nil:
		return fmt.Errorf("the worker starts")
	case time.Since(h.asked) < keepTime:
		return h.answer
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	h.answer = h.ask(ctx)
	h.asked = time.Now()
	return h.answer
}

// polls asks Temporal whether it has seen the worker of this identity poll the
// task queue. Once it has, only that Temporal answers counts: a worker that is
// fully occupied does not poll.
func (c *cluster) polls(taskQueue string) func(context.Context) error {
	seen := map[enumspb.TaskQueueType]bool{}
	return func(ctx context.Context) error {
		for _, kind := range []enumspb.TaskQueueType{enumspb.TASK_QUEUE_TYPE_WORKFLOW, enumspb.TASK_QUEUE_TYPE_ACTIVITY} {
			described, err := c.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
				Namespace:     c.namespace,
				TaskQueue:     &taskqueuepb.TaskQueue{Name: taskQueue},
				TaskQueueType: kind,
			})
			if err != nil {
				return fmt.Errorf("no answer from Temporal at %s: %w", c.address, err)
			}
			for _, poller := range described.GetPollers() {
				seen[kind] = seen[kind] || poller.GetIdentity() == c.identity
			}
			if !seen[kind] {
				return fmt.Errorf("this worker has not yet been seen by Temporal to poll the task queue %s (%s)", taskQueue, kind)
			}
		}
		return nil
	}
}
