package workflows

import (
	"cmp"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// restQueue are executions that can be redriven: the files that have what they go
// on from, or, in a run without staging, that itself. It crosses continue-as-new.
type restQueue struct {
	Parts wire.RestParts   `json:"parts,omitempty"`
	Items []wire.ItemInput `json:"items,omitempty"`
	Count restCount        `json:"count,omitzero"`
}

// restCount counts the executions of a queue and their items; the Pending ones
// were never started.
type restCount struct {
	Items             int64 `json:"items"`
	Executions        int64 `json:"executions"`
	PendingItems      int64 `json:"pendingItems,omitempty"`
	PendingExecutions int64 `json:"pendingExecutions,omitempty"`
}

func (c *restCount) add(d restCount, sign int64) {
	c.Items += sign * d.Items
	c.Executions += sign * d.Executions
	c.PendingItems += sign * d.PendingItems
	c.PendingExecutions += sign * d.PendingExecutions
}

func (q *restQueue) empty() bool { return len(q.Parts) == 0 && len(q.Items) == 0 }

// add puts executions into the queue.
func (q *restQueue) add(parts wire.RestParts, items []wire.ItemInput) {
	q.Parts, q.Items = append(q.Parts, parts...), append(q.Items, items...)
	q.Count.add(countParts(parts), 1)
	q.Count.add(countItems(items), 1)
}

// sort puts the queue in the order of items, in which shards are made of it.
func (q *restQueue) sort() {
	slices.SortStableFunc(q.Parts, func(a, b wire.RestPart) int { return cmp.Compare(a.First, b.First) })
	slices.SortStableFunc(q.Items, func(a, b wire.ItemInput) int { return cmp.Compare(a.First, b.First) })
}

// take empties another queue into this one.
func (q *restQueue) take(from *restQueue) {
	q.add(from.Parts, from.Items)
	q.sort()
	*from = restQueue{}
}

func countParts(parts wire.RestParts) (c restCount) {
	for _, p := range parts {
		c.add(restCount{p.Items, p.Executions, p.PendingItems, p.PendingExecutions}, 1)
	}
	return c
}

func countItems(items []wire.ItemInput) (c restCount) {
	for _, in := range items {
		one := restCount{Items: in.Items, Executions: 1}
		if !in.Earlier.Begun() {
			one.PendingItems, one.PendingExecutions = one.Items, 1
		}
		c.add(one, 1)
	}
	return c
}

// restLimits bound a shard of executions that are redriven. A file is never
// divided.
type restLimits struct {
	parts             int
	executions, bytes int64
}

func restLimitsOf(leaf program.LeafKind) restLimits {
	if leaf == program.ExpressBatch {
		return restLimits{parts: 50, executions: 1_000, bytes: 8 << 20}
	}
	return restLimits{parts: 50, executions: 500, bytes: 512 << 10}
}

// inlineRest bounds the executions of such a shard in a run without staging.
const inlineRest = 256 << 10

// next gives the shard that the first executions of the queue make, without a
// number, and how much of the queue they are.
func (q *restQueue) next(limits restLimits) (shard waitingShard, n int) {
	if len(q.Parts) > 0 {
		c := restCount{}
		bytes := int64(0)
		for _, p := range q.Parts {
			if n > 0 && (n >= limits.parts || c.Executions+p.Executions > limits.executions || bytes+p.Bytes > limits.bytes) {
				break
			}
			c.add(countParts(wire.RestParts{p}), 1)
			bytes += p.Bytes
			n++
		}
		shard = waitingShard{First: q.Parts[0].First, Items: c.Items, Redriven: c, Rest: slices.Clone(q.Parts[:n])}
		return shard, n
	}
	bytes := 0
	for _, in := range q.Items {
		size := restBytes(in)
		if n > 0 && (int64(n) >= limits.executions || bytes+size > inlineRest) {
			break
		}
		bytes += size
		n++
	}
	items := slices.Clone(q.Items[:n])
	c := countItems(items)
	shard = waitingShard{First: items[0].First, Items: c.Items, Redriven: c}
	shard.Inline = &wire.Shard{First: shard.First, Items: c.Items, Rest: items}
	return shard, n
}

// drop takes the first n files, or executions, out of the queue.
func (q *restQueue) drop(shard waitingShard, n int) {
	if len(q.Parts) > 0 {
		q.Parts = q.Parts[n:]
	} else {
		q.Items = q.Items[n:]
	}
	q.Count.add(shard.Redriven, -1)
}

// shards is about how many shards the queue makes.
func (q *restQueue) shards(limits restLimits) int64 {
	if q.empty() {
		return 0
	}
	most := int64(max(len(q.Parts), 1))
	return min(most, (q.Count.Executions+limits.executions-1)/limits.executions)
}
