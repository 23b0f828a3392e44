package workflows

import "go.temporal.io/sdk/workflow"

const (
	// executionBallast and shardBallast are how large a history may become by the
	// outcomes that are still to come; the server terminates a workflow at
	// 50 MiB. A shard is renewed between items only, and has more to come by then.
	executionBallast = 32 << 20
	shardBallast     = 16 << 20
	// unweighed is how large each of them may be as long as none has come: AWS's
	// largest.
	unweighed = 256 << 10
	// heldBytes is how much the outcomes that are still to come may bring into
	// memory when they are so large that they go to staging.
	heldBytes = 256 << 20
)

// ballast foresees what all that is under way will bring into a history, which
// cannot be renewed before it has come.
type ballast struct {
	bytes int
	// heaviest is the size in bytes of the largest so far, 0 without one.
	heaviest int
}

// weigh takes in the size of what has come. That of nothing counts too: it tells
// that small ones come.
func (b *ballast) weigh(bytes int) { b.heaviest = max(b.heaviest, bytes, 1) }

// holds reports whether more may be under way beside those that are. They always
// may when there are none.
func (b *ballast) holds(ctx workflow.Context, beside, more int) bool {
	switch {
	case beside == 0:
		return true
	case b.heaviest == 0:
		return (beside+more)*unweighed <= b.bytes
	}
	return workflow.GetInfo(ctx).GetCurrentHistorySize()+(beside+more)*crossing(b.heaviest) <= b.bytes &&
		(beside+more)*b.heaviest <= heldBytes
}
