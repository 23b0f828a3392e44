package reader

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"

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

func openListing(s Source) (Reader, error) {
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
	from.Offset = 0 // offsets count within the segment of the page
	cut := newCutter(from, limits, l.source.Run.Reader)
	if l.source.Place.IsZero() {
		return l.gather(ctx, cut, io.Discard)
	}
	// The name tells pages apart, and attempts too: another attempt may list
	// something else, and shards may know this one's.
	segment := fmt.Sprintf("%d-%016x", from.Shards, rand.Uint64())
	text, upload := io.Pipe()
	var page Page
	gathered := make(chan error, 1)
	go func() {
		var err error
		page, err = l.gather(ctx, cut, upload)
		upload.CloseWithError(err)
		gathered <- err
	}()
	err := l.source.Store.Upload(ctx, l.source.Place.Segment(segment), text)
	text.CloseWithError(err)
	if fault := <-gathered; fault != nil {
		return Page{}, fault
	}
	if err != nil {
		return Page{}, err
	}
	for i := range page.Shards {
		page.Shards[i].Segment = segment
	}
	return page, nil
}

// gather lists until the page is full and writes the items out.
func (l *listing) gather(ctx context.Context, cut *cutter, out io.Writer) (Page, error) {
	at, offset := l.at, int64(0)
	at.After = cut.from.Token
	inline := l.source.Place.IsZero()
	var line []byte
	for !cut.enough() {
		found, err := l.source.Store.List(ctx, at)
		if err != nil {
			return Page{}, unreadable(err)
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
				return Page{}, &TooLargeError{What: "the listing of the bucket " + at.Bucket}
			}
			if !cut.add(offset, end) {
				cut.from.Token = at.After
				return cut.page(true, 0), nil
			}
			if inline {
				cut.carry(item)
			}
			if _, err := out.Write(line); err != nil {
				return Page{}, err
			}
			offset, at.After = end, o.Key
		}
	}
	return cut.page(false, 0), nil
}

// Read gives the items of a shard from the copy.
func (l *listing) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	if shard.Inline != nil {
		return readInline(shard, yield)
	}
	at := l.source.Place.Segment(shard.Segment)
	src := objects.Open(ctx, l.source.Store, at, objects.Range{Offset: shard.Offset, Length: shard.Length})
	return readLines(src, shard, at.String(), yield)
}
