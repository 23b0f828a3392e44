package objects_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// breaking is an S3 server with one object, whose connections break.
type breaking struct {
	content []byte
	// after is how many bytes of an answer come, of is how many answers break.
	after, of int
	// changes gives every answer an ETag of its own.
	changes  bool
	requests atomic.Int32
}

func (b *breaking) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := int(b.requests.Add(1))
	var from, to int
	_, _ = fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-%d", &from, &to)
	rest := b.content[from:min(to+1, len(b.content))]
	etag := `"one"`
	if b.changes {
		etag = fmt.Sprintf("%q", fmt.Sprint(n))
	}
	if wanted := r.Header.Get("If-Match"); wanted != "" && wanted != etag {
		w.WriteHeader(http.StatusPreconditionFailed)
		return
	}
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Length", fmt.Sprint(len(rest)))
	w.WriteHeader(http.StatusPartialContent)
	if n > b.of {
		_, _ = w.Write(rest)
		return
	}
	_, _ = w.Write(rest[:min(b.after, len(rest))])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// store gives the store that the server is, over the AWS SDK.
func (b *breaking) store(t *testing.T) objects.Store {
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	return objects.NewS3(s3.New(s3.Options{BaseEndpoint: &server.URL, Region: "r", UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}))
}

func (b *breaking) read(t *testing.T, r objects.Range) ([]byte, error) {
	body, err := b.store(t).Get(t.Context(), objects.Location{Bucket: "bucket", Key: "a"}, r)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return io.ReadAll(body)
}

func TestBrokenConnections(t *testing.T) {
	content := []byte(strings.Repeat("0123456789", 1_000))
	t.Run("go on with what is left", func(t *testing.T) {
		b := &breaking{content: content, after: 999, of: 9}
		got, err := b.read(t, objects.Range{Offset: 5, Length: 1 << 40})
		require.NoError(t, err)
		assert.True(t, bytes.Equal(content[5:], got), "%d bytes", len(got))
		assert.EqualValues(t, 10, b.requests.Load())
	})
	t.Run("of the same version only", func(t *testing.T) {
		b := &breaking{content: content, after: 10, of: 1, changes: true}
		got, err := b.read(t, objects.Range{Length: 100})
		assert.Equal(t, objects.Changed, kind(t, err))
		assert.Equal(t, content[:10], got)
	})
	t.Run("and not for ever", func(t *testing.T) {
		b := &breaking{content: content, of: 1_000}
		_, err := b.read(t, objects.Range{Length: 100})
		require.Error(t, err)
		assert.NotErrorAs(t, err, new(*objects.Error), "it may pass")
		assert.EqualValues(t, 4, b.requests.Load())
	})
	t.Run("are read in any pieces", func(t *testing.T) {
		b := &breaking{content: content, after: 4_000, of: 2}
		body, err := b.store(t).Get(t.Context(), objects.Location{Bucket: "bucket", Key: "a"}, objects.Range{Length: 10_000})
		require.NoError(t, err)
		defer body.Close()
		got, err := io.ReadAll(iotest.OneByteReader(body))
		require.NoError(t, err)
		assert.Equal(t, content, got)
	})
}
