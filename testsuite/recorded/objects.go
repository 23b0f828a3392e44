package recorded

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Objects are the objects of the cases' setups, on a real S3 server that is
// started when the first case needs it.
type Objects struct {
	client func() (*s3.Client, error)
}

// NewObjects gives the objects on the server that start gives.
func NewObjects(start func() (*s3.Client, error)) *Objects {
	return &Objects{client: sync.OnceValues(start)}
}

// noObjects is for those who do not care what becomes of a Map Run.
var noObjects = NewObjects(func() (*s3.Client, error) { return nil, errors.New("there are no objects") })

// store makes the buckets and objects of the case, when its maps read or write
// any, and gives the store that has them; else nil.
func (o *Objects) store(ctx context.Context, c *Case) (objects.Store, error) {
	if !c.NeedsObjects() {
		return nil, nil
	}
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	for _, call := range c.Setup {
		var err error
		switch call.Call {
		case "s3.create_bucket":
			err = makeBucket(ctx, client, call.Args.Get("Bucket").Text())
		case "s3.put_object":
			err = putObject(ctx, client, call.Args)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", call.Call, err)
		}
	}
	return objects.NewS3(client), nil
}

// NeedsObjects reports whether a map of the case reads items from S3 or writes
// results to it.
func (c *Case) NeedsObjects() bool {
	return hasField(c.Definition, "ItemReader") || hasField(c.Definition, "ResultWriter")
}

func hasField(v value.Value, field string) bool {
	for i, e := range v.Elements() {
		if v.Kind() == value.Object && v.NameAt(i) == field || hasField(e, field) {
			return true
		}
	}
	return false
}

func makeBucket(ctx context.Context, client *s3.Client, name string) error {
	_, err := client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	var owned *types.BucketAlreadyOwnedByYou
	if errors.As(err, &owned) {
		return nil // a case may be run more than once
	}
	return err
}

// putObject writes the object of a call with Bucket, Key and Body.
func putObject(ctx context.Context, client *s3.Client, args value.Value) error {
	bucket, key := args.Get("Bucket").Text(), args.Get("Key").Text()
	body := args.Get("Body").Text()
	_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(body)})
	return err
}
