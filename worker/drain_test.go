package main

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// slow is a function that answers when it is released.
type slow struct {
	calls   atomic.Int32
	release chan struct{}
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	select {
	case <-s.release:
		fmt.Fprint(w, `"done"`)
	case <-r.Context().Done():
	}
}

func one() wire.Definition {
	return wire.Definition{Text: wire.PlainText(`{` + asking + `}`), Type: "STANDARD"}
}

func (h *hosted) gone() int {
	h.t.Helper()
	select {
	case code := <-h.code:
		return code
	case <-time.After(20 * time.Second):
		h.t.Fatal("the worker did not stop")
		return -1
	}
}

// A worker that stops lets what is under way end, and says meanwhile that it
// is not ready; nothing is done twice.
func TestDrain(t *testing.T) {
	t.Parallel()
	f := &slow{release: make(chan struct{})}
	h := host(t, f.ServeHTTP)
	run := h.start("drained", one(), `1`)
	require.Eventually(t, func() bool { return f.calls.Load() == 1 }, 10*time.Second, 20*time.Millisecond)
	h.stop()
	require.Eventually(t, func() bool { code, _ := h.get("/readyz"); return code == 503 }, 5*time.Second, 20*time.Millisecond)
	code, _ := h.get("/healthz")
	assert.Equal(t, 200, code)
	later := h.start("drained", one(), `2`)
	time.Sleep(300 * time.Millisecond)
	assert.EqualValues(t, 1, f.calls.Load(), "it takes no more work")
	close(f.release)
	assert.Zero(t, h.gone())
	code, _ = h.get("/healthz")
	assert.Zero(t, code, "the endpoint goes with the process")

	next := host(t, f.ServeHTTP)
	require.NoError(t, next.end(run))
	require.NoError(t, next.end(later))
	assert.EqualValues(t, 2, f.calls.Load(), "one call each")
}

// What has not ended in time goes to another worker at once, and its Retry
// does not pay for it.
func TestHandBack(t *testing.T) {
	t.Parallel()
	f := &slow{release: make(chan struct{})}
	h := host(t, f.ServeHTTP, "--stop-timeout=500ms")
	run := h.start("handed", one(), `1`)
	require.Eventually(t, func() bool { return f.calls.Load() == 1 }, 10*time.Second, 20*time.Millisecond)
	h.stop()
	assert.Zero(t, h.gone())
	close(f.release)
	next := host(t, f.ServeHTTP)
	started := time.Now()
	require.NoError(t, next.end(run))
	assert.Less(t, time.Since(started), 15*time.Second, "nobody waits for a heartbeat timeout")
	assert.EqualValues(t, 2, f.calls.Load())
}
