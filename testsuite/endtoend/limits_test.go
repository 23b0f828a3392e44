package endtoend

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// learning is how long it takes at most until all shards know of an update.
const learning = 3 * time.Second

// meter sees how the items of a Map Run go through a function.
type meter struct {
	mu      sync.Mutex
	running int
	starts  []start
}

// start is the start of an item, with the number of items that ran then, itself
// included.
type start struct {
	at      time.Time
	running int
}

// pass is a function that takes so long.
func (m *meter) pass(d time.Duration) func(call) (any, error) {
	return func(c call) (any, error) {
		m.mu.Lock()
		m.running++
		m.starts = append(m.starts, start{time.Now(), m.running})
		m.mu.Unlock()
		time.Sleep(d)
		m.mu.Lock()
		m.running--
		m.mu.Unlock()
		return double(c)
	}
}

// between gives the starts from one moment on, before another, and the most
// items that ran at one of them.
func (m *meter) between(from, to time.Time) (n, most int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.starts {
		if !s.at.Before(from) && s.at.Before(to) {
			n++
			most = max(most, s.running)
		}
	}
	return n, most
}

func (m *meter) total() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.starts)
}

// update changes the Map Run of the execution.
func (e *execution) update(u wire.MapRunUpdate) (wire.MapRunLimits, error) {
	var id string
	require.Eventually(e.t, func() bool {
		ids := e.mapRuns()
		if len(ids) > 0 {
			id = ids[0]
		}
		return id != ""
	}, time.Minute, 20*time.Millisecond)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	handle, err := e.world.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: wire.MapRunUpdateName, Args: []any{u}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	var limits wire.MapRunLimits
	if err == nil {
		err = handle.Get(ctx, &limits)
	}
	return limits, err
}

// mustUpdate changes the Map Run, which may be about to start.
func (e *execution) mustUpdate(u wire.MapRunUpdate) {
	require.Eventually(e.t, func() bool {
		_, err := e.update(u)
		var notYet *serviceerror.NotFound
		if !errors.As(err, &notYet) {
			require.NoError(e.t, err)
		}
		return err == nil
	}, time.Minute, 50*time.Millisecond)
}

// TestLimitsOfARunningMapRun changes what may run while it runs.
func TestLimitsOfARunningMapRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) { testLimits(t, w, leaf) })
}

// TestLimitsOverRuns lets Map Run and shards continue as new meanwhile.
func TestLimitsOverRuns(t *testing.T) {
	t.Parallel()
	testLimits(t, newWorld(t, settings{workflows: workflows.Options{ContinueAfter: 120}}), program.PackedShard)
}

func testLimits(t *testing.T, w *world, leaf program.LeafKind) {
	n := 3_000
	if leaf == program.ChildWorkflow {
		n = 700
	}
	name := fmt.Sprintf("limited-%s", leaf)
	var m meter
	w.functions.add(name, m.pass(250*time.Millisecond))
	from := fillCSV(t, w, n)
	prefix := w.prefix + "results-" + name
	e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":60`, processor: asking(name)}, "")
	require.Eventually(t, func() bool { return m.total() > 30 }, time.Minute, 10*time.Millisecond)

	e.mustUpdate(wire.MapRunUpdate{MaxConcurrency: new(int64(6))})
	time.Sleep(learning)
	require.Eventually(t, func() bool { return e.mapRun().Running <= 6 }, time.Minute, 100*time.Millisecond)
	from6 := time.Now()
	time.Sleep(4 * time.Second)
	started, most := m.between(from6, time.Now())
	assert.LessOrEqual(t, most, 6)
	assert.Greater(t, started, 6, "it goes on")

	e.mustUpdate(wire.MapRunUpdate{Paused: new(true)})
	time.Sleep(learning)
	// What was under way ends, however long a busy server takes to call it.
	require.Eventually(t, func() bool { return e.mapRun().Running == 0 }, time.Minute, 100*time.Millisecond)
	paused := time.Now()
	time.Sleep(3 * time.Second)
	started, _ = m.between(paused, time.Now())
	assert.Zero(t, started, "nothing starts")
	run := e.mapRun()
	assert.True(t, run.Limits.Paused)
	assert.Zero(t, run.Running)

	e.mustUpdate(wire.MapRunUpdate{Paused: new(false), MaxConcurrency: new(int64(25))})
	resumed := time.Now()
	time.Sleep(5 * time.Second)
	started, most = m.between(resumed, time.Now())
	assert.Greater(t, most, 6, "more run")
	assert.LessOrEqual(t, most, 25)
	assert.Greater(t, started, 25)

	e.mustUpdate(wire.MapRunUpdate{RateLimit: new(8.0)})
	time.Sleep(learning)
	limited := time.Now()
	time.Sleep(10 * time.Second)
	started, _ = m.between(limited, time.Now())
	require.NotZero(t, e.mapRun().Items.Pending, "there were too few items to take a rate of")
	assert.LessOrEqual(t, started, 96, "8 items a second")
	// A busy server starts things more slowly; that the rate is met is pinned where time is virtual.
	assert.Greater(t, started, 20, "8 items a second")

	e.mustUpdate(wire.MapRunUpdate{RateLimit: new(0.0), MaxConcurrency: new(int64(0))})
	e.succeeds()
	w.results(t, prefix).requireOnce(t, n)
	_, err := e.update(wire.MapRunUpdate{MaxConcurrency: new(int64(1))})
	assert.ErrorContains(t, err, "completed", "it has ended")
}

// TestToleranceOfARunningMapRun raises it before it is exceeded, and sees that
// failures are told while shards run.
func TestToleranceOfARunningMapRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		const n = 120
		name := fmt.Sprintf("tolerated-%s", leaf)
		var m meter
		slowly := m.pass(400 * time.Millisecond)
		w.functions.add(name, func(c call) (any, error) {
			answer, err := slowly(c)
			if answer.(int)%20 == 10 { // item 5, 15, ...
				return nil, functionError{"Bad", "it is bad"}
			}
			return answer, err
		})
		from := fillCSV(t, w, n)
		begin := func(count int) *execution {
			return w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: w.prefix + "results-" + name, processor: asking(name),
				more: fmt.Sprintf(`"MaxConcurrency":4,"ToleratedFailureCount":%d`, count)}, "")
		}
		e := begin(2)
		e.mustUpdate(wire.MapRunUpdate{ToleratedFailureCount: new(int64(12))})
		e.succeeds()
		assert.Equal(t, wire.Counts{Succeeded: n - 12, Failed: 12}, e.mapRun().Items)

		e = begin(100)
		before := m.total()
		require.Eventually(t, func() bool { return m.total() > before+30 }, time.Minute, 10*time.Millisecond)
		e.mustUpdate(wire.MapRunUpdate{ToleratedFailureCount: new(int64(1))})
		e.fails("States.ExceedToleratedFailureThreshold")
		run := e.mapRun()
		assert.Less(t, run.Items.Failed, int64(12), "it ends before all items have run")
		assert.NotZero(t, run.Items.Pending)
	})
}
