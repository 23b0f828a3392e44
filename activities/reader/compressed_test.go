package reader_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func gzipped(t testing.TB, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func zstandard(t testing.TB, text string) []byte {
	w, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	return w.EncodeAll([]byte(text), nil)
}

// noise gives JSON lines that do not compress well.
func noise(bytes int) string {
	var b strings.Builder
	for random := rand.New(rand.NewPCG(1, 2)); b.Len() < bytes; {
		fmt.Fprintf(&b, "[%d,%d]\n", random.Uint64(), random.Uint64())
	}
	return b.String()
}

// Every text is the same compressed.
func TestCompressed(t *testing.T) {
	csv := program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}
	for name, c := range map[string]struct {
		config program.ReaderConfig
		text   string
		want   []string
	}{
		"a.csv":   {csv, "\ufeffa,b\r\n1,\"x\ny\"\r\n2,\"\"\"\"\r\n3,\n4,ü\n5\n", []string{`{"a":"1","b":"x\ny"}`, `{"a":"2","b":"\""}`, `{"a":"3","b":""}`, `{"a":"4","b":"ü"}`, `{"a":"5","b":""}`}},
		"a.json":  {program.ReaderConfig{InputType: "JSON", ItemsPointer: "/x"}, `{"x": [1 , {"a":2},"]", null,[3] ], "y":1}`, []string{`1`, `{"a":2}`, `"]"`, `null`, `[3]`}},
		"a.jsonl": {program.ReaderConfig{InputType: "JSONL"}, "1\n\n{\"a\":2}\r\n3\n4", []string{`1`, `{"a":2}`, `3`, `4`}},
	} {
		for extension, content := range map[string][]byte{
			".gz": gzipped(t, c.text), ".zstd": zstandard(t, c.text), ".zst": zstandard(t, c.text),
			".members.gz": append(gzipped(t, c.text[:7]), gzipped(t, c.text[7:])...),
			".zeros.gz":   append(gzipped(t, c.text), make([]byte, 10_000)...),
			".zero.gz":    append(gzipped(t, c.text), 0),
			".nothing.gz": slices.Concat(gzipped(t, ""), gzipped(t, c.text), gzipped(t, ""), make([]byte, 511)),
		} {
			t.Run(name+extension, func(t *testing.T) {
				source := readertest.Object(t, store(), name+extension, string(content), c.config)
				readertest.Run(t, readertest.Case{Source: source, Want: items(t, c.want...), Copied: true})
			})
		}
	}
}

// Each page copies what it has cut, and only that, and passes over what pages
// before it have copied.
func TestCompressedPages(t *testing.T) {
	text := noise(3 << 20)
	s := store()
	source := readertest.Object(t, s, "a.jsonl.gz", string(gzipped(t, text)), program.ReaderConfig{InputType: "JSONL"})
	limits := generous
	limits.Items, limits.PageShards, limits.PageBytes = 1000, 3, 100<<10
	r, err := reader.Open(source)
	require.NoError(t, err)
	pages, end := 0, int64(0)
	for next := (&wire.Cursor{}); next != nil; pages++ {
		page, err := r.Plan(t.Context(), *next, limits)
		require.NoError(t, err)
		for _, shard := range page.Shards {
			require.Equal(t, end, shard.At)
			end += shard.Length
		}
		next = page.Next
	}
	assert.EqualValues(t, len(text), end)
	assert.Len(t, s.Keys("staging", ""), pages)
	copied := 0
	for _, key := range s.Keys("staging", "") {
		copied += len(load(t, s, key))
	}
	assert.Less(t, copied, len(text)+pages*(64<<10), "but for what is read ahead")
	assert.Less(t, pages, 12, "pages grow, so that the work does not grow with the square of the size")
}

// A page whose worker is lost while it decompresses is cut again, the same, and
// nothing of the first attempt is used.
func TestCompressedPageIsCutAgain(t *testing.T) {
	s := store()
	text := noise(12 << 20)
	source := readertest.Object(t, s, "a.jsonl.gz", string(gzipped(t, text)), program.ReaderConfig{InputType: "JSONL"})
	limits := generous
	limits.Items = 1000
	r, err := reader.Open(source)
	require.NoError(t, err)

	gets, lost := 0, errors.New("connection reset")
	s.Fail = func(method string, _ objects.Location) error {
		if method == "Get" {
			gets++
		}
		if gets > 1 { // after 4 MiB
			return lost
		}
		return nil
	}
	_, err = r.Plan(t.Context(), wire.Cursor{}, limits)
	require.ErrorIs(t, err, lost)
	assert.NotErrorAs(t, err, new(*reader.Error), "it may pass")
	assert.Empty(t, s.Keys("staging", ""))

	s.Fail = func(method string, at objects.Location) error { // the copy is written, and then the worker is lost
		if method == "Put" {
			return lost
		}
		return nil
	}
	_, err = r.Plan(t.Context(), wire.Cursor{}, limits)
	require.ErrorIs(t, err, lost)

	s.Fail = nil
	first, err := r.Plan(t.Context(), wire.Cursor{}, limits)
	require.NoError(t, err)
	second, err := r.Plan(t.Context(), wire.Cursor{}, limits)
	require.NoError(t, err)
	require.Len(t, second.Shards, len(first.Shards))
	for i, shard := range second.Shards {
		assert.NotEqual(t, first.Shards[i].Segment, shard.Segment)
		shard.Segment = first.Shards[i].Segment
		assert.Equal(t, first.Shards[i], shard)
	}
}

// Without staging a compressed text may not be larger than a plain one.
func TestCompressedWithoutStaging(t *testing.T) {
	source := readertest.Object(t, store(), "a.jsonl.gz", string(gzipped(t, strings.Repeat("1\n", 1<<20))), program.ReaderConfig{InputType: "JSONL"})
	source.Place = staging.Place{}
	assert.ErrorAs(t, readAll(t, source), new(*reader.TooLargeError))
}
