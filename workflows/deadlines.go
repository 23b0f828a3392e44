package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// grid is what deadlines of one shard are rounded up to, so that those that
// are close together share a timer. The server's timers are coarser anyway.
const grid = 250 * time.Millisecond

// deadlines are the waits of all items of a packed shard. They share one
// timer, which runs to the earliest of them.
type deadlines struct {
	list  []deadline // by time, then in the order of asking
	armed time.Time  // what the timer runs to; zero without one
	timer workflow.CancelFunc
}

type deadline struct {
	until time.Time
	item  *packedItem
	id    machine.EffectID
}

func (d *deadlines) add(one deadline) {
	at, _ := slices.BinarySearchFunc(d.list, one, func(a, b deadline) int {
		if a.until.After(b.until) {
			return 1
		}
		return -1
	})
	d.list = slices.Insert(d.list, at, one)
}

// drop takes a wait back.
func (d *deadlines) drop(item *packedItem, id machine.EffectID) {
	d.list = slices.DeleteFunc(d.list, func(one deadline) bool { return one.item == item && one.id == id })
}

// forget takes back all waits of an item.
func (d *deadlines) forget(item *packedItem) {
	d.list = slices.DeleteFunc(d.list, func(one deadline) bool { return one.item == item })
}

// due takes out the waits whose time has come.
func (d *deadlines) due(now time.Time) []deadline {
	n := 0
	for n < len(d.list) && !d.list[n].until.After(now) {
		n++
	}
	due := slices.Clone(d.list[:n])
	d.list = d.list[n:]
	return due
}

// arm lets the timer run to the earliest deadline; a timer that would be too
// early for it is left alone, since it costs less than another one.
func (d *deadlines) arm(s *mapShard, fire func()) {
	if len(d.list) == 0 {
		d.disarm()
		return
	}
	until := d.list[0].until.Add(grid - 1).Truncate(grid)
	if !d.armed.IsZero() && !d.armed.After(until) {
		return
	}
	d.disarm()
	s.budget.spend(s.ctx, 0)
	ctx, cancel := workflow.WithCancel(s.ctx)
	d.armed, d.timer = until, cancel
	timer := workflow.NewTimerWithOptions(ctx, max(until.Sub(workflow.Now(ctx)), 0), workflow.TimerOptions{Summary: "next wait or retry"})
	s.flights.add(timer, func(f workflow.Future) {
		if f.Get(ctx, nil) == nil {
			d.armed, d.timer = time.Time{}, nil
			fire()
		}
	})
}

func (d *deadlines) disarm() {
	if d.timer != nil {
		d.timer()
		d.armed, d.timer = time.Time{}, nil
	}
}
