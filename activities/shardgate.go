package activities

import (
	"context"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// gate lets the executions of an express shard start: at most its share at
// once, and no faster than its part of the Map Run's rate limit. One goroutine
// waits at it.
type gate struct {
	mu     sync.Mutex
	limits wire.ShardLimits
	rate   machine.Rate
	// running are the executions that have been let in and have not left.
	running int64
	// owed tells that the Map Run wants to know how many still run, told what it
	// was told last, -1 for nothing.
	owed bool
	told int64
	// changed has room for one notice that it is worth to try again.
	changed chan struct{}
}

func newGate(in wire.ShardInput) *gate {
	return &gate{
		limits:  wire.ShardLimits{Number: in.Shard.Number, Share: in.Share, Tolerate: in.Tolerate},
		rate:    in.Rate,
		told:    -1,
		changed: make(chan struct{}, 1),
	}
}

// try lets an execution of n items in and gives 0, or gives how long it has to
// wait, -1 for until something has changed.
func (g *gate) try(n int64, now time.Time) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.running >= g.limits.Share {
		return -1
	}
	if wait := g.rate.Wait(now); wait > 0 {
		return wait
	}
	g.rate.Take(now, n)
	g.running++
	return 0
}

// force lets an execution in whatever the limits say.
func (g *gate) force() {
	g.mu.Lock()
	g.running++
	g.mu.Unlock()
}

// leave lets an execution out.
func (g *gate) leave() {
	g.mu.Lock()
	g.running--
	g.mu.Unlock()
	g.wake()
}

func (g *gate) wake() {
	select {
	case g.changed <- struct{}{}:
	default: // a notice is there
	}
}

// obey takes limits that the Map Run tells of; those of an order that was taken
// already change nothing.
func (g *gate) obey(l wire.ShardLimits, now time.Time) {
	g.mu.Lock()
	if l.Order > g.limits.Order {
		g.owed, g.told = l.Tell, -1 // what was told under an earlier order does not count
		g.rate.Change(now, l.Rate)
		g.limits = l
	}
	g.mu.Unlock()
	g.wake()
}

// share and tolerate give the limits of these names.
func (g *gate) share() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.limits.Share
}

func (g *gate) tolerate() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.limits.Tolerate
}

// inside gives how many executions run.
func (g *gate) inside() int64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.running
}

// held gives what the Map Run wants to be told of what still runs; due is false
// when there is nothing to tell.
func (g *gate) held() (report wire.HeldReport, due bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	report = wire.HeldReport{Number: g.limits.Number, Order: g.limits.Order, Running: g.running}
	return report, g.owed && g.running != g.told
}

// heldTold notes that the report has been told.
func (g *gate) heldTold(report wire.HeldReport) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if report.Order == g.limits.Order {
		g.told = report.Running
		g.owed = g.running > g.limits.Share || g.running != report.Running
	}
}

// debt gives until when the items that were started take up the shard's part of
// the rate limit, zero for not at all.
func (g *gate) debt(now time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.rate.Wait(now) == 0 {
		return time.Time{}
	}
	return g.rate.Next.UTC()
}

// enter waits until an execution of n items may start, or the shard is to start
// none any more.
func (r *shardRun) enter(ctx context.Context, n int64) {
	for r.ending(ctx) == endNone {
		wait := r.hold()
		if wait == 0 && r.maps.ward.holds(&r.guest) {
			wait = wardPause
		}
		if wait == 0 {
			wait = r.gate.try(n, time.Now())
		}
		if wait == 0 {
			if !r.maps.ward.holds(&r.guest) {
				return
			}
			r.gate.leave() // it was taken just now
			continue
		}
		var turn <-chan time.Time
		if wait > 0 {
			turn = time.After(wait)
		}
		select {
		case <-turn:
		case <-r.gate.changed:
		case <-r.stop:
		case <-ctx.Done():
		}
	}
	r.gate.force()
}
