package objects_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// Both stores keep the same promises.
func TestMemory(t *testing.T) { stores(t, objectstest.New("bucket")) }

func TestS3(t *testing.T) {
	server := devtest.Start(t, "bucket")
	stores(t, objects.NewS3(server.S3()))

	t.Run("wrong key", func(t *testing.T) {
		server := *server
		server.SecretAccessKey = "wrong"
		_, err := objects.NewS3(server.S3()).Head(t.Context(), objects.Location{Bucket: "bucket", Key: "a"})
		assert.Equal(t, objects.Denied, kind(t, err))
	})
	t.Run("no server", func(t *testing.T) {
		client := s3.New(s3.Options{BaseEndpoint: aws.String("http://127.0.0.1:1"), Region: "r", UsePathStyle: true, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")})
		_, err := objects.NewS3(client).Head(t.Context(), objects.Location{Bucket: "bucket", Key: "a"})
		require.Error(t, err)
		assert.NotErrorAs(t, err, new(*objects.Error), "a fault of the network may pass")
	})
	t.Run("long upload", func(t *testing.T) {
		store, at := objects.NewS3(server.S3()), objects.Location{Bucket: "bucket", Key: "long"}
		content := bytes.Repeat([]byte("0123456789abcdef"), 3<<20)
		require.NoError(t, store.Upload(t.Context(), at, io.MultiReader(bytes.NewReader(content))))
		info, err := store.Head(t.Context(), at)
		require.NoError(t, err)
		require.EqualValues(t, len(content), info.Size)
		got, err := io.ReadAll(objects.Open(t.Context(), store, at, objects.Range{Offset: 5, Length: info.Size - 10, ETag: info.ETag}))
		require.NoError(t, err)
		assert.True(t, bytes.Equal(content[5:len(content)-5], got))
	})
}

func kind(t *testing.T, err error) objects.Kind {
	t.Helper()
	var refused *objects.Error
	require.ErrorAs(t, err, &refused)
	return refused.Kind
}

func stores(t *testing.T, store objects.Store) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	at := func(key string) objects.Location { return objects.Location{Bucket: "bucket", Key: key} }
	require.NoError(t, store.Put(ctx, at("x/a"), []byte("hello")))
	info, err := store.Head(ctx, at("x/a"))
	require.NoError(t, err)
	assert.EqualValues(t, 5, info.Size)

	read := func(r objects.Range) (string, error) {
		body, err := store.Get(ctx, at("x/a"), r)
		if err != nil {
			return "", err
		}
		defer body.Close()
		text, err := io.ReadAll(body)
		return string(text), err
	}
	for _, c := range []struct {
		r    objects.Range
		want string
	}{
		{objects.Range{Offset: 1, Length: 3, ETag: info.ETag}, "ell"},
		{objects.Range{Offset: 3, Length: 9}, "lo"},
		{objects.Range{Offset: 5, Length: 1}, ""},
	} {
		got, err := read(c.r)
		require.NoError(t, err)
		assert.Equal(t, c.want, got)
	}

	_, err = store.Head(ctx, at("x/none"))
	require.EqualError(t, err, "the object s3://bucket/x/none does not exist")
	assert.Equal(t, objects.NotFound, kind(t, err))
	_, err = store.Get(ctx, at("x/none"), objects.Range{Length: 1})
	assert.Equal(t, objects.NotFound, kind(t, err))
	err = store.Put(ctx, objects.Location{Bucket: "nowhere", Key: "a"}, nil)
	assert.Equal(t, objects.NotFound, kind(t, err))
	err = store.Upload(ctx, objects.Location{Bucket: "nowhere", Key: "a"}, bytes.NewReader([]byte("x")))
	assert.Equal(t, objects.NotFound, kind(t, err))
	_, err = store.List(ctx, objects.Listing{Location: objects.Location{Bucket: "nowhere"}})
	assert.Equal(t, objects.NotFound, kind(t, err))
	_, err = store.Head(ctx, objects.Location{Bucket: "nowhere", Key: "a"})
	assert.EqualError(t, err, "the bucket nowhere does not exist")
	_, err = store.Get(ctx, objects.Location{Bucket: "nowhere", Key: "a"}, objects.Range{Length: 1})
	assert.EqualError(t, err, "the bucket nowhere does not exist")
	assert.Equal(t, objects.NotFound, kind(t, store.Bucket(ctx, objects.Location{Bucket: "nowhere"})))
	require.NoError(t, store.Bucket(ctx, at("whatever")))

	assert.Equal(t, objects.Exists, kind(t, store.PutNew(ctx, at("x/a"), []byte("other"))))
	require.NoError(t, store.PutNew(ctx, at("x/b"), []byte("new")))
	text, err := objects.Load(ctx, store, at("x/b"))
	require.NoError(t, err)
	assert.Equal(t, "new", string(text))

	require.NoError(t, store.Put(ctx, at("x/a"), []byte("world")))
	_, err = read(objects.Range{Length: 5, ETag: info.ETag})
	assert.Equal(t, objects.Changed, kind(t, err))

	broken := errors.New("broken")
	require.ErrorIs(t, store.Upload(ctx, at("x/c"), io.MultiReader(bytes.NewReader([]byte("some")), failing{broken})), broken)
	_, err = store.Head(ctx, at("x/c"))
	assert.Equal(t, objects.NotFound, kind(t, err), "nothing is written of a stream that fails")
	require.NoError(t, store.Upload(ctx, at("y/d"), bytes.NewReader(nil)))

	list := func(after string) (keys []string) {
		page, err := store.List(ctx, objects.Listing{Location: at(""), Prefix: "x/", After: after})
		require.NoError(t, err)
		for _, o := range page {
			keys = append(keys, o.Key)
		}
		return keys
	}
	assert.Equal(t, []string{"x/a", "x/b"}, list(""))
	assert.Equal(t, []string{"x/b"}, list("x/a"))
	assert.Error(t, store.Empty(ctx, at("")))
	require.NoError(t, store.Empty(ctx, at("x/")))
	assert.Empty(t, list(""))
	_, err = store.Head(ctx, at("y/d"))
	require.NoError(t, err)
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
