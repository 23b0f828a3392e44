package main

import (
	"context"
	"errors"
	"time"

	enumspb "go.temporal.io/api/enums/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// glance is how often a running execution is asked where it stands.
	glance = time.Second
	// patience is how long a worker may take to show itself.
	patience = 3 * time.Second
	// pollerAge is how long ago a worker that lives may have begun its last
	// poll: one poll lasts about a minute.
	pollerAge = 90 * time.Second
)

// errInterrupted ends the following of an execution that goes on.
var errInterrupted = errors.New("interrupted")

// follow follows an execution to its end, with progress for people, and tells
// how it ended. It is errInterrupted when ctx ends first.
func (n *cluster) follow(ctx context.Context, id identity, p *progress) (*execution, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- n.GetWorkflow(watching, id.workflowID(), "").Get(watching, nil) }()
	f := following{cluster: n, id: id, progress: p, began: time.Now()}
	defer p.clear()
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		select {
		case err := <-ended:
			if ctx.Err() != nil {
				return nil, errInterrupted
			}
			if _, _, ok := endOf(err); !ok {
				return nil, n.explain(err, "the execution can no longer be followed; it goes on")
			}
			return n.describe(ctx, id, f.links)
		case <-ctx.Done():
			return nil, errInterrupted
		case <-ticker.C:
			f.glance(ctx, ended)
		}
	}
}

// following is an execution that is followed.
type following struct {
	*cluster
	id       identity
	progress *progress
	began    time.Time
	// links are all Map Runs seen so far, counts the latest of each.
	links  []wire.MapRunLink
	counts map[string]*liveCounts
	// seen tells that a worker has answered, warned that people know of none.
	seen, warned bool
}

// glance asks once where the execution stands and shows it. It gives up early
// when the execution has ended meanwhile.
func (f *following) glance(ctx context.Context, ended chan error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.ask(ctx)
	}()
	select {
	case err := <-ended:
		ended <- err // for the loop, which alone decides
		cancel()
		<-done
	case <-done:
	}
}

func (f *following) ask(ctx context.Context) {
	d, err := f.query(ctx, f.id)
	if err != nil {
		f.doubt(ctx)
		return
	}
	f.seen = true
	if f.counts == nil {
		f.counts = map[string]*liveCounts{}
	}
	for _, link := range d.MapRuns {
		if _, known := f.counts[link.WorkflowID]; !known {
			f.links = append(f.links, link)
			f.counts[link.WorkflowID] = &liveCounts{MapRunDescription: wire.MapRunDescription{Status: machine.Running}}
		}
	}
	view := view{states: d.Paths}
	for _, link := range f.links {
		counts := f.counts[link.WorkflowID]
		if counts.Status == machine.Running {
			before := counts.trouble
			_ = f.lookAt(ctx, link.WorkflowID, counts) // what is known already stands
			if counts.trouble != "" && counts.trouble != before {
				f.progress.note("%s: %s", link.State, counts.trouble)
			}
		}
		if counts.MapRunArn != "" {
			view.mapRuns = append(view.mapRuns, mapRunView{state: link.State, MapRunDescription: counts.MapRunDescription})
		}
	}
	if ctx.Err() == nil {
		f.progress.show(view, time.Now())
	}
}

// doubt tells people, once, why nothing may be happening.
func (f *following) doubt(ctx context.Context) {
	if f.seen || f.warned || ctx.Err() != nil || time.Since(f.began) < patience {
		return
	}
	if polled, err := f.polled(ctx); err == nil && !polled {
		f.warned = true
		f.progress.note("no worker polls task queue %s: start one with stepwell-worker", f.taskQueue)
		return
	}
	if l, err := f.look(ctx, f.id); err == nil && l.attempt > 2 {
		f.warned = true
		f.progress.note("the worker has failed %d times to run the execution's workflow: see the worker's log", l.attempt-1)
	}
}

// polled reports whether a worker polls the task queue.
func (n *cluster) polled(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	described, err := n.DescribeTaskQueue(ctx, n.taskQueue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return false, err
	}
	for _, poller := range described.GetPollers() {
		if time.Since(poller.GetLastAccessTime().AsTime()) < pollerAge {
			return true, nil
		}
	}
	return false, nil
}
