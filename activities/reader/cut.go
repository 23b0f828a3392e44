package reader

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// vein is what the items that a [cutter] is given stand in.
type vein struct {
	// object and known are set for one object of several: its URL, and what its
	// shards need beside their ranges, which may still be filled in.
	object string
	known  *wire.Cursor
	// segment is the copy that the shards are to be read from, and shift what an
	// offset of the source has to be moved by to be one of the segment's.
	segment string
	shift   int64
	// unit is how many bytes a step of an offset stands for.
	unit int64
}

// cutter gathers items into shards and shards into a page.
type cutter struct {
	limits   Limits
	from     wire.Cursor
	maxItems int64
	shards   []wire.Shard
	items    int64 // on this page
	bytes    int64 // on this page, without the shard at hand
	pieces   int   // on this page, without the shard at hand

	vein vein
	// The shard at hand: its pieces, of which the last one, empty while it has
	// no items, still grows from begin to end.
	before     []wire.Shard
	piece      wire.Shard
	begin, end int64
	gathered   int64 // items before the last piece
	weight     int64 // bytes before the last piece
}

func newCutter(from wire.Cursor, limits Limits, r *machine.Reader) *cutter {
	c := &cutter{limits: limits, from: from, maxItems: maxItems, vein: vein{unit: 1}}
	if r != nil && r.MaxItems > 0 {
		c.maxItems = min(c.maxItems, r.MaxItems)
	}
	return c
}

// enough reports that MaxItems is reached.
func (c *cutter) enough() bool { return c.from.Items+c.items >= c.maxItems }

// enter says what the items that follow stand in.
func (c *cutter) enter(v vein) {
	c.endPiece()
	if v.unit == 0 {
		v.unit = 1
	}
	c.vein = v
}

// add puts the item that stands from offset up to end. It reports false when
// the page is full; the item then belongs to the next page.
func (c *cutter) add(offset, end int64) bool {
	if c.shardItems() > 0 && c.ends(offset, end) {
		c.close()
		if c.full() {
			return false
		}
	}
	if c.piece.Items == 0 {
		c.piece = wire.Shard{First: c.from.Items + c.items, Offset: offset + c.vein.shift, Segment: c.vein.segment, Object: c.vein.object, Source: c.vein.known}
		if c.vein.segment != "" {
			c.piece.At = offset
		}
		c.begin = offset
	}
	c.piece.Items++
	c.items++
	c.end = end
	return true
}

// carry lets the shard at hand carry the item that was added last.
func (c *cutter) carry(item value.Value) { c.piece.Inline = append(c.piece.Inline, item) }

func (c *cutter) shardItems() int64 { return c.gathered + c.piece.Items }

// ends reports whether the shard at hand has no room for an item from offset up
// to end.
func (c *cutter) ends(offset, end int64) bool {
	length, pieces := c.weight, len(c.before)+1
	if c.piece.Items > 0 {
		offset = c.begin
	}
	length += (end - offset) * c.vein.unit
	items, bytes := c.limits.Items, c.limits.Bytes
	if c.limits.Growing {
		doublings := min((c.from.Shards+len(c.shards))/growEvery, 10)
		items, bytes = min(items<<doublings, growItems), min(bytes<<doublings, growBytes)
	}
	if first := c.from.Items + c.items - c.shardItems(); c.limits.Wide > 0 && first >= c.limits.Wide {
		items, bytes = 2*items, 2*bytes
	}
	batch := max(c.limits.Batch, 1)
	items = max(items-items%batch, batch)
	if c.shardItems() < items && length <= bytes && pieces <= shardPieces {
		return false
	}
	return c.shardItems()%batch == 0 || length > overlong*bytes || pieces > overlong*shardPieces
}

func (c *cutter) endPiece() {
	if c.piece.Items == 0 {
		return
	}
	c.piece.Length = c.end - c.begin
	c.gathered += c.piece.Items
	c.weight += c.piece.Length * c.vein.unit
	c.before = append(c.before, c.piece)
	c.piece = wire.Shard{}
}

func (c *cutter) close() {
	c.endPiece()
	if len(c.before) == 0 {
		return
	}
	shard := c.before[0]
	if len(c.before) > 1 {
		shard = wire.Shard{First: shard.First, Items: c.gathered, Pieces: c.before}
	}
	c.shards = append(c.shards, shard)
	c.bytes += c.weight
	c.pieces += len(c.before)
	c.before, c.gathered, c.weight = nil, 0, 0
}

func (c *cutter) full() bool {
	return len(c.shards) >= c.limits.PageShards || c.bytes >= c.limits.PageBytes || c.pieces >= pagePieces || c.late()
}

func (c *cutter) late() bool { return time.Now().After(c.limits.Until) }

// pausable reports that the page may end here although the shard at hand would
// have room for more.
func (c *cutter) pausable() bool { return c.shardItems()%max(c.limits.Batch, 1) == 0 }

// page ends the page. Next, unless nil, is where the source goes on.
func (c *cutter) page(next *wire.Cursor) Page {
	c.close()
	if next != nil {
		next.Items = c.from.Items + c.items
		next.Shards = c.from.Shards + len(c.shards)
	}
	return Page{Shards: c.shards, Next: next}
}
