package reader_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// FuzzJSON cuts any text into shards of one item and compares them with the
// elements of the whole text.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[1, "a" ,{"b":[2]}]`, ` {"a":1,"b" : null} `, `[[],{}]`, `[1`, `{"a"}`, `7`, "\ufeff[\"\\u00e9\"]", `[] x`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		source := readertest.Object(t, store(), "a.json", text, program.ReaderConfig{InputType: "JSON"})
		whole, err := value.ParseString(text)
		if err != nil || whole.Kind() != value.Array {
			if fault := readAll(t, source); fault != nil {
				assert.ErrorAs(t, fault, new(*reader.Error))
			}
			return
		}
		limits := generous
		limits.Items, limits.PageShards = 1, 2
		got := readertest.Read(t, source, readertest.Plan(t, source, limits))
		require.Len(t, got, whole.Len())
		for i, item := range got {
			assert.Equal(t, whole.At(i).String(), item.Value.String())
		}
	})
}
