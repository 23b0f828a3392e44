package kill

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestWorkerIsKilled kills the worker with -9 at random moments of a map on each
// leaf, and starts another one each time.
func TestWorkerIsKilled(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		c := newChaos(t)
		w := newWorld(t, devtest.Start(t, bucket))
		worker := w.startWorker(t)
		began := time.Now()
		e := w.start(t, order{leaf: leaf, items: c.items(t, leaf)})
		var losses []loss
		for _, m := range c.moments(c.kills, e.items) {
			m.wait(t, e, worker)
			losses = append(losses, kill(t, worker))
			time.Sleep(time.Duration(c.IntN(1_000)) * time.Millisecond)
			worker = w.startWorker(t)
		}
		e.requireComplete(t)
		t.Logf("%d items, %d kills, %.0f s: %v", e.items, len(losses), time.Since(began).Seconds(), e.requireRepeats(t, losses...))
	})
}

// kill ends a process with SIGKILL.
func kill(t *testing.T, c *devtest.Command) loss {
	t.Helper()
	from := time.Now()
	c.End(t, syscall.SIGKILL)
	return loss{from: from, to: time.Now()}
}

// TestWorkerIsKilledWhileItWrites kills the worker while S3 has not answered to
// the first records: another worker writes them, and soon. Only what an express
// batch has not in its journal runs again.
func TestWorkerIsKilledWhileItWrites(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		w := newWorld(t, devtest.Start(t, bucket))
		p := newProxy(t, w.server.S3Endpoint, silent, to(http.MethodPut, "/parts/"))
		w.storage = p.server.URL
		worker := w.startWorker(t)
		e := w.start(t, order{leaf: leaf, items: fewItems(leaf)})
		worker.Until(t, "records are written", func() bool { return p.refusals() > 0 })
		lost := kill(t, worker)
		w.startWorker(t)
		e.requireComplete(t)
		t.Log(e.requireRepeats(t, lost))
	})
}
