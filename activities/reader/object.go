package reader

import (
	"context"
	"io"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// object is a source that is one object of a store.
type object struct {
	source Source
	at     objects.Location
}

func openObject(s Source) (object, error) {
	at, err := bucketOf(s.Run.Reader.Parameters)
	if err != nil {
		return object{}, err
	}
	if at.Key, err = parameter(s.Run.Reader.Parameters, "Key"); err != nil {
		return object{}, err
	}
	if at.Key == "" {
		return object{}, fault("The ItemReader's parameters have no Key.")
	}
	at.Version, err = parameter(s.Run.Reader.Parameters, "VersionId")
	return object{s, at}, err
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

// rest opens the object from the cursor's offset to its end.
func (o object) rest(ctx context.Context, from wire.Cursor) io.Reader {
	return objects.Open(ctx, o.source.Store, o.at,
		objects.Range{Offset: from.Offset, Length: from.Size - from.Offset, ETag: from.ETag})
}

// stretch opens the bytes of a shard.
func (o object) stretch(ctx context.Context, shard wire.Shard) io.Reader {
	return objects.Open(ctx, o.source.Store, o.at,
		objects.Range{Offset: shard.Offset, Length: shard.Length, ETag: sourceOf(shard).ETag})
}

func sourceOf(shard wire.Shard) wire.Cursor {
	if shard.Source == nil {
		return wire.Cursor{}
	}
	return *shard.Source
}
