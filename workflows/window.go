package workflows

import (
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// window says how many shards of a Map Run are run at once, and how many items
// of each. Few wide shards make good batches (one activity an express shard,
// waves of a packed one), many narrow ones use more workers: the window opens
// with MaxConcurrency.
type window struct {
	// shards is how many shards share MaxConcurrency.
	shards int64
	// most is how many may run when they need less than their share, such as
	// shards of few large batches.
	most int64
	// grain is the share under which fewer shards run instead.
	grain int64
	// share is how many items of one shard may run at once: what one process
	// (express), or one workflow (the others), carries.
	share int64
}

// windowOf gives the window of a leaf. On two cores one or two shards keep a
// worker busy and the rest wait in task queues, where they cost nothing; on a
// large cluster MaxConcurrency's default of 10,000 is reached by all leaves.
func windowOf(leaf program.LeafKind, edition int) window {
	switch {
	case leaf == program.ExpressBatch:
		return window{shards: 16, most: 64, grain: 50, share: 1_000}
	case leaf == program.PackedShard && edition >= wire.Wide:
		return window{shards: 20, most: 100, grain: 250, share: 500}
	case leaf == program.PackedShard:
		return window{shards: 20, most: 100, grain: 50, share: 500}
	default:
		return window{shards: 20, most: 100, grain: 25, share: 500}
	}
}

// taken is what the running shards have: their number, and the sum of their
// shares. left is how many more there will be, 0 when that is not known yet.
type taken struct{ shards, share, left int64 }

// next gives the share of a further shard that needs so many, 0 when it has to
// wait. The sum of shares never exceeds concurrency, which is at least 1.
func (w window) next(concurrency int64, t taken, need int64) int64 {
	if concurrency <= 0 {
		return 0
	}
	aim := w.aim(concurrency, t)
	fair := concurrency / aim
	free := concurrency - t.share
	if t.shards >= w.most || free < min(need, fair, w.share) {
		return 0
	}
	// The remainder of the division is spread over the shards to come.
	left := max(aim-t.shards, 1)
	return min(need, w.share, free, max(fair, (free+left-1)/left))
}

// aim gives how many shards share the concurrency.
func (w window) aim(concurrency int64, t taken) int64 {
	aim := min(max(concurrency/w.grain, min(2, concurrency)), w.shards)
	if t.left > 0 {
		aim = min(aim, t.shards+t.left) // nobody else needs a share
	}
	return aim
}

// fair gives the share of one of them; the concurrency is at least 1.
func (w window) fair(concurrency int64, t taken) int64 { return concurrency / w.aim(concurrency, t) }
