package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
)

const (
	// shortRetention is how long a namespace should keep ended executions at
	// least: one look at yesterday's.
	shortRetention = 24 * time.Hour
	// shownWorkers is how many workers are named.
	shownWorkers = 3
)

// temporal looks at Temporal, the namespace, and the workers.
func (d *diagnosis) temporal(ctx context.Context, at *connection) {
	began := time.Now()
	n, err := at.dial(ctx, d.console)
	if err != nil {
		d.fault("temporal", err)
		return
	}
	defer n.Close()
	took := time.Since(began)
	version := ""
	if info, err := n.WorkflowService().GetSystemInfo(ctx, &workflowservice.GetSystemInfoRequest{}); err == nil {
		version = ", server " + info.GetServerVersion()
	}
	d.ok("temporal", "%s answers within %v%s", n.address, took.Round(time.Millisecond), version)
	if d.namespace(ctx, n) {
		d.workers(ctx, n)
	}
}

// namespace looks at the namespace; false when there is none to go on with.
func (d *diagnosis) namespace(ctx context.Context, n *cluster) bool {
	described, err := n.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: n.namespace})
	var missing *serviceerror.NamespaceNotFound
	if errors.As(err, &missing) {
		d.fail("namespace", fmt.Sprintf("make it: temporal operator namespace create --namespace %[1]s --retention 14d\nor name another: TEMPORAL_NAMESPACE, or --namespace NAME", n.namespace),
			"Temporal has no namespace %q", n.namespace)
		return false
	}
	if err != nil {
		d.fault("namespace", n.explain(err, "the namespace cannot be described"))
		return false
	}
	if state := described.GetNamespaceInfo().GetState(); state != enumspb.NAMESPACE_STATE_REGISTERED {
		d.fail("namespace", "TEMPORAL_NAMESPACE, or --namespace NAME, names another", "%s is %s", n.namespace, state)
		return false
	}
	retention := described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration()
	d.retention = retention
	text := fmt.Sprintf("%s keeps ended executions for %s; history and redrive last as long", n.namespace, days(retention))
	if retention < shortRetention {
		d.warn("namespace", fmt.Sprintf("keep them longer: temporal operator namespace update --namespace %s --retention 14d", n.namespace), "%s", text)
	} else {
		d.ok("namespace", "%s", text)
	}
	return true
}

// workers looks at who polls the task queue.
func (d *diagnosis) workers(ctx context.Context, n *cluster) {
	var silent []string
	var pollers []*taskqueuepb.PollerInfo
	for _, kind := range []struct {
		kind enumspb.TaskQueueType
		name string
	}{{enumspb.TASK_QUEUE_TYPE_WORKFLOW, "workflows"}, {enumspb.TASK_QUEUE_TYPE_ACTIVITY, "activities"}} {
		described, err := n.DescribeTaskQueue(ctx, n.taskQueue, kind.kind)
		if err != nil {
			d.fault("worker", n.explain(err, "the task queue cannot be described"))
			return
		}
		live := livePollers(described.GetPollers())
		if len(live) == 0 {
			silent = append(silent, kind.name)
		}
		pollers = append(pollers, live...)
	}
	for _, p := range pollers {
		d.clock.atLeast(p.GetLastAccessTime().AsTime())
	}
	fix := "start one: stepwell-worker --task-queue " + n.taskQueue + "\nSTEPWELL_TASK_QUEUE names the task queue of workers and of this command"
	switch len(silent) {
	case 0:
		d.ok("worker", "task queue %s is polled by %s", n.taskQueue, namesOf(pollers))
	case 1:
		d.fail("worker", fix, "nobody polls task queue %s for %s; %s polls it for the rest", n.taskQueue, silent[0], namesOf(pollers))
	default:
		d.fail("worker", fix, "no worker polls task queue %s", n.taskQueue)
	}
}

func livePollers(all []*taskqueuepb.PollerInfo) (live []*taskqueuepb.PollerInfo) {
	for _, p := range all {
		if time.Since(p.GetLastAccessTime().AsTime()) < pollerAge {
			live = append(live, p)
		}
	}
	return live
}

// namesOf names workers with the time since their last poll.
func namesOf(pollers []*taskqueuepb.PollerInfo) string {
	latest := map[string]time.Time{}
	var identities []string
	for _, p := range pollers {
		at := p.GetLastAccessTime().AsTime()
		before, known := latest[p.GetIdentity()]
		if !known {
			identities = append(identities, p.GetIdentity())
		}
		if at.After(before) {
			latest[p.GetIdentity()] = at
		}
	}
	slices.Sort(identities)
	var names []string
	for _, identity := range identities {
		if len(names) == shownWorkers {
			names = append(names, fmt.Sprintf("%d more", len(identities)-shownWorkers))
			break
		}
		ago := max(0, time.Since(latest[identity]))
		names = append(names, fmt.Sprintf("%s (last poll %s ago)", identity, duration(ago)))
	}
	return strings.Join(names, ", ")
}

// days gives a retention for people.
func days(d time.Duration) string {
	const day = 24 * time.Hour
	if d >= day && d%day == 0 {
		return plural(int(d/day), "day")
	}
	return d.String()
}
