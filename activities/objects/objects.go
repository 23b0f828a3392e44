package objects

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// Location names an object, or, without a Key, a bucket.
type Location struct {
	Bucket string
	Key    string
	// Version is the object's VersionId, "" for the latest.
	Version string
	// Owner is the expected account of the bucket (ExpectedBucketOwner), "" for any.
	Owner string
}

// At gives the location of another key in the same bucket.
func (l Location) At(key string) Location {
	return Location{Bucket: l.Bucket, Key: key, Owner: l.Owner}
}

// String gives the s3:// URL.
func (l Location) String() string { return "s3://" + l.Bucket + "/" + l.Key }

// Parse reads an s3:// URL of a bucket with or without a key.
func Parse(url string) (Location, error) {
	rest, ok := strings.CutPrefix(url, "s3://")
	bucket, key, _ := strings.Cut(rest, "/")
	if !ok || bucket == "" {
		return Location{}, fmt.Errorf("%q is not an address of the form s3://bucket/key", url)
	}
	return Location{Bucket: bucket, Key: key}, nil
}

// Info is what a store knows of an object.
type Info struct {
	Key          string
	Size         int64
	ETag         string
	Modified     time.Time
	StorageClass string
}

// Range is a stretch of an object's bytes. Length must be positive.
type Range struct {
	Offset, Length int64
	// ETag, when set, must still be the object's: otherwise the read fails
	// with [Changed].
	ETag string
}

// Listing asks for the keys of a bucket with a prefix, in the order of their
// UTF-8 bytes, after a key.
type Listing struct {
	Location
	Prefix, After string
}

// Store is an object store. It is safe for concurrent use.
type Store interface {
	// Head gives the object's size and ETag.
	Head(ctx context.Context, at Location) (Info, error)
	// Get opens a stretch of the object; less is read when the object ends before.
	Get(ctx context.Context, at Location, r Range) (io.ReadCloser, error)
	// Put writes the object at once.
	Put(ctx context.Context, at Location, content []byte) error
	// PutNew writes the object unless it is there already, which gives [Exists].
	// A store without conditional writes writes it all the same.
	PutNew(ctx context.Context, at Location, content []byte) error
	// Upload writes the object from a stream of any length; nothing is written
	// when the stream ends with an error.
	Upload(ctx context.Context, at Location, content io.Reader) error
	// List gives the next page of a listing, empty at its end.
	List(ctx context.Context, l Listing) ([]Info, error)
	// Empty deletes all objects below the prefix at.Key, which must not be "".
	Empty(ctx context.Context, at Location) error
	// Bucket fails with [NotFound] when there is no such bucket.
	Bucket(ctx context.Context, at Location) error
}

// Load reads a whole object, which should be small.
func Load(ctx context.Context, s Store, at Location) ([]byte, error) {
	const whole = 1 << 40
	body, err := s.Get(ctx, at, Range{Length: whole})
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}
