package reader

import (
	"context"
	"io"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// listing gives the objects of a bucket. Planning lists them once and copies
// what it is told into staging, as JSON lines, of which the shards are
// stretches: so every item is seen once, although objects come and go while
// the map runs.
type listing struct {
	source Source
	at     objects.Listing
}

func openListing(s Source) (Reader, error) { return newListing(s) }

func newListing(s Source) (*listing, error) {
	bucket, err := bucketOf(s.Run.Reader.Parameters)
	if err != nil {
		return nil, err
	}
	prefix, err := parameter(s.Run.Reader.Parameters, "Prefix")
	return &listing{s, objects.Listing{Location: bucket, Prefix: prefix}}, err
}

// Origin is the `$$.Map.Item.Source` of listed objects.
func (l *listing) Origin() string { return "S3://" + l.at.Bucket }

// entry gives the item of an object (AWS, "ItemReader (Map)").
func entry(o objects.Info) value.Value {
	return listed.Of([]value.Value{
		value.OfString(o.ETag), value.OfString(o.Key), value.OfInt(o.Modified.Unix()),
		value.OfInt(o.Size), value.OfString(o.StorageClass),
	})
}

var listed = value.NewShape([]string{"Etag", "Key", "LastModified", "Size", "StorageClass"})

// Plan lists one page of shards; the cursor's Token is the last key of the
// page before.
func (l *listing) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	d := newDraft(l.source, from, limits)
	var out io.Writer = io.Discard
	if !l.source.Place.IsZero() {
		copies := d.copies(ctx)
		d.enter(vein{segment: copies.name})
		out = copies
	}
	next, err := l.gather(ctx, d.cutter, out)
	return d.finish(next, err)
}

// gather lists until the page is full and writes the items out.
func (l *listing) gather(ctx context.Context, cut *cutter, out io.Writer) (*wire.Cursor, error) {
	at, offset := l.at, int64(0)
	at.After = cut.from.Token
	inline := l.source.Place.IsZero()
	var line []byte
	for !cut.enough() {
		found, err := l.source.Store.List(ctx, at)
		if err != nil {
			return nil, unreadable(err)
		}
		if len(found) == 0 {
			break
		}
		for _, o := range found {
			if cut.enough() {
				break
			}
			item := entry(o)
			line = append(item.Append(line[:0]), '\n')
			end := offset + int64(len(line))
			if inline && end > InlineLimit {
				return nil, &TooLargeError{What: "the listing of the bucket " + at.Bucket}
			}
			if !cut.add(offset, end) {
				return &wire.Cursor{Token: at.After}, nil
			}
			if inline {
				cut.carry(item)
			}
			if _, err := out.Write(line); err != nil {
				return nil, err
			}
			offset, at.After = end, o.Key
		}
	}
	return nil, nil
}

// Read gives the items of a shard from the copy.
func (l *listing) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	if shard.Inline != nil {
		return readInline(shard, yield)
	}
	at := l.source.Place.Segment(shard.Segment)
	src := objects.Open(ctx, l.source.Store, at, objects.Range{Offset: shard.Offset, Length: shard.Length})
	return unreadable(jsonLines{}.read(text{src, shard.Offset, at.String()}, shard, yield))
}
