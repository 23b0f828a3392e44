package workflows

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func leaves() []program.LeafKind {
	return []program.LeafKind{program.ExpressBatch, program.PackedShard, program.ChildWorkflow}
}

// opened gives the shares that a window gives at its opening to shards that all
// need the same.
func opened(w window, concurrency, need int64) (shares []int64) {
	return openedFor(w, taken{}, concurrency, need)
}

// openedFor does so as long as shards are left.
func openedFor(w window, t taken, concurrency, need int64) (shares []int64) {
	for known := t.left > 0; !known || t.left > 0; t.left-- {
		share := w.next(concurrency, t, need)
		if share == 0 {
			return shares
		}
		shares = append(shares, share)
		t.shards++
		t.share += share
	}
	return shares
}

func TestWindowOpens(t *testing.T) {
	for _, c := range []struct {
		name              string
		leaf              program.LeafKind
		concurrency, need int64
		shards, sum       int
	}{
		{"one item at a time", program.PackedShard, 1, 500, 1, 1},
		{"small concurrency goes to two shards", program.PackedShard, 40, 500, 2, 40},
		{"odd numbers are used up", program.PackedShard, 1003, 500, 4, 1003},
		{"packed reaches the default", program.PackedShard, 10_000, 500, 20, 10_000},
		{"express reaches the default", program.ExpressBatch, 10_000, 1000, 16, 10_000},
		{"child workflows reach the default", program.ChildWorkflow, 10_000, 500, 20, 10_000},
		{"few large batches open the window wider", program.PackedShard, 1000, 5, 100, 500},
		{"until concurrency is used up", program.ExpressBatch, 100, 10, 10, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			shares := opened(windowOf(c.leaf, wire.Wide), c.concurrency, c.need)
			sum := int64(0)
			for _, share := range shares {
				sum += share
			}
			assert.Len(t, shares, c.shards)
			assert.EqualValues(t, c.sum, sum)
		})
	}
}

func TestWindowOfAnEarlierEdition(t *testing.T) {
	assert.Len(t, opened(windowOf(program.PackedShard, 0), 1000, 500), 20)
	for _, leaf := range []program.LeafKind{program.ExpressBatch, program.ChildWorkflow} {
		assert.Equal(t, windowOf(leaf, 0), windowOf(leaf, wire.Wide), leaf)
	}
}

// The last shards have the whole concurrency.
func TestWindowOpensForFewShards(t *testing.T) {
	w := windowOf(program.PackedShard, wire.Wide)
	assert.Equal(t, []int64{40}, openedFor(w, taken{left: 1}, 40, 500))
	assert.Equal(t, []int64{20, 20}, openedFor(w, taken{left: 2}, 40, 500))
	assert.Equal(t, []int64{20, 20}, openedFor(w, taken{left: 3}, 40, 500))
	assert.Equal(t, []int64{334, 333, 333}, openedFor(w, taken{left: 3}, 1_000, 500))
	assert.Equal(t, []int64{500}, openedFor(w, taken{left: 1}, 10_000, 500))
}

// Whatever comes and goes: shares fit, are worth starting, and the window never
// stays shut while nothing runs.
func TestSharesNeverExceedConcurrency(t *testing.T) {
	for _, leaf := range leaves() {
		w := windowOf(leaf, wire.Wide)
		random := rand.New(rand.NewPCG(7, 7))
		for range 300 {
			concurrency := 1 + random.Int64N([]int64{3, 60, 700, 10_000}[random.IntN(4)])
			var running []int64
			for range 300 {
				now := taken{shards: int64(len(running)), left: random.Int64N(4)}
				for _, share := range running {
					now.share += share
				}
				need := 1 + random.Int64N(1000)
				share := w.next(concurrency, now, need)
				require.LessOrEqual(t, now.share+share, concurrency)
				require.LessOrEqual(t, share, need)
				require.LessOrEqual(t, share, w.share)
				require.False(t, share == 0 && len(running) == 0, "concurrency %d, need %d", concurrency, need)
				if share > 0 {
					running = append(running, share)
					require.LessOrEqual(t, int64(len(running)), w.most)
				}
				if len(running) > 0 && (share == 0 || random.IntN(4) == 0) {
					i := random.IntN(len(running))
					running = append(running[:i], running[i+1:]...)
				}
			}
		}
	}
}
