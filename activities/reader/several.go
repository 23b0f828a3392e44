package reader

import (
	"context"
	"errors"
	"iter"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// several is a source of many objects, one after the other: those that a
// listing or a manifest names. A shard may span objects.
type several struct {
	source Source
	catalogue
}

// catalogue names the objects of a source.
type catalogue interface {
	// after gives the objects after those that the cursor's Token stands for, in
	// an order that is always the same. It may pin itself in the cursor.
	after(ctx context.Context, from *wire.Cursor) iter.Seq2[named, error]
	// contentOf gives what an object holds.
	contentOf(at objects.Location) content
	// locate gives the location of an object that was named before.
	locate(url string) (objects.Location, error)
	// String tells people which catalogue it is.
	String() string
	// Origin is the `$$.Map.Item.Source` of the source as a whole.
	Origin() string
}

// leastObject is what an object counts for at least, in bytes, when there is no
// staging: its name travels too.
const leastObject = 1 << 10

// named is an object that a catalogue names.
type named struct {
	at objects.Location
	// etag and size are those that the catalogue tells, if it does.
	etag string
	size int64
	// header are the names of the columns, when the catalogue tells them.
	header []string
	// token stands for this object and all before it.
	token string
}

// Plan goes on in the object at hand, and then from object to object.
func (s *several) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	d := newDraft(s.source, from, limits)
	d.several = true
	next, err := s.walk(ctx, from, d)
	return d.finish(next, err)
}

func (s *several) walk(ctx context.Context, from wire.Cursor, d *draft) (*wire.Cursor, error) {
	rest := wire.Cursor{Token: from.Token, ETag: from.ETag, Size: from.Size}
	if from.File != nil {
		at, err := s.locate(from.Object)
		if err != nil {
			return nil, err
		}
		if more, err := s.enter(ctx, at, *from.File, d, &rest); more || err != nil {
			return &rest, err
		}
	}
	for o, err := range s.after(ctx, &rest) {
		if err != nil {
			return nil, err
		}
		if d.enough() {
			return nil, nil
		}
		if d.late() && d.pausable() {
			return &rest, nil
		}
		rest.Token = o.token
		at := wire.Cursor{ETag: o.etag, Size: o.size, Header: o.header}
		if more, err := s.enter(ctx, o.at, at, d, &rest); more || err != nil {
			return &rest, err
		}
		if rest.Size > InlineLimit && s.source.Place.IsZero() {
			return nil, &TooLargeError{What: "the objects of " + s.String() + " together"}
		}
	}
	return nil, nil
}

// enter plans an object from a place in it. When the page ends inside of the
// object, more is true and the rest says where.
func (s *several) enter(ctx context.Context, at objects.Location, from wire.Cursor, d *draft, rest *wire.Cursor) (more bool, err error) {
	c := s.contentOf(at)
	o := objectAt(s.source, at, c)
	if from, err = o.pin(ctx, from); err != nil {
		return false, s.blame(err)
	}
	if from.Offset == 0 {
		rest.Size += max(from.Size, leastObject)
	}
	rest.File, err = c.plan(ctx, o, &from, d)
	rest.Object = ""
	if rest.File != nil {
		rest.Object = at.String()
	}
	return rest.File != nil, s.blame(err)
}

// blame adds to a fault of an object what named the object.
func (s *several) blame(err error) error {
	var f *Error
	if errors.As(err, &f) {
		return fault("%s It is named by %s.", f.Cause, s)
	}
	return err
}

// Read gives the items of a shard, object by object.
func (s *several) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	pieces := shard.Pieces
	if len(pieces) == 0 {
		pieces = []wire.Shard{shard}
	}
	for _, piece := range pieces {
		at, err := s.locate(piece.Object)
		if err != nil {
			return err
		}
		c := s.contentOf(at)
		o := objectAt(s.source, at, c)
		var ended error // by who takes the items
		err = c.read(ctx, o, piece, func(item Item) error {
			item.Source = o.Origin()
			ended = yield(item)
			return ended
		})
		if ended != nil {
			return ended
		}
		if err != nil {
			return s.blame(err)
		}
	}
	return nil
}
