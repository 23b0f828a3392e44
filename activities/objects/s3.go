package objects

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// S3 is a [Store] over the AWS SDK.
type S3 struct {
	client *s3.Client
	upload *transfermanager.Client
}

// uploadAttempts is how often each part of an upload is tried: what has been
// uploaded before is lost with it.
const uploadAttempts = 8

// NewS3 gives the store that the client speaks to. The SDK's own retries come
// first; what is still an error then is the caller's.
func NewS3(client *s3.Client) *S3 {
	patient := s3.New(client.Options(), func(o *s3.Options) { o.RetryMaxAttempts = max(o.RetryMaxAttempts, uploadAttempts) })
	return &S3{client: client, upload: transfermanager.New(patient, func(o *transfermanager.Options) {
		o.Concurrency = 2
		o.PartSizeBytes = 8 << 20
	})}
}

var _ Store = (*S3)(nil)

// Head gives the object's size and ETag.
func (s *S3) Head(ctx context.Context, at Location) (Info, error) {
	out, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &at.Bucket, Key: &at.Key, VersionId: optional(at.Version), ExpectedBucketOwner: optional(at.Owner)})
	if err != nil {
		return Info{}, s.missing(ctx, refusal(err, at))
	}
	return Info{
		Key: at.Key, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag),
		Modified: aws.ToTime(out.LastModified), StorageClass: string(out.StorageClass),
	}, nil
}

// missing finds out whether it is the bucket that an answer to a HEAD misses: such
// an answer has no body, and so no code that says.
func (s *S3) missing(ctx context.Context, err error) error {
	var object, bucket *Error
	if errors.As(err, &object) && object.Kind == NotFound && errors.As(s.Bucket(ctx, object.At), &bucket) && bucket.Kind == NotFound {
		object.Code = noSuchBucket
	}
	return err
}

// Get opens a stretch of the object. A connection that breaks costs no more than
// another request, for what is left of the same version.
func (s *S3) Get(ctx context.Context, at Location, r Range) (io.ReadCloser, error) {
	b := &body{ctx: ctx, left: r, open: func(left Range) (io.ReadCloser, string, error) { return s.get(ctx, at, left) }}
	if err := b.begin(); err != nil {
		return nil, err
	}
	return b, nil
}

// get asks for a stretch once, and gives the object's ETag too.
func (s *S3) get(ctx context.Context, at Location, r Range) (io.ReadCloser, string, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &at.Bucket, Key: &at.Key, VersionId: optional(at.Version), ExpectedBucketOwner: optional(at.Owner),
		IfMatch: optional(r.ETag),
		Range:   aws.String(fmt.Sprintf("bytes=%d-%d", r.Offset, r.Offset+r.Length-1)),
	}, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }) // a range has no checksum
	if err != nil {
		err = refusal(err, at)
		if refused := (*Error)(nil); errors.As(err, &refused) && refused.Code == "InvalidRange" {
			return io.NopCloser(bytes.NewReader(nil)), r.ETag, nil
		}
		return nil, "", err
	}
	return out.Body, aws.ToString(out.ETag), nil
}

// Put writes the object at once.
func (s *S3) Put(ctx context.Context, at Location, content []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &at.Bucket, Key: &at.Key, ExpectedBucketOwner: optional(at.Owner), Body: bytes.NewReader(content)})
	return refusal(err, at)
}

// PutNew writes the object unless it is there already.
func (s *S3) PutNew(ctx context.Context, at Location, content []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &at.Bucket, Key: &at.Key, ExpectedBucketOwner: optional(at.Owner), Body: bytes.NewReader(content),
		IfNoneMatch: aws.String("*")})
	err = refusal(err, at)
	if refused := (*Error)(nil); errors.As(err, &refused) && refused.Kind == Changed {
		refused.Kind = Exists
	}
	return err
}

// Upload writes the object from a stream, in parts when it is long.
func (s *S3) Upload(ctx context.Context, at Location, content io.Reader) error {
	_, err := s.upload.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &at.Bucket, Key: &at.Key, ExpectedBucketOwner: optional(at.Owner), Body: content})
	return refusal(err, at)
}

// List gives the next page of a listing.
func (s *S3) List(ctx context.Context, l Listing) ([]Info, error) {
	out, err := s.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &l.Bucket, ExpectedBucketOwner: optional(l.Owner), Prefix: optional(l.Prefix), StartAfter: optional(l.After)})
	if err != nil {
		return nil, refusal(err, l.At(""))
	}
	page := make([]Info, len(out.Contents))
	for i, o := range out.Contents {
		page[i] = Info{
			Key: aws.ToString(o.Key), Size: aws.ToInt64(o.Size), ETag: aws.ToString(o.ETag),
			Modified: aws.ToTime(o.LastModified), StorageClass: string(o.StorageClass),
		}
	}
	return page, nil
}

// Empty deletes all objects below the prefix.
func (s *S3) Empty(ctx context.Context, at Location) error {
	if at.Key == "" {
		return fmt.Errorf("to empty a whole bucket (%s) is never meant", at.Bucket)
	}
	for {
		page, err := s.List(ctx, Listing{Location: at, Prefix: at.Key})
		if err != nil || len(page) == 0 {
			return err
		}
		doomed := make([]types.ObjectIdentifier, len(page))
		for i := range page {
			doomed[i].Key = &page[i].Key
		}
		out, err := s.client.DeleteObjects(ctx, &s3.DeleteObjectsInput{
			Bucket: &at.Bucket, ExpectedBucketOwner: optional(at.Owner),
			Delete: &types.Delete{Objects: doomed, Quiet: aws.Bool(true)}})
		if err != nil {
			return refusal(err, at)
		}
		if len(out.Errors) > 0 {
			first := out.Errors[0]
			return &Error{Kind: Denied, At: at.At(aws.ToString(first.Key)), Code: aws.ToString(first.Code), Message: aws.ToString(first.Message)}
		}
	}
}

// Bucket fails when there is no such bucket.
func (s *S3) Bucket(ctx context.Context, at Location) error {
	_, err := s.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &at.Bucket, ExpectedBucketOwner: optional(at.Owner)})
	return refusal(err, at.At(""))
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
