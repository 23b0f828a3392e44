package kill

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	activitypb "go.temporal.io/api/activity/v1"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// killers are items whose Task kills the worker that calls it, each time, and how
// the executions of all items end then.
type killers struct {
	items []int
	pid   atomic.Int64 // of the worker
}

func (k *killers) answer(_ http.ResponseWriter, r *http.Request, i, _ int) bool {
	if !slices.Contains(k.items, i) {
		return false
	}
	_ = syscall.Kill(int(k.pid.Load()), syscall.SIGKILL)
	<-r.Context().Done()
	return true
}

func (k *killers) ends(i int) end {
	if slices.Contains(k.items, i) {
		return end{status: "FAILED", err: "States.Timeout"}
	}
	return end{status: "SUCCEEDED", output: order{}.output(i)}
}

// TestItemsThatKillTheirWorker lets the Tasks of two items, in two shards, kill the
// worker, and starts another one whenever it has happened. Both items fail, and all
// others succeed, which are not called more often than docs/decisions/0017 says.
func TestItemsThatKillTheirWorker(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		order
		killers []int
		calls   int // of an item that does no harm
	}{
		{order{leaf: program.ExpressBatch, items: 1_300, concurrency: 40}, []int{300, 1_150}, 7},
		{order{leaf: program.PackedShard, items: 700, concurrency: 400, states: notRetried}, []int{300, 650}, 6},
	} {
		t.Run(string(c.leaf), func(t *testing.T) {
			t.Parallel()
			k := &killers{items: c.killers}
			w := newWorld(t, devtest.Start(t, bucket))
			w.tasks.poison = k.answer
			c.more, c.ends = `"ToleratedFailureCount": 2,`, k.ends
			began := time.Now()
			e, lost := w.outlast(t, c.order, k)
			e.requireComplete(t)
			most := 0
			for i, calls := range e.tasks.callsOf(string(e.leaf)) {
				if !slices.Contains(c.killers, i) {
					most = max(most, len(calls))
				}
			}
			assert.LessOrEqual(t, most, c.calls)
			t.Logf("%d workers lost, %.0f s, an innocent item was called %d times at most", lost, time.Since(began).Seconds(), most)
		})
	}
}

// notRetried are states whose Task has no Retry.
const notRetried = `"StartAt": "Ask", "States": {"Ask": {
	"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": %q, "Payload.$": "$"},
	"ResultSelector": {"is.$": "$.Payload"}, "ResultPath": "$.answer", "End": true}}`

// outlast runs a map to its end, with another worker for each one that is killed.
func (w *world) outlast(t *testing.T, o order, k *killers) (e *execution, lost int) {
	t.Helper()
	worker := w.startWorker(t)
	k.pid.Store(int64(worker.Pid()))
	e = w.start(t, o)
	ended := make(chan error, 1)
	go func() { ended <- e.run.Get(context.Background(), nil) }()
	for {
		select {
		case err := <-ended:
			require.NoError(t, err)
			return e, lost
		case <-worker.Ended():
			lost++
			require.Less(t, lost, 20)
			w.missHeartbeats(t, e.run.GetID())
			worker = w.startWorker(t)
			k.pid.Store(int64(worker.Pid()))
		case <-time.After(patience):
			require.Fail(t, "nothing happens", "%d workers lost", lost)
		}
	}
}

// missHeartbeats lets Temporal find out soon that the activities of all workflows
// below this one have no worker any more, which takes 30 s otherwise, nor they
// themselves, which takes 5 s.
func (w *world) missHeartbeats(t *testing.T, workflow string) {
	t.Helper()
	for _, child := range w.describe(t, workflow).GetPendingChildren() {
		id := child.GetWorkflowId()
		_, err := w.client.WorkflowService().ResetStickyTaskQueue(t.Context(), &workflowservice.ResetStickyTaskQueueRequest{
			Namespace: w.server.Namespace, Execution: &commonpb.WorkflowExecution{WorkflowId: id}})
		require.NoError(t, err)
		w.setHeartbeat(t, id, 300*time.Millisecond)
		for w.anyStarted(t, id) {
			time.Sleep(100 * time.Millisecond)
		}
		w.setHeartbeat(t, id, 30*time.Second)
		w.missHeartbeats(t, id)
	}
}

func (w *world) describe(t *testing.T, workflow string) *workflowservice.DescribeWorkflowExecutionResponse {
	t.Helper()
	described, err := w.client.DescribeWorkflowExecution(t.Context(), workflow, "")
	require.NoError(t, err)
	return described
}

// anyStarted reports whether Temporal believes that an activity is running.
func (w *world) anyStarted(t *testing.T, workflow string) bool {
	t.Helper()
	return slices.ContainsFunc(w.describe(t, workflow).GetPendingActivities(), func(p *workflowpb.PendingActivityInfo) bool {
		return p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED
	})
}

// setHeartbeat sets the heartbeat timeout of the activities under way, if there are
// any.
func (w *world) setHeartbeat(t *testing.T, workflow string, timeout time.Duration) {
	t.Helper()
	if len(w.describe(t, workflow).GetPendingActivities()) == 0 {
		return
	}
	_, err := w.client.WorkflowService().UpdateActivityOptions(t.Context(), &workflowservice.UpdateActivityOptionsRequest{
		Namespace:       w.server.Namespace,
		Execution:       &commonpb.WorkflowExecution{WorkflowId: workflow},
		Activity:        &workflowservice.UpdateActivityOptionsRequest_MatchAll{MatchAll: true},
		ActivityOptions: &activitypb.ActivityOptions{HeartbeatTimeout: durationpb.New(timeout)},
		UpdateMask:      &fieldmaskpb.FieldMask{Paths: []string{"heartbeat_timeout"}},
	})
	if none := (*serviceerror.NotFound)(nil); !errors.As(err, &none) {
		require.NoError(t, err)
	}
}
