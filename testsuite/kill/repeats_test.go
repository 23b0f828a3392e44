package kill

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// unsaved is how long before a loss an answer may have come that is lost with it.
// An express batch writes its journal a second after the last one, a wave tells
// of its Calls when it has run for a second at most; the rest is for machines that
// are busy.
const unsaved = 3 * time.Second

// loss is the time in which something was killed, and was away.
type loss struct {
	from, to time.Time
	// none tells that nothing may be called again for it.
	none bool
}

// repeats are the calls that were more than one for an item.
type repeats struct {
	// at is how many there were for each loss.
	at []int
	// oldest is how long before its loss an answer came that was lost.
	oldest time.Duration
}

func (r repeats) String() string {
	return fmt.Sprintf("repeats by kill %v, the oldest lost answer came %.1f s before its kill", r.at, r.oldest.Seconds())
}

// requireRepeats fails the test unless each call that is not the first for its
// item has a loss for its reason, after which it came and before which the call
// before it was not known to have been answered. Except for express batches there
// are no more of them for a loss than there may be Calls under way.
func (e *execution) requireRepeats(t *testing.T, losses ...loss) repeats {
	t.Helper()
	all := e.tasks.callsOf(string(e.leaf))
	require.Len(t, all, e.items, "items for which the Task was called")
	r := repeats{at: make([]int, len(losses))}
	for i, calls := range all {
		for n, again := range calls[1:] {
			place := reason(losses, calls[n], again)
			require.GreaterOrEqual(t, place, 0, "item %d was called again and nothing was lost: %v, losses %v", i, calls, losses)
			r.at[place]++
			if before := calls[n]; before.before(losses[place].from) {
				r.oldest = max(r.oldest, losses[place].from.Sub(before.answered))
			}
		}
	}
	require.LessOrEqual(t, r.oldest, unsaved, "an answer was lost that came well before a kill: %v", r)
	for place, n := range r.at {
		switch {
		case losses[place].none:
			require.Zero(t, n, "repeats though nothing was lost: %v", r)
		case e.leaf != program.ExpressBatch:
			require.LessOrEqual(t, n, concurrency, "repeats at kill %d: %v", place, r)
		}
	}
	return r
}

// reason gives the place of the first loss that can be why a call was repeated,
// one that should have cost nothing if there is no other, -1 for none.
func reason(losses []loss, before, again call) int {
	first := -1
	for place, l := range losses {
		if before.began.Before(l.to) && !again.began.Before(l.from) && (first < 0 || losses[first].none && !l.none) {
			first = place
		}
	}
	return first
}
