package reader_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func put(t testing.TB, s objects.Store, key, text string) {
	t.Helper()
	require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: key}, []byte(text)))
}

func load(t testing.TB, s objects.Store, key string) []byte {
	t.Helper()
	text, err := objects.Load(t.Context(), s, objects.Location{Bucket: "staging", Key: key})
	require.NoError(t, err)
	return text
}

// from makes items of objects: of keys and JSON texts in turn.
func from(t testing.TB, pairs ...string) (all []reader.Item) {
	for i := 0; i < len(pairs); i += 2 {
		item := items(t, pairs[i+1])[0]
		item.Index, item.Source = int64(i/2), "S3://source/"+pairs[i]
		all = append(all, item)
	}
	return all
}

// The contents of listed objects, of which some are compressed, empty, or there
// to make folders visible.
func TestFlattened(t *testing.T) {
	parameters := readertest.Parameters("Bucket", "source", "Prefix", "in/")
	t.Run("CSV", func(t *testing.T) {
		s := store()
		s.PageSize = 2
		put(t, s, "in/", "")
		put(t, s, "in/1.csv", "a,b\n1,2\n3,\"4\n\"\n")
		put(t, s, "in/2.csv.gz", string(gzipped(t, "\ufeffb,c\r\n5,6\r\n7\r\n8,9\r\n")))
		put(t, s, "in/3.csv", "a\n")
		put(t, s, "in/4/x.csv.zstd", string(zstandard(t, "a\n10\n")))
		put(t, s, "in/5.csv", "a\n11\n12\n13\n")
		put(t, s, "out/6.csv", "a\n14\n")
		readertest.Run(t, readertest.Case{
			Source: readertest.Flattened(t, s, program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}, parameters),
			Want: from(t, "in/1.csv", `{"a":"1","b":"2"}`, "in/1.csv", `{"a":"3","b":"4\n"}`,
				"in/2.csv.gz", `{"b":"5","c":"6"}`, "in/2.csv.gz", `{"b":"7","c":""}`, "in/2.csv.gz", `{"b":"8","c":"9"}`,
				"in/4/x.csv.zstd", `{"a":"10"}`, "in/5.csv", `{"a":"11"}`, "in/5.csv", `{"a":"12"}`, "in/5.csv", `{"a":"13"}`),
			Listed: true,
		})
	})
	t.Run("JSON", func(t *testing.T) {
		s := store()
		put(t, s, "in/a", `[1,{"b":2}]`)
		put(t, s, "in/b", `{"x": 3, "y":[4]}`)
		put(t, s, "in/c", `[]`)
		put(t, s, "in/d", `[5,6,7,8]`)
		want := from(t, "in/a", `1`, "in/a", `{"b":2}`, "in/b", `{"Key":"x","Value":3}`, "in/b", `{"Key":"y","Value":[4]}`,
			"in/d", `5`, "in/d", `6`, "in/d", `7`, "in/d", `8`)
		want[2].Member, want[3].Member = true, true
		readertest.Run(t, readertest.Case{Source: readertest.Flattened(t, s, program.ReaderConfig{InputType: "JSON"}, parameters), Want: want, Listed: true})
	})
	t.Run("Parquet", func(t *testing.T) {
		s := store()
		var want []string
		for i, n := range []int{3, 0, 5} {
			key := fmt.Sprintf("in/%d.parquet", i)
			put(t, s, key, string(parquetOf(t, orders(n))))
			for row := range n {
				want = append(want, key, orderText(row))
			}
		}
		readertest.Run(t, readertest.Case{Source: readertest.Flattened(t, s, program.ReaderConfig{InputType: "PARQUET"}, parameters), Want: from(t, want...), Listed: true})
	})
	t.Run("nothing", func(t *testing.T) {
		readertest.Run(t, readertest.Case{Source: readertest.Flattened(t, store(), program.ReaderConfig{InputType: "JSON"}, parameters)})
	})
}

// Many small objects share shards, and pages stay small.
func TestManySmallObjects(t *testing.T) {
	s := store()
	var want []string
	for i := range 2_500 {
		key := fmt.Sprintf("in/%04d", i)
		put(t, s, key, fmt.Sprintf("[%d]", i))
		want = append(want, key, fmt.Sprint(i))
	}
	source := readertest.Flattened(t, s, program.ReaderConfig{InputType: "JSON"}, readertest.Parameters("Bucket", "source"))
	r, err := reader.Open(source)
	require.NoError(t, err)
	assert.Equal(t, "S3://source", r.Origin())
	shards := readertest.Plan(t, source, generous)
	assert.Len(t, shards, 25)
	assert.Equal(t, from(t, want...), readertest.Read(t, source, shards))

	source.Place = staging.Place{}
	put(t, s, "in/large", "["+strings.Repeat("1,", 1<<19)+"1]")
	assert.ErrorAs(t, readAll(t, source), new(*reader.TooLargeError))
}

