package reader_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// cuts are ways to cut a source: by items, by bytes, by pages.
func cuts() (all []reader.Limits) {
	for _, cut := range []struct {
		items, bytes int64
		page         int
	}{{1, 1 << 40, 2}, {3, 1 << 40, 1}, {1 << 40, 5, 3}} {
		limits := generous
		limits.Items, limits.Bytes, limits.PageShards = cut.items, cut.bytes, cut.page
		all = append(all, limits)
	}
	return all
}

// FuzzJSON cuts any text into shards and compares them with the elements of the
// whole text.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[1, "a" ,{"b":[2]}]`, ` {"a":1,"b" : null} `, `[[],{}]`, `[1`, `{"a"}`, `7`, "\ufeff[\"\\u00e9\"]", `[] x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		source := readertest.Object(t, store(), "a.json", text, program.ReaderConfig{InputType: "JSON"})
		whole, err := value.ParseString(strings.TrimPrefix(text, "\ufeff"))
		if err != nil || whole.Kind() != value.Array && whole.Kind() != value.Object {
			if fault := readAll(t, source); fault != nil {
				assert.ErrorAs(t, fault, new(*reader.Error))
			}
			return
		}
		uncut := readertest.Read(t, source, readertest.Plan(t, source, generous))
		if whole.Kind() == value.Array { // of equal names in an object each is an item
			require.Len(t, uncut, whole.Len())
			for i, item := range uncut {
				assert.Equal(t, whole.At(i).String(), item.Value.String())
			}
		}
		for _, limits := range cuts() {
			requireSame(t, uncut, readertest.Read(t, source, readertest.Plan(t, source, limits)))
		}
	})
}

// requireSame fails the test unless both have the same items.
func requireSame(t *testing.T, want, got []reader.Item) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		require.EqualValues(t, i, got[i].Index)
		require.Equal(t, want[i].Member, got[i].Member)
		require.Equal(t, want[i].Value.String(), got[i].Value.String())
	}
}

// FuzzJSONL cuts any text into shards and compares them with its lines.
func FuzzJSONL(f *testing.F) {
	for _, seed := range []string{"1\n{\"a\": [2]}\n\"x\"", "\n\n[]\r\n \t\nnull\n", "\ufeff1\n2", "1 2\n", "\"a\nb\"", "{", "1\n\x00", "\u0085\n7"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		source := readertest.Object(t, store(), "a.jsonl", text, program.ReaderConfig{InputType: "JSONL"})
		var want []reader.Item
		for _, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			v, err := value.ParseString(line)
			if err != nil {
				assert.ErrorAs(t, readAll(t, source), new(*reader.Error), "line %q", line)
				return
			}
			want = append(want, reader.Item{Value: v})
		}
		for _, limits := range append(cuts(), generous) {
			requireSame(t, want, readertest.Read(t, source, readertest.Plan(t, source, limits)))
		}
	})
}
