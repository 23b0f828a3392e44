package endtoend

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// fileSources are sources whose files are compressed, binary, or many.
func fileSources() []source {
	return []source{
		{"csv gzip", fillGzip}, {"jsonl zstd", fillZstd}, {"json object", fillMembers}, {"json gzip pointer", fillZippedPointer},
		{"parquet", fillParquet}, {"parquet of version 1", fillParquetOfVersion1},
		{"inventory", fillInventory}, {"athena csv", fillAthena}, {"athena parquet", fillAthenaParquet},
		{"flattened csv", fillFlattenedCSV}, {"flattened json", fillFlattenedJSON},
	}
}

// TestExportOfFiles runs express items over every kind of files, with the shards
// in staging beside the results.
func TestExportOfFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for _, s := range fileSources() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			testExport(t, w, program.ExpressBatch, s, itemsOf(program.ExpressBatch))
		})
	}
}

// TestArrayOfFiles carries everything in payloads: there is no staging.
func TestArrayOfFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for _, s := range fileSources() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			testArray(t, w, program.ExpressBatch, s)
		})
	}
}

// fillNamed puts the content into an object whose key ends with the extension.
func fillNamed(t *testing.T, w *world, extension, config, content string) filled {
	key := w.put(t, fmt.Sprintf("source-%d%s", worlds.Add(1), extension), content)
	return filled{reader: object(key, config), input: "{}", origin: "S3://" + bucket + "/" + key}
}

