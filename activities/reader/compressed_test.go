package reader_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// Without staging a compressed text may not be larger than a plain one.
func TestCompressedWithoutStaging(t *testing.T) {
	source := readertest.Object(t, store(), "a.jsonl.gz", string(gzipped(t, strings.Repeat("1\n", 1<<20))), program.ReaderConfig{InputType: "JSONL"})
	source.Place = staging.Place{}
	assert.ErrorAs(t, readAll(t, source), new(*reader.TooLargeError))
}
