package endtoend

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/require"
)

// put writes an object of the world and gives its key.
func (w *world) put(t *testing.T, name, content string) (key string) {
	t.Helper()
	key = w.prefix + name
	_, err := w.s3.PutObject(context.Background(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader(content)})
	require.NoError(t, err)
	return key
}

// putAll writes many objects.
func (w *world) putAll(t *testing.T, names []string) {
	t.Helper()
	work := make(chan string)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for name := range work {
				w.put(t, name, name)
			}
		})
	}
	for _, name := range names {
		work <- name
	}
	close(work)
	writers.Wait()
}

// get reads an object.
func (w *world) get(t *testing.T, key string) string {
	t.Helper()
	out, err := w.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key})
	require.NoError(t, err, "s3://%s/%s", bucket, key)
	defer out.Body.Close()
	text, err := io.ReadAll(out.Body)
	require.NoError(t, err)
	return string(text)
}

// list gives the objects below a prefix, in the order of their keys.
func (w *world) list(t *testing.T, prefix string) (all []types.Object) {
	t.Helper()
	pages := s3.NewListObjectsV2Paginator(w.s3, &s3.ListObjectsV2Input{Bucket: aws.String(bucket), Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		require.NoError(t, err)
		all = append(all, page.Contents...)
	}
	return all
}

// keys gives the keys below a prefix without it.
func (w *world) keys(t *testing.T, prefix string) (all []string) {
	t.Helper()
	for _, o := range w.list(t, prefix) {
		all = append(all, strings.TrimPrefix(*o.Key, prefix))
	}
	return all
}