func zipped(t *testing.T, text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

func fillGzip(t *testing.T, w *world, n int) filled {
	f := fillNamed(t, w, ".csv.gz", firstRow, zipped(t, delimited(',', []string{"id", "note"}, n)))
	f.items = rows(n)
	return f
}

func fillZstd(t *testing.T, w *world, n int) filled {
	c, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	text := c.EncodeAll([]byte(strings.Join(documents(n), "\n")), nil)
	f := fillNamed(t, w, ".jsonl.zstd", `"InputType":"JSONL"`, string(text))
	f.items = documents(n)
	return f
}

func fillZippedPointer(t *testing.T, w *world, n int) filled {
	f := fillNamed(t, w, ".json.gz", `"InputType":"JSON","ItemsPointer":"/orders"`, zipped(t, `{"x":1,"orders":[`+strings.Join(documents(n), " , ")+`]}`))
	f.items = documents(n)
	return f
}

func fillMembers(t *testing.T, w *world, n int) filled {
	members := documents(n)
	for i, document := range members {
		members[i] = fmt.Sprintf("%q:%s", id(i), document)
	}
	f := fillNamed(t, w, ".json", `"InputType":"JSON"`, "{"+strings.Join(members, ",\n")+"}")
	f.items = documents(n) // of members, an ItemSelector sees the values
	return f
}

// row is a row of a Parquet file.
type row struct {
	ID   string   `parquet:"id"`
	Note string   `parquet:"note"`
	Tags []int32  `parquet:"tags,list"`
	Left *float64 `parquet:"left,optional"`
}

// parquetFile gives a file with the rows from one up to another, and their
// items.
func parquetFile(t *testing.T, from, to int, options ...parquet.WriterOption) (content string, items []string) {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[row](&b, options...)
	for i := from; i < to; i++ {
		r, left := row{ID: id(i), Note: note(i), Tags: []int32{int32(i)}[:i%2]}, "null"
		if half := float64(i) + 0.5; i%3 == 0 {
			r.Left, left = &half, fmt.Sprint(half)
		}
		_, err := w.Write([]row{r})
		require.NoError(t, err)
		tags := ""
		if i%2 == 1 {
			tags = fmt.Sprint(i)
		}
		items = append(items, fmt.Sprintf(`{"id":%s,"note":%s,"tags":[%s],"left":%s}`, quoted(id(i)), quoted(note(i)), tags, left))
	}
	require.NoError(t, w.Close())
	return b.String(), items
}

func fillParquet(t *testing.T, w *world, n int) filled {
	content, items := parquetFile(t, 0, n, parquet.MaxRowsPerRowGroup(700), parquet.Compression(&parquet.Snappy))
	f := fillNamed(t, w, ".parquet", `"InputType":"PARQUET"`, content)
	f.items = items
	return f
}

func fillParquetOfVersion1(t *testing.T, w *world, n int) filled {
	content, items := parquetFile(t, 0, n, parquet.DataPageVersion(1), parquet.PageBufferSize(1000))
	f := fillNamed(t, w, "", `"InputType":"PARQUET"`, content)
	f.items = items
	return f
}

func fillInventory(t *testing.T, w *world, n int) filled {
	folder := fmt.Sprintf("inventory-%d/", worlds.Add(1))
	f := filled{input: "{}"}
	var files []string
	for from := 0; from < n; from += n/3 + 1 {
		var text strings.Builder
		to := min(from+n/3+1, n)
		key := w.prefix + fmt.Sprintf("%sdata/%d.csv.gz", folder, from)
		for i := from; i < to; i++ {
			fmt.Fprintf(&text, "\"photos\",\"%s\",\"%d\"\n", id(i), i)
			f.items = append(f.items, fmt.Sprintf(`{"Bucket":"photos","Size":"%d","Key":%q}`, i, id(i)))
			f.origins = append(f.origins, "S3://"+bucket+"/"+key)
		}
		w.put(t, strings.TrimPrefix(key, w.prefix), zipped(t, text.String()))
		files = append(files, fmt.Sprintf(`{"key":%q,"size":%d,"MD5checksum":"x"}`, key, text.Len()))
	}
	manifest := w.put(t, folder+"manifest.json", fmt.Sprintf(
		`{"sourceBucket":"photos","destinationBucket":"arn:aws:s3:::%s","version":"2016-11-30","fileFormat":"CSV","fileSchema":"Bucket, Key, Size","files":[%s]}`,
		bucket, strings.Join(files, ",")))
	f.reader = object(manifest, `"ManifestType":"S3_INVENTORY"`)
	return f
}

// fillFiles writes files of some items each below a folder.
func fillFiles(t *testing.T, w *world, n int, file func(from, to int) (extension, content string, items []string)) (f filled, folder string, keys []string) {
	folder = fmt.Sprintf("files-%d/", worlds.Add(1))
	f.input = "{}"
	for from, size := 0, 1; from < n; from, size = from+size, size*3 {
		to := min(from+size, n)
		extension, content, items := file(from, to)
		key := w.put(t, fmt.Sprintf("%s%05d%s", folder, from, extension), content)
		keys = append(keys, key)
		f.items = append(f.items, items...)
		for range items {
			f.origins = append(f.origins, "S3://"+bucket+"/"+key)
		}
	}
	return f, w.prefix + folder, keys
}

func fillManifest(t *testing.T, w *world, f filled, keys []string, config string) filled {
	var lines strings.Builder
	for _, key := range keys {
		fmt.Fprintf(&lines, "s3://%s/%s\n", bucket, key)
	}
	manifest := w.put(t, fmt.Sprintf("unloaded-%d-manifest.csv", worlds.Add(1)), lines.String())
	f.reader = object(manifest, `"ManifestType":"ATHENA_DATA",`+config)
	return f
}

func fillAthena(t *testing.T, w *world, n int) filled {
	f, _, keys := fillFiles(t, w, n, func(from, to int) (string, string, []string) {
		return ".gz", zipped(t, delimitedRows('|', from, to)), rows(to)[from:]
	})
	return fillManifest(t, w, f, keys, `"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["id","note"],"CSVDelimiter":"PIPE"`)
}

func fillAthenaParquet(t *testing.T, w *world, n int) filled {
	f, _, keys := fillFiles(t, w, n, func(from, to int) (string, string, []string) {
		content, items := parquetFile(t, from, to)
		return "", content, items
	})
	return fillManifest(t, w, f, keys, `"InputType":"PARQUET"`)
}

func flattened(folder, config string) string {
	return fmt.Sprintf(`"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","ReaderConfig":{"Transformation":"LOAD_AND_FLATTEN",%s},"Parameters":{"Bucket":%q,"Prefix":%q}}`,
		config, bucket, folder)
}

func fillFlattenedCSV(t *testing.T, w *world, n int) filled {
	f, folder, _ := fillFiles(t, w, n, func(from, to int) (string, string, []string) {
		text := "id,note\n" + delimitedRows(',', from, to)
		if to%2 == 0 {
			return ".csv.gz", zipped(t, text), rows(to)[from:]
		}
		return ".csv", text, rows(to)[from:]
	})
	f.reader = flattened(folder, firstRow)
	return f
}

func fillFlattenedJSON(t *testing.T, w *world, n int) filled {
	f, folder, _ := fillFiles(t, w, n, func(from, to int) (string, string, []string) {
		return ".json", "[" + strings.Join(documents(to)[from:], ",\n") + "]", documents(to)[from:]
	})
	f.reader = flattened(folder, `"InputType":"JSON"`)
	return f
}

// delimitedRows gives the rows from one up to another without a header.
func delimitedRows(delimiter rune, from, to int) string {
	before := len(delimited(delimiter, nil, from))
	return delimited(delimiter, nil, to)[before:]
}
