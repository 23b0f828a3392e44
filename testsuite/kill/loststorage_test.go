package kill

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// TestStorageIsGone lets S3 be gone for a while in each phase of a Map Run, for
// maps on all leaves at once: nothing is lost, and since no worker is, no Task
// is called twice.
func TestStorageIsGone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		phase string
		from  func(*http.Request) bool
		how   absence
	}{
		{"while items are planned", to(http.MethodGet, ".csv"), unavailable},
		{"while the index is written", to(http.MethodPut, "/index/"), refusing},
		{"while shards write", to(http.MethodPut, "/parts/"), refusing},
		{"while results are written", to(http.MethodPut, "/SUCCEEDED_0.json"), unavailable},
		{"while the manifest is written", to(http.MethodPut, "/manifest.json"), refusing},
	} {
		t.Run(fmt.Sprintf("%s/%s", c.phase, c.how), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, devtest.Start(t, bucket))
			p := newProxy(t, w.server.S3Endpoint, c.how, c.from)
			w.storage = p.server.URL
			w.startWorker(t)
			var all []*execution
			for _, leaf := range leaves() {
				all = append(all, w.start(t, order{leaf: leaf, items: fewItems(leaf)}))
			}
			for _, e := range all {
				e.requireComplete(t)
				e.requireRepeats(t)
			}
			assert.Positive(t, p.refusals(), "S3 was never gone")
			t.Logf("%d requests found no S3", p.refusals())
		})
	}
}
