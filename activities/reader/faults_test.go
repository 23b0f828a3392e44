package reader_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Faults of sources are Errors whose cause says where; those of the network are
// not.
func TestFaults(t *testing.T) {
	csv := program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}
	given := program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"a", "b"}}
	json := program.ReaderConfig{InputType: "JSON"}
	pointer := program.ReaderConfig{InputType: "JSON", ItemsPointer: "/a/1"}
	lines := program.ReaderConfig{InputType: "JSONL"}
	parquet := program.ReaderConfig{InputType: "PARQUET"}
	inventory := program.ReaderConfig{ManifestType: "S3_INVENTORY"}
	athena := program.ReaderConfig{InputType: "JSONL", ManifestType: "ATHENA_DATA"}
	rows := string(parquetOf(t, orders(1000)))
	zipped := string(gzipped(t, strings.Repeat("{\"a\":1}\n", 1000)+noise(5_000)))
	flipped := zipped[:len(zipped)-8] + "XXXX" + zipped[len(zipped)-4:]
	for _, c := range []struct {
		name, key, text string
		config          program.ReaderConfig
		cause           string
	}{
		{"duplicate headers", "a", "x,y,x\n1,2,3\n", csv, "CSV headers cannot contain duplicates."},
		{"empty CSV", "a", "", csv, "s3://source/a is empty: its first row should hold the headers"},
		{"carriage returns alone", "a", "a,b\r1,2\r3,4\r", csv, "The records of the CSV file s3://source/a end with carriage returns alone; they have to end with line feeds."},
		{"carriage returns alone, and quotes", "a", "\ufeffa,b\r1,\"x\r\ny\"\r", csv, "end with carriage returns alone"},
		{"carriage returns alone, and a header given", "a", "1,2\r3,4", given, "end with carriage returns alone"},
		{"carriage returns alone, and many", "a", strings.Repeat("1,2\r", 5<<20), csv, "end with carriage returns alone"},
		{"long header", "a", strings.Repeat("x", 10<<10+1) + "\n", csv, "header of s3://source/a is longer than 10240 bytes"},
		{"open quote", "a", "a\n\"b\n", csv, "begins at byte 2 of s3://source/a has a quoted field that does not end"},
		{"CSV is not UTF-8", "a", "a\nü\nx\xffy\n", csv, "Item 1, the CSV record that begins at byte 5 of s3://source/a, is not UTF-8, at byte 6."},
		{"header is not UTF-8", "a", "a,\xc3\n1\n", csv, "The CSV header of s3://source/a is not UTF-8, at byte 2."},
		{"not JSON", "a", `[1, x]`, json, "s3://source/a is not JSON"},
		{"JSON is not UTF-8", "a", "[1, \"\xff\"]", json, "s3://source/a is not JSON: invalid UTF-8, after byte"},
		{"JSON cut off", "a", `[1, 2`, json, "s3://source/a is not JSON: it ends too early, after byte 5."},
		{"no JSON", "a", ``, json, "ends too early, after byte 0"},
		{"scalar", "a", `7`, json, "Attempting to map over non-iterable node."},
		{"pointer to nothing", "a", `{"a":[1]}`, pointer, "does not match any valid path in the JSON structure."},
		{"pointer through a scalar", "a", `{"a":1}`, pointer, "does not match any valid path in the JSON structure."},
		{"pointer too far", "a", `{"pad":"` + strings.Repeat("x", 16<<20) + `","a":{"b":[1]}}`, pointer, "The items of the ItemsPointer do not begin within the first 16777216 bytes of the document."},
		{"pointer to a scalar", "a", `{"a":[1, 2]}`, pointer, "Attempting to map over non-iterable node."},
		{"not a line of JSON", "a", "1\n{\n", lines, "Item 1, at byte 2 of s3://source/a, is not JSON: it ends too early, at byte 3."},
		{"line is not UTF-8", "a", "1\n\"\xff\"\n", lines, "Item 1, at byte 2 of s3://source/a, is not JSON: invalid UTF-8, at byte 3."},
		{"two values in a line", "a", "1\n{} 2\n", lines, "Item 1, at byte 2 of s3://source/a, is not JSON: there is more text after the value, at byte 4."},
		{"long line", "a", "1\n\"" + strings.Repeat("x", 17<<20), lines, "The line that begins at byte 2 of s3://source/a is longer than"},
		{"long element", "a", "[1,\"" + strings.Repeat("x", 17<<20) + "\"]", json, "The item after byte 2 of s3://source/a is longer than"},
		{"no gzip", "a.gz", "{\"a\":\"no gzip\"}\n", lines, "s3://source/a.gz cannot be decompressed: gzip: invalid header, at byte"},
		{"empty gzip", "a.gz", "", lines, "s3://source/a.gz cannot be decompressed: it is cut off, at byte 0"},
		{"gzip cut off", "a.gz", zipped[:len(zipped)/2], lines, "s3://source/a.gz cannot be decompressed: it is cut off, at byte"},
		{"gzip without its end", "a.gz", zipped[:len(zipped)-4], lines, "it is cut off, at byte"},
		{"gzip with another checksum", "a.gz", flipped, lines, "its checksum is wrong, at byte"},
		{"gzip and something else", "a.gz", zipped + "x", lines, "what follows its last member is neither gzip nor zeros, at byte"},
		{"gzip, zeros and something else", "a.gz", zipped + strings.Repeat("\x00", 600) + "x", lines, "what follows its last member is neither gzip nor zeros, at byte"},
		{"gzip, zeros and gzip", "a.gz", zipped + strings.Repeat("\x00", 600) + zipped, lines, "what follows its last member is neither gzip nor zeros, at byte"},
		{"gzip and a member cut off", "a.gz", zipped + zipped[:1], lines, "it is cut off, at byte"},
		{"line of gzip", "a.gz", string(gzipped(t, "1\n{\n")), lines, "Item 1, at byte 2 of s3://source/a.gz, is not JSON"},
		{"no zstd", "a.zstd", "1\n", lines, "s3://source/a.zstd cannot be decompressed"},
		{"zstd cut off", "a.zstd", string(zstandard(t, noise(50_000)))[:5_000], lines, "s3://source/a.zstd cannot be decompressed: it is cut off, at byte 5000"},
		{"no Parquet", "a", "x", parquet, "s3://source/a cannot be read as Parquet: it has 1 bytes only."},
		{"Parquet footer cut off", "a", rows[:len(rows)-20], parquet, "s3://source/a cannot be read as Parquet: its footer is cut off"},
		{"Parquet footer too long", "a", rows[:len(rows)-8] + "\xff\xff\xff\x00PAR1", parquet, "its footer is said to have 16777215 bytes, more than the file"},
		{"Parquet footer damaged", "a", rows[:len(rows)-60] + strings.Repeat("\xff", 52) + rows[len(rows)-8:], parquet, "s3://source/a cannot be read as Parquet"},
		{"Parquet footer with a list longer than itself", "a", "PAR1\x49\xfc\xff\xff\xff\xff\x07\x00\x08\x00\x00\x00PAR1", parquet,
			"s3://source/a cannot be read as Parquet: its footer, from byte 4 on, is damaged: 2147483647 entries are said to be in 1 bytes."},
		{"Parquet footer with a list of nothing", "a", "PAR1\x49\x9c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x0c\x00\x00\x00PAR1", parquet, "9 entries are said to be in 12 bytes"},
		{"Parquet footer with a text longer than itself", "a", "PAR1\x68\xff\xff\xff\xff\x07\x00\x07\x00\x00\x00PAR1", parquet, "2147483647 entries are said to be in 1 bytes"},
		{"Parquet page damaged", "a", rows[:200] + strings.Repeat("\xff", 400) + rows[600:], parquet, "Row group 0 of s3://source/a cannot be read, at its row"},
		{"inventory is not JSON", "a", "x", inventory, "s3://source/a is not the manifest of an S3 Inventory"},
		{"inventory is cut off", "a", `{"files":[`, inventory, "s3://source/a is not the manifest of an S3 Inventory: it ends too early, at byte 10."},
		{"inventory is a list", "a", "[]", inventory, "is not the manifest of an S3 Inventory: it is a JSON array, and should be an object with fileFormat, fileSchema and files."},
		{"inventory is a number", "a", "7", inventory, "it is a JSON number, and should be an object"},
		{"inventory is nothing", "a", "null", inventory, "is not the manifest of an S3 Inventory: it has no fileFormat."},
		{"inventory is another object", "a", `{"Records":[]}`, inventory, "it has no fileFormat"},
		{"inventory with one file", "a", `{"fileFormat":"CSV","files":{"key":"k"}}`, inventory, "its files should be a list of objects, each with a key that is a string."},
		{"inventory with names of files", "a", `{"fileFormat":"CSV","files":["k"]}`, inventory, "its files should be a list of objects"},
		{"inventory with a number for a key", "a", `{"fileFormat":"CSV","files":[{"key":7}]}`, inventory, "its files should be a list of objects"},
		{"inventory with a number for a format", "a", `{"fileFormat":7}`, inventory, "its fileFormat is a number, and should be a string."},
		{"inventory without columns", "a", `{"fileFormat":"CSV","files":[]}`, inventory, "s3://source/a has no list of columns"},
		{"inventory in ORC", "a", `{"fileFormat":"ORC","files":[{"key":"k"}]}`, inventory, `in the format "ORC": only CSV and Parquet can be read`},
		{"inventory names a missing file", "a", `{"fileFormat":"CSV","fileSchema":"Bucket, Key","files":[{"key":"data/gone.csv.gz"}]}`, inventory,
			"the object s3://source/data/gone.csv.gz does not exist. Check Bucket and Key of the ItemReader. It is named by the manifest s3://source/a."},
		{"Athena's manifest names a missing file", "a", "s3://source/gone\n", athena, "the object s3://source/gone does not exist. Check Bucket and Key of the ItemReader. It is named by the manifest s3://source/a."},
		{"Athena's manifest is no list", "a", "s3://source/a\nsomething\n", athena, `Line 2 of the manifest s3://source/a is not the URL of an object: "something".`},
		{"unknown manifest", "a", "", program.ReaderConfig{ManifestType: "X"}, `The ManifestType "X" is neither`},
		{"unknown type", "a", "", program.ReaderConfig{InputType: "XML"}, `The InputType "XML" is none of`},
		{"flatten one object", "a", "", program.ReaderConfig{InputType: "CSV", Transformation: "LOAD_AND_FLATTEN"}, "LOAD_AND_FLATTEN needs the Resource"},
		{"delimiter", "a", "", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW", CSVDelimiter: "X"}, `CSVDelimiter "X"`},
		{"given headers too long", "a", "", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: []string{strings.Repeat("x", 10<<10+1)}}, "The CSV header is longer than 10240 bytes."},
		{"given duplicates", "a", "", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"a", "a"}}, "CSV headers cannot contain duplicates."},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := store()
			err := readAll(t, readertest.Object(t, s, c.key, c.text, c.config))
			var fault *reader.Error
			require.ErrorAs(t, err, &fault)
			assert.Contains(t, fault.Cause, c.cause)
			if strings.Contains(c.cause, "cannot be decompressed") {
				assert.Empty(t, s.Keys("staging", ""), "a copy that was given up")
			}
		})
	}
}

