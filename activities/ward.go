package activities

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

const (
	// wardPause is how long it takes until the ward is looked at again.
	wardPause = 20 * time.Millisecond
	// wardTime is how long one waits for those that run at most, and how long a
	// Call has the ward: there are Calls that last for days.
	wardTime = 5 * time.Minute
)

// ward keeps the express shards and waves of a process still while one execution, or
// one Call, runs that is suspected to take the process down. One runs at a time.
type ward struct {
	mu sync.Mutex
	// guests are those that are known.
	guests map[*guest]struct{}
	// patient is the one that has the ward.
	patient atomic.Pointer[guest]
}

// guest is an express shard or a wave, as a ward sees it.
type guest struct {
	// shard is the express shard, nil for a wave.
	shard *shardRun
	// inside gives how many executions it runs, or Calls; over reports that it is to
	// start nothing any more.
	inside func() int64
	over   func(context.Context) bool
	// waits tells that it waits for the ward.
	waits bool
}

// join makes a guest known until leave is called.
func (w *ward) join(g *guest) (leave func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.guests == nil {
		w.guests = map[*guest]struct{}{}
	}
	w.guests[g] = struct{}{}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.guests, g)
	}
}

// has reports whether an attempt at a shard runs in this process.
func (w *ward) has(in wire.ShardInput, attempt int) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for g := range w.guests {
		if r := g.shard; r != nil && r.in.MapRunID == in.MapRunID && r.in.Shard.Number == in.Shard.Number && r.attempt == attempt {
			return true
		}
	}
	return false
}

// holds reports whether a guest may start nothing now because of another one.
func (w *ward) holds(g *guest) bool {
	p := w.patient.Load()
	return p != nil && p != g
}

// take waits until the guest has the ward and no other one runs anything, which it
// does not wait for longer than wardTime, or is to start nothing any more. The guest
// itself runs nothing.
func (w *ward) take(ctx context.Context, g *guest) (leave func()) {
	w.wait(g, true)
	defer w.wait(g, false)
	var since time.Time // it has the ward
	for !g.over(ctx) {
		if w.patient.Load() == g || w.patient.CompareAndSwap(nil, g) {
			if since.IsZero() {
				since = time.Now()
			}
			if w.quiet(g) || time.Since(since) >= wardTime {
				break
			}
		}
		pauseFor(ctx, wardPause)
	}
	return func() { w.patient.CompareAndSwap(g, nil) }
}

func (w *ward) wait(g *guest, waits bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g.waits = waits
}

// quiet reports whether no other guest runs anything.
func (w *ward) quiet(g *guest) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for other := range w.guests {
		if other != g && !other.waits && other.inside() > 0 {
			return false
		}
	}
	return true
}

// pauseFor waits so long, or until the context ends.
func pauseFor(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
