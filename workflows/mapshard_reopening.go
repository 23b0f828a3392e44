package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// heedCircuits names the change by which shards whose items have workflows of
// their own do as the items' Tasks tell. A run that was told before by a Task, but
// was in the hands of a worker that knew nothing of that, does not until it ends.
const heedCircuits = "stepwell:heed-circuits"

// reopening is what a shard does about someone who is away whom the items call,
// where these have workflows of their own: it cannot see that, their Tasks tell.
// It starts nothing as long as it is told, then one item, then in each step twice
// as many, until it is told again or as many have started as may run at once. The
// zero reopening holds nothing up.
type reopening struct {
	channel workflow.ReceiveChannel
	// width is how many items may start in this step, 0 for any number; left is
	// how many of them still may.
	width, left int64
	// since is when the first step began, next when this one is over at the latest:
	// it is before when as many items as it has, all started since then, have
	// succeeded, which are counted by passed.
	since, next time.Time
	passed      int64
}

// reopeningStep is long enough for an item that starts to come to its Task, and
// for that to tell.
const reopeningStep = 2 * time.Second

// heed takes what Tasks of items have told. Nobody waits for that: it matters when
// there is an item to start, which something else has made room for.
func (s *mapShard) heed() {
	r, now := &s.reopening, workflow.Now(s.ctx)
	var told wire.CircuitReport
	for r.channel.ReceiveAsync(&told) {
		if workflow.GetVersion(s.ctx, heedCircuits, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			continue
		}
		if told.Until.After(now) && told.Until.After(s.limits.held) {
			s.hold(told.Until)
		}
		r.begin(latest(now, s.limits.held))
		told = wire.CircuitReport{}
	}
	if r.width > 0 && (r.passed >= r.width || !now.Before(r.next)) {
		r.step(2*r.width, now)
		if r.width >= s.share() {
			r.width = 0
		}
	}
}

// begin lets the first step begin at a time.
func (r *reopening) begin(at time.Time) {
	r.since = at
	r.step(1, at)
}

func (r *reopening) step(width int64, at time.Time) {
	r.width, r.left, r.passed, r.next = width, width, 0, at.Add(reopeningStep)
}

// open reports that one more item may start.
func (r *reopening) open() bool { return r.width == 0 || r.left > 0 }

// started notes that one has started.
func (r *reopening) started() {
	if r.width > 0 {
		r.left--
	}
}

// ended notes that one has ended.
func (r *reopening) ended(item *shardItem) {
	if item.record.Ended.Status == machine.Succeeded && !item.started.Before(r.since) {
		r.passed++
	}
}

// wait gives how long it takes at most until the next step, 0 when nothing has to
// wait for it.
func (r *reopening) wait(now time.Time) time.Duration {
	if r.open() {
		return 0
	}
	return r.next.Sub(now)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