// Objects that are listed, and then are no longer what they were.
func TestListingChanges(t *testing.T) {
	for name, change := range map[string]struct {
		change func(*testing.T, objects.Store, objects.Location)
		cause  string
	}{
		"changed": {func(t *testing.T, s objects.Store, at objects.Location) {
			require.NoError(t, s.Put(t.Context(), at, []byte("7\n8\n9\n")))
		}, "the object s3://source/in/b has changed since it was first read"},
		"gone": {func(t *testing.T, s objects.Store, at objects.Location) { require.NoError(t, s.Empty(t.Context(), at)) },
			"the object s3://source/in/b does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			s := store()
			for _, key := range []string{"in/a", "in/b"} {
				require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: key}, []byte("1\n2\n3\n")))
			}
			source := readertest.Flattened(t, s, program.ReaderConfig{InputType: "JSONL"}, readertest.Parameters("Bucket", "source", "Prefix", "in/"))
			s.Fail = func(method string, at objects.Location) error {
				if method == "Get" && at.Key == "in/b" {
					s.Fail = nil
					change.change(t, s, at)
				}
				return nil
			}
			err := readAll(t, source)
			var fault *reader.Error
			require.ErrorAs(t, err, &fault)
			assert.Contains(t, fault.Cause, change.cause)
			assert.Contains(t, fault.Cause, "It is named by the listing of s3://source/in/.")
		})
	}
}