func TestAthena(t *testing.T) {
	const manifest = "s3://source/out/1\r\n\"s3://source/out/2.gz\"\n\ns3://source/out/3\n"
	t.Run("CSV", func(t *testing.T) {
		s := store()
		put(t, s, "out/1", "1,2\n3,\"4,5\"\n")
		put(t, s, "out/2.gz", string(gzipped(t, "6,7\n8,9\n")))
		put(t, s, "out/3", "")
		source := readertest.Object(t, s, "a-manifest.csv", manifest, program.ReaderConfig{
			InputType: "CSV", ManifestType: "ATHENA_DATA", CSVHeaderLocation: "GIVEN", CSVHeaders: []string{"a", "b"}})
		readertest.Run(t, readertest.Case{Source: source, Want: from(t, "out/1", `{"a":"1","b":"2"}`, "out/1", `{"a":"3","b":"4,5"}`,
			"out/2.gz", `{"a":"6","b":"7"}`, "out/2.gz", `{"a":"8","b":"9"}`)})
	})
	t.Run("Parquet", func(t *testing.T) {
		s := store()
		var want []string
		for i, key := range []string{"out/1", "out/2.gz", "out/3"} { // Parquet has codecs of its own
			put(t, s, key, string(parquetOf(t, orders(i+2))))
			for row := range i + 2 {
				want = append(want, key, orderText(row))
			}
		}
		source := readertest.Object(t, s, "a-manifest.csv", manifest, program.ReaderConfig{InputType: "PARQUET", ManifestType: "ATHENA_DATA"})
		readertest.Run(t, readertest.Case{Source: source, Want: from(t, want...)})
	})
}

func TestInventory(t *testing.T) {
	s := objectstest.New("source", "staging", "reports")
	at := func(key string) objects.Location { return objects.Location{Bucket: "reports", Key: key} }
	require.NoError(t, s.Put(t.Context(), at("data/1.csv.gz"), gzipped(t, "\"photos\",\"a%2Fb.png\",\"12\"\n\"photos\",\"c\",\"\"\n")))
	require.NoError(t, s.Put(t.Context(), at("data/2.csv.gz"), gzipped(t, "\"photos\",\"d\",\"7\"\n")))
	const manifest = `{"sourceBucket":"photos","destinationBucket":"arn:aws:s3:::reports","version":"2016-11-30","creationTimestamp":"1514944800000",
		"fileFormat":"CSV","fileSchema":"Bucket, Key, Size","files":[{"key":"data/1.csv.gz","size":60,"MD5checksum":"f11166069f1990abeb9c97ace9cdfabc"},{"key":"data/2.csv.gz"}]}`
	want := items(t, `{"Bucket":"photos","Size":"12","Key":"a%2Fb.png"}`, `{"Bucket":"photos","Size":"","Key":"c"}`, `{"Bucket":"photos","Size":"7","Key":"d"}`)
	for i, key := range []string{"1", "1", "2"} {
		want[i].Source = "S3://reports/data/" + key + ".csv.gz"
	}
	for name, config := range map[string]program.ReaderConfig{
		"by ManifestType": {ManifestType: "S3_INVENTORY"}, "by InputType": {InputType: "MANIFEST"}, "by both": {ManifestType: "S3_INVENTORY", InputType: "MANIFEST"},
	} {
		t.Run(name, func(t *testing.T) {
			readertest.Run(t, readertest.Case{Source: readertest.Object(t, s, "manifest.json", manifest, config), Want: want, Copied: true})
		})
	}
	t.Run("Parquet", func(t *testing.T) {
		require.NoError(t, s.Put(t.Context(), at("data/3.parquet"), parquetOf(t, orders(2))))
		source := readertest.Object(t, s, "manifest.json", `{"destinationBucket":"arn:aws:s3:::reports","fileFormat":"Parquet","fileSchema":"message x {}","files":[{"key":"data/3.parquet"}]}`,
			program.ReaderConfig{ManifestType: "S3_INVENTORY"})
		want := items(t, orderText(0), orderText(1))
		want[0].Source, want[1].Source = "S3://reports/data/3.parquet", "S3://reports/data/3.parquet"
		readertest.Run(t, readertest.Case{Source: source, Want: want})
	})
}
