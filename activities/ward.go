package activities

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// wardPause is how long it takes until the ward is looked at again.
const wardPause = 20 * time.Millisecond

// ward keeps the express shards of a process still while one execution runs that
// is suspected to take the process down. One runs at a time.
type ward struct {
	mu sync.Mutex
	// shards are those that run, true for one that waits for the ward.
	shards map[*shardRun]bool
	// patient is the shard that has the ward.
	patient atomic.Pointer[shardRun]
}

// join makes a shard known until leave is called.
func (w *ward) join(r *shardRun) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shards == nil {
		w.shards = map[*shardRun]bool{}
	}
	w.shards[r] = false
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.shards, r)
	}
}

// has reports whether an attempt at a shard runs in this process.
func (w *ward) has(in wire.ShardInput, attempt int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for r := range w.shards {
		if r.in.MapRunID == in.MapRunID && r.in.Shard.Number == in.Shard.Number && r.attempt == attempt {
			return true
		}
	}
	return false
}

// holds reports whether a shard may start nothing now because of another one.
func (w *ward) holds(r *shardRun) bool {
	p := w.patient.Load()
	return p != nil && p != r
}

// take waits until the shard has the ward and no other one runs anything, or is to
// start nothing any more. The shard itself runs nothing.
func (w *ward) take(ctx context.Context, r *shardRun) (leave func()) {
	w.wait(r, true)
	defer w.wait(r, false)
	leave = func() { w.patient.CompareAndSwap(r, nil) }
	for r.ending(ctx) == endNone {
		if (w.patient.Load() == r || w.patient.CompareAndSwap(nil, r)) && w.quiet(r) {
			return leave
		}
		select {
		case <-time.After(wardPause):
		case <-ctx.Done():
		case <-r.stop:
		}
	}
	return leave
}

func (w *ward) wait(r *shardRun, waits bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, there := w.shards[r]; there {
		w.shards[r] = waits
	}
}

// quiet reports whether no other shard runs anything.
func (w *ward) quiet(r *shardRun) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for other, waits := range w.shards {
		if other != r && !waits && other.gate.inside() > 0 {
			return false
		}
	}
	return true
}
