package activities

import (
	"sort"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// keepRest keeps what a redrive of the execution goes on from: its input alone,
// since Express executions begin again. What finds no room in a run without
// staging cannot be redriven. It needs the lock.
func (r *shardRun) keepRest(x results.Execution, in wire.ItemInput) {
	ended := x.Ended
	if wire.CategoryOf(ended.Status) == wire.PendingFile {
		ended.Status = wire.Pending
	}
	rest, ok := wire.Record{First: x.First, Items: in.Items, Ended: ended, Redrives: x.Redrives}.Rest(in)
	if !ok || !r.in.Redrivable {
		return
	}
	if !r.run.place.IsZero() {
		if err := r.segment.AddRest(rest); err != nil && r.err == nil {
			r.err = err
			r.close(endFault)
		}
		return
	}
	bytes := recordSize(wire.Ended{}) + inputBytes(rest)
	if r.recordBytes+bytes > wire.ValueLimit && ended.Status != wire.Pending {
		count(&r.now.Result.LastingItems, ended.Status, in.Items)
		count(&r.now.Result.LastingExecutions, ended.Status, 1)
		return
	}
	r.recordBytes += bytes
	r.now.Result.RestItems = append(r.now.Result.RestItems, rest)
}

// carriedBytes bounds the records of a run without staging that travel in heartbeat
// details: they count against the mutable state of the Map Run's workflow.
const carriedBytes = 64 << 10

// carried gives what a careful shard without staging has behind it, nil when that
// is too much for heartbeat details. It needs the lock.
func (r *shardRun) carried() *progress {
	if !r.careful() || r.recordBytes > carriedBytes {
		return nil
	}
	carried := r.now
	carried.Done = r.now.Done.clone()
	return &carried
}

// carriedSize is what the records of a result come to that travel with it.
func carriedSize(result wire.ShardResult) (bytes int) {
	for _, record := range result.Records {
		bytes += recordSize(record.Ended)
	}
	for _, rest := range result.RestItems {
		bytes += recordSize(wire.Ended{}) + inputBytes(rest)
	}
	return bytes
}

// salvaged gives the result of a shard that has ended by a failure: what is
// written, or travels with the result, and which items are left.
func (r *shardRun) salvaged() wire.ShardResult {
	r.mu.Lock()
	now := r.now
	r.mu.Unlock()
	if !r.run.place.IsZero() {
		now = progress{}
		if saved := r.saved.Load(); saved != nil {
			now = *saved
		}
	}
	result := now.Result
	result.Number = r.in.Shard.Number
	result.Debt = r.gate.debt(time.Now())
	result.Left = r.places.left(&now.Done, r.shard)
	return result
}

// places are the places of items in a shard. Those of a contiguous shard follow
// from their indexes, those of redriven executions are counted.
type places struct {
	from  int64
	rest  []wire.ItemInput
	place []int64 // of rest, in the same order
}

func placesOf(shard wire.Shard) places {
	p := places{from: shard.First, rest: shard.Rest}
	next := int64(0)
	for _, in := range shard.Rest {
		p.place = append(p.place, next)
		next += in.Items
	}
	return p
}

// of gives the place of the item with this index.
func (p *places) of(first int64) int64 {
	if p.rest == nil {
		return first - p.from
	}
	i := sort.Search(len(p.rest), func(i int) bool { return p.rest[i].First >= first })
	return p.place[i]
}

// left gives the stretches of the shard's items that are not in the set.
func (p *places) left(done *itemSet, shard wire.Shard) []wire.Stretch {
	var left []wire.Stretch
	add := func(from, to int64) {
		if shard.Only != nil && !wire.Within(shard.Only, from) {
			return
		}
		if n := len(left); n > 0 && left[n-1].To == from {
			left[n-1].To = to
			return
		}
		left = append(left, wire.Stretch{From: from, To: to})
	}
	for i, in := range p.rest {
		if !done.has(p.place[i]) {
			add(in.First, in.First+in.Items)
		}
	}
	if p.rest != nil {
		return left
	}
	for index := shard.First; index < shard.First+shard.Items; index++ {
		if !done.has(index - shard.First) {
			add(index, index+1)
		}
	}
	return left
}
