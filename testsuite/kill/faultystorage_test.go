package kill

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestStorageIsFaulty lets some of the requests to S3 fail, in each phase of maps
// on each leaf, in all the ways in which they may: nothing is lost, and no Task is
// called twice.
func TestStorageIsFaulty(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		c := newChaos(t)
		storageIsFaulty(t, c, order{leaf: leaf, items: c.items(t, leaf)})
	})
}

// TestStorageIsFaultyWithLongRows does so with shards that are read by more than
// one request, of which a later one may fail when items run already.
func TestStorageIsFaultyWithLongRows(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		storageIsFaulty(t, newChaos(t), order{leaf: leaf, items: 3 * fewItems(leaf), padding: 6_000})
	})
}

func storageIsFaulty(t *testing.T, c *chaos, o order) {
	w := newWorld(t, devtest.Start(t, bucket))
	f := newFaultyStorage(t, w, c.Uint64())
	w.storage = f.server.URL
	w.startWorker(t)
	began := time.Now()
	o.seed = c.Uint64()
	e := w.start(t, o)
	e.requireComplete(t)
	e.requireRepeats(t)
	t.Logf("%d items, %.0f s\n%s", e.items, time.Since(began).Seconds(), f.report())
	phases := []string{"index read", "index written", "manifest", "parts read", "parts written", "results", "source read"}
	assert.Subset(t, f.phases(), phases)
}
