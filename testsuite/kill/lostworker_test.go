package kill

import (
	"net/http"
	"testing"
	"time"

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
			first.until(t, "the middle of the map", func() bool { return e.calls() >= e.middle() })
			killed := time.Now()
			first.kill(t)
			before := e.tasks.callsOf(string(leaf))
			require.Less(t, len(before), e.items, "the worker was killed too late")
			w.startWorker(t)

			again := e.requireComplete(t)
			t.Logf("killed after %d of %d items: %d calls more than items", len(before), e.items, again)
			assert.LessOrEqual(t, again, e.inFlight(t, before))
			if leaf == program.ExpressBatch {
				assert.Positive(t, e.requireKept(t, killed), "nothing was kept of the shards that were running")
			}
		})
	}
}

// TestWorkerIsKilledWhileItWrites kills the worker while S3 has not answered to
// the first records: another worker writes them, and soon. Only what an express
// batch has not in its journal runs again.
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
			killed := time.Now()
			first.kill(t)
			before := e.tasks.callsOf(string(leaf))
			w.startWorker(t)
			assert.LessOrEqual(t, e.requireComplete(t), e.inFlight(t, before))
			if leaf == program.ExpressBatch {
				e.requireKept(t, killed)
			}
		})
	}
}

// middle is how many calls there are when some shards have ended and others are
// well under way.
func (e *execution) middle() int {
	if e.leaf == program.ExpressBatch {
		return e.items * 7 / 8
	}
	return e.items * 5 / 8
}

// unsaved is how long an answer may be in the memory of an express batch alone: a
// second until the journal is due, and time to write it on a machine that is busy.
const unsaved = 2 * time.Second

// requireKept requires that no item of an express batch is called again whose
// call was answered well before the worker was killed. It gives how many of these
// belong to shards that were running.
func (e *execution) requireKept(t *testing.T, killed time.Time) (running int) {
	t.Helper()
	kept := e.tasks.answeredBefore(string(e.leaf), killed.Add(-unsaved))
	repeated := e.repeatedShards(t)
	for i, times := range e.tasks.callsOf(string(e.leaf)) {
		if kept[i] {
			require.Equal(t, 1, times, "calls for item %d, which was answered %s before the kill", i, unsaved)
			if repeated[i/shardItems] {
				running++
			}
		}
	}
	return running
}

// inFlight gives how many of the calls that there were at the kill may be made
// again; see the package's documentation.
func (e *execution) inFlight(t *testing.T, before map[int]int) (bound int) {
	t.Helper()
	if e.leaf != program.ExpressBatch {
		return concurrency
	}
	bound = concurrency // calls that were on their way to the Task server
	repeated := e.repeatedShards(t)
	for i, times := range e.tasks.callsOf(string(e.leaf)) {
		switch {
		case !repeated[i/shardItems]:
			require.Equal(t, 1, times, "calls for item %d, whose shard was not running at the kill", i)
		case before[i] > 0:
			bound++
		}
	}
	return bound
}

// shardItems is how many items a shard of rows as short as these has.
const shardItems = 1_000

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
