package reader

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
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
)

// LimitsOf gives the limits for items that run in such leaves.
func LimitsOf(leaf program.LeafKind, b *machine.Batcher) Limits {
	l := Limits{
		Items: 500, Bytes: 512 << 10,
		PageShards: pageShards, PageBytes: pageBytes, Until: time.Now().Add(pageTime),
	}
	if leaf == program.ExpressBatch {
		l.Items, l.Bytes, l.Growing = 1000, 8<<20, true
	}
	if b != nil {
		l.Batch = b.MaxItems
	}
	return l
}

// cutter gathers items into shards and shards into a page.
type cutter struct {
	limits   Limits
	from     wire.Cursor
	maxItems int64
	shards   []wire.Shard
	shard    wire.Shard // the one at hand; empty while it has no items
	end      int64      // where its last item ended
	items    int64      // on this page
	bytes    int64      // on this page, without the shard at hand
}

func newCutter(from wire.Cursor, limits Limits, r *machine.Reader) *cutter {
	c := &cutter{limits: limits, from: from, maxItems: maxItems}
	if r != nil && r.MaxItems > 0 {
		c.maxItems = min(c.maxItems, r.MaxItems)
	}
	return c
}

// enough reports that MaxItems is reached.
func (c *cutter) enough() bool { return c.from.Items+c.items >= c.maxItems }

// add puts the item at the bytes from offset up to end. It reports false when
// the page is full; the item then belongs to the next page.
func (c *cutter) add(offset, end int64) bool {
	if c.shard.Items > 0 && c.ends(end) {
		c.close()
		if c.full() {
			return false
		}
	}
	if c.shard.Items == 0 {
		c.shard = wire.Shard{First: c.from.Items + c.items, Offset: offset}
	}
	c.shard.Items++
	c.items++
	c.end = end
	return true
}

// carry lets the shard at hand carry the item that was added last.
func (c *cutter) carry(item value.Value) { c.shard.Inline = append(c.shard.Inline, item) }

// ends reports whether the shard at hand has no room for an item up to end.
func (c *cutter) ends(end int64) bool {
	items, bytes := c.limits.Items, c.limits.Bytes
	if c.limits.Growing {
		doublings := min((c.from.Shards+len(c.shards))/growEvery, 10)
		items, bytes = min(items<<doublings, growItems), min(bytes<<doublings, growBytes)
	}
	batch := max(c.limits.Batch, 1)
	items = max(items-items%batch, batch)
	length := end - c.shard.Offset
	if c.shard.Items < items && length <= bytes {
		return false
	}
	return c.shard.Items%batch == 0 || length > overlong*bytes
}

func (c *cutter) close() {
	if c.shard.Items == 0 {
		return
	}
	c.shard.Length = c.end - c.shard.Offset
	c.bytes += c.shard.Length
	c.shards = append(c.shards, c.shard)
	c.shard = wire.Shard{}
}

func (c *cutter) full() bool {
	return len(c.shards) >= c.limits.PageShards || c.bytes >= c.limits.PageBytes || time.Now().After(c.limits.Until)
}

// page ends the page. More tells that the source goes on, at the offset.
func (c *cutter) page(more bool, offset int64) Page {
	c.close()
	p := Page{Shards: c.shards, Source: wire.Cursor{ETag: c.from.ETag, Size: c.from.Size, Header: c.from.Header, Entries: c.from.Entries}}
	if more {
		next := c.from
		next.Items += c.items
		next.Shards += len(c.shards)
		next.Offset = offset
		p.Next = &next
	}
	return p
}