// VersionId and ExpectedBucketOwner go with every request for the source.
func TestVersionAndOwner(t *testing.T) {
	s := store()
	for key, source := range map[string]reader.Source{
		"a.csv":     readertest.Object(t, s, "a.csv", "a\n1\n2\n", program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}),
		"a.json.gz": readertest.Object(t, s, "a.json.gz", string(gzipped(t, "[1,2]")), program.ReaderConfig{InputType: "JSON"}),
		"a.parquet": readertest.Object(t, s, "a.parquet", string(parquetOf(t, orders(10))), program.ReaderConfig{InputType: "PARQUET"}),
	} {
		source.Run.Reader = &machine.Reader{Resource: source.Run.Reader.Resource, Config: source.Run.Reader.Config,
			Parameters: readertest.Parameters("Bucket", "source", "Key", key, "VersionId", "v7", "ExpectedBucketOwner", "123456789012")}
		s.Fail = nil
		at := objects.Location{Bucket: "source", Key: key}
		content, err := objects.Load(t.Context(), s, at)
		require.NoError(t, err)
		at.Version = "v7"
		require.NoError(t, s.Put(t.Context(), at, content))
		asked := 0
		s.Fail = func(_ string, at objects.Location) error {
			if at.Bucket == "source" {
				asked++
				assert.Equal(t, objects.Location{Bucket: "source", Key: key, Version: "v7", Owner: "123456789012"}, at)
			}
			return nil
		}
		require.NoError(t, readAll(t, source))
		assert.Positive(t, asked, key)
	}
	source := readertest.Flattened(t, s, program.ReaderConfig{InputType: "JSON"}, readertest.Parameters("Bucket", "source", "Prefix", "a.json", "ExpectedBucketOwner", "123456789012"))
	s.Fail = func(_ string, at objects.Location) error {
		if at.Bucket == "source" {
			assert.Equal(t, "123456789012", at.Owner)
		}
		return nil
	}
	require.NoError(t, readAll(t, source))
}
