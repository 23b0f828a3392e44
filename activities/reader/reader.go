package reader

import (
	"context"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Reader reads one source. It is safe for concurrent use.
type Reader interface {
	// Plan cuts the next page of shards. The zero cursor stands for the
	// beginning; MaxItems of the source is kept.
	Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error)
	// Read gives the items of a shard to yield, in order, and ends with the
	// first error that yield returns.
	Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error
	// Origin is the `$$.Map.Item.Source` of items that have none of their own.
	Origin() string
}

// Item is one item of a source. Its Source is set when it differs from the
// reader's Origin: to that of the object that it is from.
type Item = machine.MapItem

// Page is one page of a plan.
type Page struct {
	Shards []wire.Shard
	// Source is what every shard of the page needs beside its range.
	Source wire.Cursor
	// Next is nil when the source is planned to its end.
	Next *wire.Cursor
}

// Source is what a reader is opened for.
type Source struct {
	Store objects.Store
	// Run is the evaluated map state.
	Run machine.Distribute
	// Place is where copies of items go; the zero Place makes shards carry
	// them, and bounds the source to [InlineLimit].
	Place staging.Place
}

// InlineLimit is the size in bytes from which a source needs staging.
const InlineLimit = 1 << 20

// maxItems is the service's ceiling (AWS, "ItemReader (Map)").
const maxItems = 100_000_000

// Open gives the reader of a source. Errors are of type *[Error].
func Open(s Source) (Reader, error) {
	if s.Run.Reader == nil {
		return openState(s)
	}
	if s.Run.Reader.MaxItems < 0 {
		return nil, fault("field MaxItems must be positive")
	}
	open, err := opening(s.Run.Reader)
	if err != nil {
		return nil, err
	}
	return open(s)
}
