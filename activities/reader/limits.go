package reader

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Limits say how a source is cut (docs/decisions/0007, "Shard sizes").
type Limits struct {
	// Items and Bytes bound one shard, which holds at least one item.
	Items, Bytes int64
	// Batch, when set, is the number of items of a batch: shards end between
	// batches, unless that would make them [overlong].
	Batch int64
	// Growing shards double every [growEvery] shards.
	Growing bool
	// Wide, when set, is the number of items at the source's beginning after which
	// shards are twice as large.
	Wide int64
	// PageShards and PageBytes bound a page; when Until has passed it ends
	// with the shard at hand.
	PageShards int
	PageBytes  int64
	Until      time.Time
}

const (
	growEvery  = 1000
	growItems  = 64_000
	growBytes  = 64 << 20
	overlong   = 4
	pageShards = 200
	pageBytes  = 256 << 20
	pageTime   = time.Minute
	// shardPieces and pagePieces bound of how many objects the items of a shard
	// and of a page are: a page of the index stays some hundred KB.
	shardPieces = 100
	pagePieces  = 1000
)

// LimitsOf gives the limits for a Map Run whose items run in such leaves.
func LimitsOf(leaf program.LeafKind, run machine.Distribute) Limits {
	l := Limits{
		Items: 500, Bytes: 512 << 10,
		PageShards: pageShards, PageBytes: pageBytes, Until: time.Now().Add(pageTime),
	}
	if run.Batcher != nil {
		l.Batch = run.Batcher.MaxItems
	}
	switch leaf {
	case program.ExpressBatch:
		l.Items, l.Bytes, l.Growing = 1000, 8<<20, true
	case program.PackedShard:
		// A shard costs Temporal the same whatever its size, and runs at most 500
		// executions at once: as many small ones as MaxConcurrency asks for come first.
		l.Wide = run.MaxConcurrency * max(l.Batch, 1)
	}
	return l
}
