package endtoend

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// source is a kind of place that items come from.
type source struct {
	name string
	// fill puts n items there.
	fill func(t *testing.T, w *world, n int) filled
}

// filled is a source with items.
type filled struct {
	// reader is the state's field that says where they are.
	reader string
	// input is the execution's input, origin the items' `$$.Map.Item.Source`.
	input, origin string
	// origins stand instead of origin when each item has its own.
	origins []string
	// items are the JSON texts that the items have to be.
	items []string
}

// originOf gives the `$$.Map.Item.Source` of an item.
func (f filled) originOf(i int) string {
	if f.origins != nil {
		return f.origins[i]
	}
	return f.origin
}

func sources() []source {
	return []source{
		{"csv first row", fillCSV}, {"csv given", fillPipes},
		{"json", fillJSON}, {"json pointer", fillPointer}, {"jsonl", fillLines},
		{"listing", fillListing}, {"input", fillInput},
	}
}

// note is a text with all that a format may trip over.
func note(i int) string {
	switch i % 5 {
	case 1:
		return "a, b | c"
	case 2:
		return `he said "yes"`
	case 3:
		return "two\nlines"
	case 4:
		return "größer 漢字 🦉"
	}
	return ""
}

func id(i int) string { return fmt.Sprintf("order-%05d", i) }

// rows gives the items of a delimited text with the columns id and note.
func rows(n int) (items []string) {
	for i := range n {
		items = append(items, fmt.Sprintf(`{"id":%s,"note":%s}`, quoted(id(i)), quoted(note(i))))
	}
	return items
}

// documents gives items with values of all kinds.
func documents(n int) (items []string) {
	for i := range n {
		items = append(items, fmt.Sprintf(`{"id":%s,"amount":%d.50,"note":%s,"tags":[true,null]}`, quoted(id(i)), i, quoted(note(i))))
	}
	return items
}

func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func delimited(delimiter rune, header []string, n int) string {
	var b strings.Builder
	c := csv.NewWriter(&b)
	c.Comma = delimiter
	if header != nil {
		_ = c.Write(header)
	}
	for i := range n {
		_ = c.Write([]string{id(i), note(i)})
	}
	c.Flush()
	return b.String()
}

// object is an ItemReader of an object.
func object(key, config string) string {
	return fmt.Sprintf(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{%s},"Parameters":{"Bucket":%q,"Key":%q}}`,
		config, bucket, key)
}

const firstRow = `"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"`

// fillObject puts the content into an object.
func fillObject(t *testing.T, w *world, config, content string) filled {
	key := w.put(t, fmt.Sprintf("source-%d", worlds.Add(1)), content)
	return filled{reader: object(key, config), input: "{}", origin: "S3://" + bucket + "/" + key}
}

func fillCSV(t *testing.T, w *world, n int) filled {
	f := fillObject(t, w, firstRow, delimited(',', []string{"id", "note"}, n))
	f.items = rows(n)
	return f
}

func fillPipes(t *testing.T, w *world, n int) filled {
	f := fillObject(t, w, `"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["id","note"],"CSVDelimiter":"PIPE"`, delimited('|', nil, n))
	f.items = rows(n)
	return f
}

func fillJSON(t *testing.T, w *world, n int) filled {
	f := fillObject(t, w, `"InputType":"JSON"`, "[\n"+strings.Join(documents(n), ",\n")+"\n]")
	f.items = documents(n)
	return f
}

func fillPointer(t *testing.T, w *world, n int) filled {
	f := fillObject(t, w, `"InputType":"JSON","ItemsPointer":"/data/orders"`,
		`{"other":[1,2],"data":{"orders":[`+strings.Join(documents(n), ",")+`],"more":{}}}`)
	f.items = documents(n)
	return f
}

func fillLines(t *testing.T, w *world, n int) filled {
	f := fillObject(t, w, `"InputType":"JSONL"`, strings.Join(documents(n), "\n")+"\n")
	f.items = documents(n)
	return f
}

func fillInput(_ *testing.T, _ *world, n int) filled {
	items := documents(n)
	return filled{reader: `"ItemsPath":"$.orders"`, input: `{"orders":[` + strings.Join(items, ",") + `]}`, origin: "STATE_DATA", items: items}
}

func fillListing(t *testing.T, w *world, n int) filled {
	folder := fmt.Sprintf("listed-%d/", n)
	if len(w.keys(t, w.prefix+folder)) == 0 {
		names := make([]string, n)
		for i := range names {
			names[i] = folder + id(i)
		}
		w.putAll(t, names)
	}
	f := filled{
		reader: fmt.Sprintf(`"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":%q,"Prefix":%q}}`, bucket, w.prefix+folder),
		input:  "{}", origin: "S3://" + bucket,
	}
	for _, o := range w.list(t, w.prefix+folder) {
		f.items = append(f.items, fmt.Sprintf(`{"Etag":%s,"Key":%q,"LastModified":%d,"Size":%d,"StorageClass":"STANDARD"}`,
			quoted(*o.ETag), *o.Key, o.LastModified.Unix(), *o.Size))
	}
	require.Len(t, f.items, n)
	return f
}
