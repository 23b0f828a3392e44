package kill

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestWorkerIsKilled kills the worker with -9 in the middle of a map on each
// leaf, and starts another one.
func TestWorkerIsKilled(t *testing.T) {
	t.Parallel()
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, devtest.Start(t, bucket))
			first := w.startWorker(t)
			e := w.start(t, leaf, itemsOf(leaf))
			// Beyond the first shards, so that some have ended and others run.
			first.until(t, "the middle of the map", func() bool { return e.calls() >= e.items*5/8 })
			first.kill(t)
			before := e.tasks.callsOf(string(leaf))
			require.Less(t, len(before), e.items, "the worker was killed too late")
			w.startWorker(t)

			again := e.requireComplete(t)
			t.Logf("killed after %d of %d items: %d calls more than items", len(before), e.items, again)
			assert.LessOrEqual(t, again, e.inFlight(t, before))
		})
	}
}

// TestWorkerIsKilledWhileItWrites kills the worker while S3 has not answered to
// the first records: another worker writes them, and soon. Only what an express
// batch has not written runs again.
func TestWorkerIsKilledWhileItWrites(t *testing.T) {
	t.Parallel()
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, devtest.Start(t, bucket))
			p := newProxy(t, w.server.S3Endpoint, silent, to(http.MethodPut, "/parts/"))
			w.storage = p.server.URL
			first := w.startWorker(t)
			e := w.start(t, leaf, itemsOf(leaf)/3)
			first.until(t, "records are written", func() bool { return p.refusals() > 0 })
			first.kill(t)
			before := e.tasks.callsOf(string(leaf))
			w.startWorker(t)
			assert.LessOrEqual(t, e.requireComplete(t), e.inFlight(t, before))
		})
	}
}

// inFlight gives how many of the calls that there were at the kill may be made
// again; see the package's documentation.
func (e *execution) inFlight(t *testing.T, before map[int]int) (bound int) {
	t.Helper()
	if e.leaf != program.ExpressBatch {
		return concurrency
	}
	const shard = 1_000 // items, of rows as short as these
	bound = concurrency // calls that were on their way to the Task server
	repeated := e.repeatedShards(t)
	for i, times := range e.tasks.callsOf(string(e.leaf)) {
		switch {
		case !repeated[i/shard]:
			require.Equal(t, 1, times, "calls for item %d, whose shard was not running at the kill", i)
		case before[i] > 0:
			bound++
		}
	}
	return bound
}

// repeatedShards gives the numbers of the express shards whose activity needed
// more than one attempt: they were running at the kill.
func (e *execution) repeatedShards(t *testing.T) map[int]bool {
	t.Helper()
	numbers := map[int64]int{}
	repeated := map[int]bool{}
	for _, event := range e.mapRunEvents(t) {
		if a := event.GetActivityTaskScheduledEventAttributes(); a.GetActivityType().GetName() == wire.ExpressShardActivity {
			numbers[event.GetEventId()] = len(numbers)
		}
		a := event.GetActivityTaskStartedEventAttributes()
		if number, ok := numbers[a.GetScheduledEventId()]; ok && a.GetAttempt() > 1 {
			repeated[number] = true
		}
	}
	require.LessOrEqual(t, len(repeated), 2, "MaxConcurrency is that of two shards")
	return repeated
}

// mapRunEvents gives the history of the execution's Map Run.
func (e *execution) mapRunEvents(t *testing.T) (all []*historypb.HistoryEvent) {
	t.Helper()
	id := wire.MapRunID(e.output(t).Get("MapRunArn").Text())
	for pages := e.client.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
		event, err := pages.Next()
		require.NoError(t, err)
		all = append(all, event)
	}
	return all
}
