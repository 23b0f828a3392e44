package reader

import (
	"context"
	"io"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is one object of a store that items are in.
type object struct {
	source Source
	at     objects.Location
	// codec decompresses it; nil when it is not compressed.
	codec codec
}

func objectAt(s Source, at objects.Location, c content) object {
	o := object{source: s, at: at}
	if _, ok := c.(texts); ok {
		o.codec = codecOf(at.Key)
	}
	return o
}

// single is a source that is one object.
type single struct {
	object
	content content
}

func openSingle(s Source) (Reader, error) {
	c, err := contentOf(s.Run.Reader.Config)
	if err != nil {
		return nil, err
	}
	at, err := keyOf(s.Run.Reader.Parameters)
	return &single{objectAt(s, at, c), c}, err
}

// Plan cuts the object.
func (s *single) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	from, err := s.pin(ctx, from)
	if err != nil {
		return Page{}, err
	}
	d := newDraft(s.source, from, limits)
	known := from
	next, err := s.content.plan(ctx, s.object, &known, d)
	page, err := d.finish(next, err)
	page.Source = wire.Cursor{ETag: known.ETag, Size: known.Size, Header: known.Header, Entries: known.Entries}
	return page, err
}

// Read gives the items of a shard.
func (s *single) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	return s.content.read(ctx, s.object, shard, yield)
}

// keyOf gives the object that the parameters name.
func keyOf(parameters value.Value) (objects.Location, error) {
	at, err := bucketOf(parameters)
	if err != nil {
		return at, err
	}
	if at.Key, err = parameter(parameters, "Key"); err != nil {
		return at, err
	}
	if at.Key == "" {
		return at, fault("The ItemReader's parameters have no Key.")
	}
	at.Version, err = parameter(parameters, "VersionId")
	return at, err
}

func bucketOf(parameters value.Value) (at objects.Location, err error) {
	if at.Bucket, err = parameter(parameters, "Bucket"); err != nil {
		return at, err
	}
	if at.Bucket == "" {
		return at, fault("The ItemReader's parameters have no Bucket.")
	}
	at.Owner, err = parameter(parameters, "ExpectedBucketOwner")
	return at, err
}

func parameter(parameters value.Value, name string) (string, error) {
	v := parameters.Get(name)
	if !v.IsAbsent() && v.Kind() != value.String {
		return "", fault("The ItemReader's parameter %s is a %s, not a string.", name, v.Kind())
	}
	return v.Text(), nil
}

// Origin is the `$$.Map.Item.Source` of the object's items.
func (o object) Origin() string { return "S3://" + o.at.Bucket + "/" + o.at.Key }

// pin fixes the version that the run reads, once.
func (o object) pin(ctx context.Context, from wire.Cursor) (wire.Cursor, error) {
	if from.ETag != "" {
		return from, nil
	}
	info, err := o.source.Store.Head(ctx, o.at)
	if err != nil {
		return from, unreadable(err)
	}
	if o.source.Place.IsZero() && info.Size > InlineLimit {
		return from, &TooLargeError{What: "the object " + o.at.String()}
	}
	from.ETag, from.Size = info.ETag, info.Size
	return from, nil
}

// open opens the object's text from an offset to its end.
func (o object) open(ctx context.Context, known wire.Cursor, offset int64) (io.Reader, error) {
	if o.codec != nil {
		whole := objects.Open(ctx, o.source.Store, o.at, objects.Range{Length: known.Size, ETag: known.ETag})
		return o.decompress(whole, offset)
	}
	return objects.Open(ctx, o.source.Store, o.at,
		objects.Range{Offset: offset, Length: known.Size - offset, ETag: known.ETag}), nil
}

func sourceOf(shard wire.Shard) wire.Cursor {
	if shard.Source == nil {
		return wire.Cursor{}
	}
	return *shard.Source
}
