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

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// callsOfInnocents is how often an item may be called that takes no worker down
// (docs/decisions/0017).
const callsOfInnocents = 7

// TestItemsThatKillTheirWorker lets the Tasks of two items, in two shards, kill the
// worker, each time, and starts another one whenever it has happened. Both items
// fail, and all others succeed.
func TestItemsThatKillTheirWorker(t *testing.T) {
	t.Parallel()
	killers := []int{300, 1_150}
	w := newWorld(t, devtest.Start(t, bucket))
	var pid atomic.Int64
	w.tasks.poison = func(_ http.ResponseWriter, r *http.Request, i, _ int) bool {
		if !slices.Contains(killers, i) {
			return false
		}
		_ = syscall.Kill(int(pid.Load()), syscall.SIGKILL)
		<-r.Context().Done()
		return true
	}
	worker := w.startWorker(t)
	pid.Store(int64(worker.Pid()))
	began := time.Now()
	e := w.start(t, order{leaf: program.ExpressBatch, items: 1_300, concurrency: 40, more: `"ToleratedFailureCount": 2,`, ends: func(i int) end {
		if slices.Contains(killers, i) {
			return end{status: "FAILED", err: "States.Timeout"}
		}
		return end{status: "SUCCEEDED", output: order{}.output(i)}
	}})
	ended := make(chan error, 1)
	go func() { ended <- e.run.Get(context.Background(), nil) }()
	lost := 0
	for over := false; !over; {
		select {
		case err := <-ended:
			require.NoError(t, err)
			over = true
		case <-worker.Ended():
			lost++
			require.Less(t, lost, 20)
			w.missHeartbeats(t, e)
			worker = w.startWorker(t)
			pid.Store(int64(worker.Pid()))
		case <-time.After(patience):
			require.Fail(t, "nothing happens", "%d workers lost", lost)
		}
	}
	e.requireComplete(t)
	most := 0
	for i, calls := range e.tasks.callsOf(string(e.leaf)) {
		if !slices.Contains(killers, i) {
			most = max(most, len(calls))
		}
	}
	assert.LessOrEqual(t, most, callsOfInnocents)
	t.Logf("%d workers lost, %.0f s, an innocent item was called %d times at most", lost, time.Since(began).Seconds(), most)
}

// missHeartbeats lets Temporal find out soon that the shards of the Map Run have no
// worker any more, which takes 30 s otherwise.
func (w *world) missHeartbeats(t *testing.T, e *execution) {
	t.Helper()
	described, err := w.client.DescribeWorkflowExecution(t.Context(), e.run.GetID(), "")
	require.NoError(t, err)
	for _, child := range described.GetPendingChildren() {
		w.setHeartbeat(t, child.GetWorkflowId(), 300*time.Millisecond)
		for w.anyStarted(t, child.GetWorkflowId()) {
			time.Sleep(100 * time.Millisecond)
		}
		w.setHeartbeat(t, child.GetWorkflowId(), 30*time.Second)
	}
}

// anyStarted reports whether Temporal believes that an activity is running.
func (w *world) anyStarted(t *testing.T, workflow string) bool {
	t.Helper()
	described, err := w.client.DescribeWorkflowExecution(t.Context(), workflow, "")
	require.NoError(t, err)
	return slices.ContainsFunc(described.GetPendingActivities(), func(p *workflowpb.PendingActivityInfo) bool {
		return p.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED
	})
}

// setHeartbeat sets the heartbeat timeout of the shards that run, if any does.
func (w *world) setHeartbeat(t *testing.T, workflow string, timeout time.Duration) {
	t.Helper()
	_, err := w.client.WorkflowService().UpdateActivityOptions(t.Context(), &workflowservice.UpdateActivityOptionsRequest{
		Namespace:       w.server.Namespace,
		Execution:       &commonpb.WorkflowExecution{WorkflowId: workflow},
		Activity:        &workflowservice.UpdateActivityOptionsRequest_Type{Type: wire.ExpressShardActivity},
		ActivityOptions: &activitypb.ActivityOptions{HeartbeatTimeout: durationpb.New(timeout)},
		UpdateMask:      &fieldmaskpb.FieldMask{Paths: []string{"heartbeat_timeout"}},
	})
	if none := (*serviceerror.NotFound)(nil); !errors.As(err, &none) {
		require.NoError(t, err)
	}
}
