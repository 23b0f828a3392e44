package reader

import (
	"context"
	"iter"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// flattened names the objects of a listing, of which the contents are read
// (Transformation LOAD_AND_FLATTEN). Each is seen once, in the order of keys,
// although objects come and go while the run is planned; one that changes or
// vanishes after it was listed is a fault.
type flattened struct {
	listing
	content content
}

func openFlattened(s Source) (Reader, error) {
	l, err := newListing(s)
	if err != nil {
		return nil, err
	}
	c, err := contentOf(s.Run.Reader.Config)
	return &several{s, &flattened{*l, c}}, err
}

func (f *flattened) contentOf(objects.Location) content { return f.content }

func (f *flattened) String() string { return "the listing of s3://" + f.at.Bucket + "/" + f.at.Prefix }

func (f *flattened) locate(url string) (objects.Location, error) {
	at, err := objects.Parse(url)
	return f.at.At(at.Key), err
}

// after lists on. Objects that only make folders visible hold nothing.
func (f *flattened) after(ctx context.Context, from *wire.Cursor) iter.Seq2[named, error] {
	at := f.at
	at.After = from.Token
	return func(yield func(named, error) bool) {
		for {
			found, err := f.source.Store.List(ctx, at)
			if err != nil {
				yield(named{}, unreadable(err))
				return
			}
			if len(found) == 0 {
				return
			}
			for _, o := range found {
				at.After = o.Key
				if o.Size == 0 && strings.HasSuffix(o.Key, "/") {
					continue
				}
				if !yield(named{at: at.At(o.Key), etag: o.ETag, size: o.Size, token: o.Key}, nil) {
					return
				}
			}
		}
	}
}
