package kill

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestWorkersComeAndGo lets a second worker join a map on each leaf at random
// moments, and one of the two leave at others, the first and the second by turns:
// it is asked to stop, or killed.
func TestWorkersComeAndGo(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		c := newChaos(t)
		w := newWorld(t, devtest.Start(t, bucket))
		stays := w.startWorker(t)
		began := time.Now()
		e := w.start(t, order{leaf: leaf, items: c.items(t, leaf)})
		moments := c.moments(2*c.kills, e.items)
		var losses []loss
		for n := range c.kills {
			moments[2*n].wait(t, e, stays)
			leaves := w.startWorker(t)
			moments[2*n+1].wait(t, e, stays)
			if n%2 == 0 {
				stays, leaves = leaves, stays
			}
			if (n+n/2+int(c.seed))%2 == 0 {
				losses = append(losses, kill(t, leaves))
				continue
			}
			asked := loss{from: time.Now(), none: true}
			require.Zero(t, leaves.End(t, syscall.SIGTERM), "exit code")
			asked.to = time.Now()
			losses = append(losses, asked)
		}
		e.requireComplete(t)
		r := e.requireRepeats(t, losses...)
		by := e.workersCalling()
		t.Logf("%d items, %d workers came, %.0f s: %v, calls by worker %v", e.items, w.workers, time.Since(began).Seconds(), r, by)
		assert.Greater(t, len(by), 1, "no other worker took part")
	})
}

// TestWorkersShare lets two workers run the express shards of one map, which are
// activities of one workflow: neither has them all.
func TestWorkersShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, devtest.Start(t, bucket))
	for range 2 {
		w.startWorker(t)
	}
	e := w.start(t, order{leaf: program.ExpressBatch, items: 20_000, concurrency: 200})
	e.requireComplete(t)
	e.requireRepeats(t)
	by := e.workersCalling()
	t.Logf("calls by worker %v", by)
	assert.Len(t, by, 2)
}

// workersCalling gives how many calls came from which worker.
func (e *execution) workersCalling() map[int]int {
	by := map[int]int{}
	for _, calls := range e.tasks.callsOf(string(e.leaf)) {
		for _, one := range calls {
			by[one.worker]++
		}
	}
	return by
}
