package endtoend

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// fileFaults are files that are damaged, or not there.
func fileFaults() []fault {
	const reader = "States.ItemReaderFailed"
	named := func(extension, config string, content func(*testing.T) string) func(*testing.T, *world) distributed {
		return func(t *testing.T, w *world) distributed {
			return distributed{reader: fillNamed(t, w, extension, config, content(t)).reader}
		}
	}
	return []fault{
		{"gzip is cut off", named(".csv.gz", firstRow, func(t *testing.T) string {
			text := zipped(t, delimited(',', []string{"id", "note"}, 10_000))
			return text[:len(text)/2]
		}), reader, []string{".csv.gz cannot be decompressed: it is cut off, at byte"}},
		{"text is not UTF-8", named(".csv", firstRow, func(*testing.T) string { return "id\nb\xffd\ngood\n" }), reader,
			[]string{"Item 0, the CSV record that begins at byte 3 of s3://endtoend/", "is not UTF-8, at byte 4"}},
		{"Parquet footer is cut off", named(".parquet", `"InputType":"PARQUET"`, func(t *testing.T) string {
			content, _ := parquetFile(t, 0, 100)
			return content[:len(content)-5]
		}), reader, []string{"cannot be read as Parquet: its footer is cut off", "s3://endtoend/"}},
		{"manifest names a missing file", func(t *testing.T, w *world) distributed {
			f := fillManifest(t, w, filled{}, []string{w.put(t, "here", "{}\n"), w.prefix + "gone"}, `"InputType":"JSONL"`)
			return distributed{reader: f.reader}
		}, reader, []string{"/gone does not exist", "It is named by the manifest s3://endtoend/"}},
		{"listed file is damaged", func(t *testing.T, w *world) distributed {
			folder := fmt.Sprintf("damaged-%d/", worlds.Add(1))
			w.put(t, folder+"a.json", `[1,2]`)
			w.put(t, folder+"b.json", `[3,`)
			return distributed{reader: flattened(w.prefix+folder, `"InputType":"JSON"`)}
		}, reader, []string{"b.json is not JSON", "It is named by the listing of s3://endtoend/"}},
	}
}

// TestBadFiles gives express items sources that are damaged: the cause says
// which object it is and where.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	never := w.functions.add("never", echo)
	for _, f := range fileFaults() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.test(t, w, program.ExpressBatch)
		})
	}
	t.Cleanup(func() { assert.Zero(t, never.count()) })
}
