package endtoend

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// TestBreakerHoldsItemWorkflows runs a map of items with workflows of their own
// over a service that works, is away for a while, and works again. While it is
// away hardly an item is started, whether Tasks wait or fail, and the shard hears of
// that a few times only, however many items are held.
func TestBreakerHoldsItemWorkflows(t *testing.T) {
	t.Parallel()
	const items, steady, away, open = 300, 60, 12 * time.Second, 2 * time.Second
	for name, wait := range map[string]bool{"wait": true, "fail": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, u := guardedWorld(t, wait, open)
			prefix := w.prefix + "results"
			from := fillCSV(t, w, items)
			u.steady = steady
			u.goAway(away)
			e := w.startMap(t, distributed{leaf: program.ChildWorkflow, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":300,"ToleratedFailurePercentage":100`,
				processor: `"StartAt":"Ask","States":{"Ask":` + ask("unsteady", `"Retry":[{"ErrorEquals":["Lambda.ServiceException"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":40}],"End":true`) + `}`}, "")
			e.succeeds()
			counts := e.mapRun().Items
			require.EqualValues(t, items, counts.Total())
			if wait {
				require.EqualValues(t, items, counts.Succeeded)
				w.exported(t, prefix, e.succeeds()).requireOnce(t, items)
			}

			answered, refused := u.times()
			left := refused[0] // when it went away
			var starts []time.Time
			told, shards := 0, e.shardRuns()
			for _, events := range shards {
				for _, event := range events {
					switch {
					case event.EventType == enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
						starts = append(starts, event.EventTime.AsTime())
					case event.GetWorkflowExecutionSignaledEventAttributes().GetSignalName() == wire.CircuitSignal:
						told++
					}
				}
			}
			require.Len(t, starts, items)
			// Those in its first two seconds are of items that had found a place, and of
			// a busy machine.
			during := within(starts, left.Add(2*time.Second), left.Add(away))
			t.Logf("%d succeeded, %d failed; %d shards told %d times; items started %v; calls answered %v, refused %v, a second since it went away",
				counts.Succeeded, counts.Failed, len(shards), told, seconds(starts, left), seconds(answered, left), seconds(refused, left))
			assert.LessOrEqual(t, during, 12, "items started while it was away")
			assert.LessOrEqual(t, within(refused, left.Add(2*time.Second), left.Add(away)), 14, "calls while it was away")
			assert.Positive(t, told)
			assert.LessOrEqual(t, told, 6*len(shards))
			if !wait {
				assert.Less(t, counts.Failed, int64(items/2), "a circuit that is open does not use the items up")
			}
			e.replays(workflows.Options{})
		})
	}
}

// shardRuns gives the histories of the shards of the execution's Map Runs.
func (e *execution) shardRuns() (all [][]*historypb.HistoryEvent) {
	e.t.Helper()
	for _, id := range e.mapRuns() {
		for _, run := range e.histories(e.t, id, "") {
			for _, event := range run {
				if child := event.GetChildWorkflowExecutionStartedEventAttributes().GetWorkflowExecution(); child != nil {
					all = append(all, e.histories(e.t, child.GetWorkflowId(), child.GetRunId())...)
				}
			}
		}
	}
	return all
}

// within counts the moments from one to before another.
func within(moments []time.Time, from, to time.Time) (n int) {
	for _, at := range moments {
		if !at.Before(from) && at.Before(to) {
			n++
		}
	}
	return n
}

// seconds counts moments by the second, from a time on; those before are one number.
func seconds(moments []time.Time, from time.Time) (counts []int) {
	counts = []int{0}
	for _, at := range moments {
		place := 0
		if !at.Before(from) {
			place = 1 + int(at.Sub(from)/time.Second)
		}
		for len(counts) <= place {
			counts = append(counts, 0)
		}
		counts[place]++
	}
	return counts
}
