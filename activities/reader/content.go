package reader

import (
	"context"
	"io"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// content is a kind of objects: how the items of one are found and read. It
// knows nothing of what other objects the source has.
type content interface {
	// plan adds the items of the object to the page, from the place on that the
	// cursor says, which is pinned; the cursor gets what shards have to know
	// (Header, Entries). It gives nil when the object ends, or MaxItems is
	// reached, and otherwise where the next page goes on.
	plan(ctx context.Context, o object, at *wire.Cursor, p *draft) (*wire.Cursor, error)
	// read gives the items of a shard, or of a piece of one.
	read(ctx context.Context, o object, shard wire.Shard, yield func(Item) error) error
}

// draft is a page in the making.
type draft struct {
	*cutter
	source  Source
	segment *segment // nil until something is copied
	// several tells that the source has several objects.
	several bool
}

func newDraft(s Source, from wire.Cursor, limits Limits) *draft {
	return &draft{cutter: newCutter(from, limits, s.Run.Reader), source: s}
}

// copies gives the segment of the page.
func (d *draft) copies(ctx context.Context) *segment {
	if d.segment == nil {
		d.segment = newSegment(ctx, d.source, d.from.Shards)
	}
	return d.segment
}

// finish ends the page, or gives it up when err is not nil.
func (d *draft) finish(next *wire.Cursor, err error) (Page, error) {
	if d.segment != nil {
		err = d.segment.close(err)
	}
	if err != nil {
		return Page{}, err
	}
	return d.page(next), nil
}

// vein gives what the items of the object stand in. Known is what its shards
// have to know.
func (d *draft) vein(o object, known *wire.Cursor) vein {
	if !d.several {
		return vein{}
	}
	return vein{object: o.at.String(), known: known}
}

// text is the text of an object from an offset on.
type text struct {
	io.Reader
	offset int64
	// name is the object's URL.
	name string
}

// form is how a text is cut into items.
type form interface {
	// walk adds the items of the text until it ends or the page is full, when
	// more is true and the next page goes on at the offset. Known holds what
	// earlier pages found out, and gets what later ones and shards have to know.
	walk(t text, known *wire.Cursor, cut *cutter) (next int64, more bool, err error)
	// read gives the items of a shard's text.
	read(t text, shard wire.Shard, yield func(Item) error) error
}

// texts is the content of objects that are texts, compressed or not.
type texts struct{ form }

// plan walks over the text. Of a compressed one it copies into the page's
// segment what it decompresses.
func (c texts) plan(ctx context.Context, o object, at *wire.Cursor, p *draft) (*wire.Cursor, error) {
	known := &wire.Cursor{ETag: at.ETag, Size: at.Size, Header: at.Header, Entries: at.Entries}
	v := p.vein(o, known)
	began := time.Now()
	src, err := o.open(ctx, *known, at.Offset)
	if err != nil {
		return nil, err
	}
	if o.codec != nil {
		p.stretchLimits(at.Offset, time.Since(began))
		if !o.source.Place.IsZero() {
			copies := p.copies(ctx)
			v.segment, v.shift = copies.name, copies.size-at.Offset
			src = io.TeeReader(src, copies)
		}
	}
	p.enter(v)
	next, more, err := c.walk(text{src, at.Offset, o.at.String()}, known, p.cutter)
	at.Header, at.Entries = known.Header, known.Entries
	if err != nil || !more {
		return nil, unreadable(err)
	}
	rest := *known
	rest.Offset = next
	return &rest, nil
}

// mostShards bounds the shards of a page that is larger than others.
const mostShards = 10 * pageShards

// stretchLimits lets a page that begins inside of a compressed object be as
// large, and take as long again, as what was passed over there: each page has to
// decompress what those before it have copied, so that the work grows with the
// object's size and not with its square.
func (c *cutter) stretchLimits(passed int64, took time.Duration) {
	if passed == 0 {
		return
	}
	c.limits.PageShards = max(c.limits.PageShards, min(c.from.Shards, mostShards))
	c.limits.PageBytes = max(c.limits.PageBytes, passed)
	c.limits.Until = c.limits.Until.Add(2 * took)
}

func (c texts) read(ctx context.Context, o object, shard wire.Shard, yield func(Item) error) error {
	src, at, err := o.stretch(ctx, shard)
	if err != nil {
		return err
	}
	return unreadable(c.form.read(text{src, at, o.at.String()}, shard, yield))
}

// stretch opens the bytes of a shard: of the copy, if there is one. It gives
// where in the object they begin.
func (o object) stretch(ctx context.Context, shard wire.Shard) (io.Reader, int64, error) {
	if shard.Segment != "" {
		return objects.Open(ctx, o.source.Store, o.source.Place.Segment(shard.Segment),
			objects.Range{Offset: shard.Offset, Length: shard.Length}), shard.At, nil
	}
	known := sourceOf(shard)
	if o.codec != nil {
		src, err := o.open(ctx, known, shard.Offset)
		return io.LimitReader(src, shard.Length), shard.Offset, err
	}
	return objects.Open(ctx, o.source.Store, o.at,
		objects.Range{Offset: shard.Offset, Length: shard.Length, ETag: known.ETag}), shard.Offset, nil
}
