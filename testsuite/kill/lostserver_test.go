package kill

import (
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// heartbeatTime is how long a worker tries to send a heartbeat, and more: then its
// activities are told to end.
const heartbeatTime = 8 * time.Second

// unheardFor is how long after the server is back an activity may still end whose
// heartbeat it did not answer.
const unheardFor = 10 * time.Second

// TestServerIsKilled kills Temporal and S3 with -9 at random moments of a map on
// each leaf, and starts them again on what they have on disk, at once or, every
// other time, when activities have missed a heartbeat. The worker lives on.
func TestServerIsKilled(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		c := newChaos(t)
		server := devtest.StartLasting(t, t.TempDir(), bucket)
		w := newWorld(t, &server.Server)
		worker := w.startWorker(t)
		began := time.Now()
		e := w.start(t, order{leaf: leaf, items: c.items(t, leaf)})
		var losses []loss
		for n, m := range c.moments(c.kills, e.items) {
			m.wait(t, e, worker)
			lost := kill(t, server.Command)
			away := time.Duration(c.IntN(2_000)) * time.Millisecond
			if n%2 == 1 {
				away += heartbeatTime
			}
			time.Sleep(away)
			server.Again(t)
			lost.to = time.Now().Add(unheardFor)
			losses = append(losses, lost)
		}
		e.requireComplete(t)
		t.Logf("%d items, %d kills, %.0f s: %v", e.items, len(losses), time.Since(began).Seconds(), e.requireRepeats(t, losses...))
	})
}
