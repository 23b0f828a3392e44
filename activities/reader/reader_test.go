package reader_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/reader/readertest"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

var generous = reader.Limits{Items: 1 << 40, Bytes: 1 << 40, PageShards: 1000, PageBytes: 1 << 40, Until: time.Now().Add(time.Hour)}

func store() *objectstest.Memory { return objectstest.New("source", "staging") }

// items makes items of JSON texts.
func items(t testing.TB, texts ...string) (all []reader.Item) {
	for i, text := range texts {
		v, err := value.ParseString(text)
		require.NoError(t, err)
		all = append(all, reader.Item{Index: int64(i), Value: v})
	}
	return all
}

func TestJSONArray(t *testing.T) {
	elements := []string{`{"a": 1}`, ` "x,]" `, `[1, [2]]`, `null`, `3.50`, "\n{}\n", `true`, `"é\\\""`, `{"b":{"c":[]}}`}
	readertest.Run(t, readertest.Case{
		Source: readertest.Object(t, store(), "a.json", "\ufeff [ "+strings.Join(elements, " , ")+" ] ", program.ReaderConfig{InputType: "JSON"}),
		Want:   items(t, elements...),
	})
	deep := `{"x": [1, 2], "a/b": [null, {"~": [` + strings.Join(elements, ",\n") + `], "z": 1}], "tail": "` + strings.Repeat("t", 100) + `"}`
	readertest.Run(t, readertest.Case{
		Source: readertest.Object(t, store(), "a.json", deep, program.ReaderConfig{InputType: "JSON", ItemsPointer: "/a~1b/1/~0"}),
		Want:   items(t, elements...),
	})
	readertest.Run(t, readertest.Case{Source: readertest.Object(t, store(), "a.json", `[]`, program.ReaderConfig{InputType: "JSON"})})
}

func TestJSONObject(t *testing.T) {
	want := items(t, `{"Key":"a","Value":1}`, `{"Key":"b\n","Value":{"c":2}}`, `{"Key":"","Value":[3]}`, `{"Key":"a","Value":"x"}`)
	for i := range want {
		want[i].Member = true
	}
	readertest.Run(t, readertest.Case{
		Source: readertest.Object(t, store(), "a.json", `{"a": 1, "b\n" : {"c": 2} ,"":[3],"a":"x"}`, program.ReaderConfig{InputType: "JSON"}),
		Want:   want,
	})
}

func TestJSONL(t *testing.T) {
	readertest.Run(t, readertest.Case{
		Source: readertest.Object(t, store(), "a.jsonl", "\ufeff{\"a\":1}\n\n  \n[2]\r\n\"three\"\n4\n null ", program.ReaderConfig{InputType: "JSONL"}),
		Want:   items(t, `{"a":1}`, `[2]`, `"three"`, `4`, `null`),
	})
}

func TestListing(t *testing.T) {
	s := store()
	s.PageSize = 4
	var want []string
	for i := range 11 {
		key := fmt.Sprintf("in/%02d", i)
		require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: key}, make([]byte, i)))
		info, err := s.Head(t.Context(), objects.Location{Bucket: "source", Key: key})
		require.NoError(t, err)
		want = append(want, fmt.Sprintf(`{"Etag":%s,"Key":%q,"LastModified":1767323045,"Size":%d,"StorageClass":"STANDARD"}`, value.OfString(info.ETag), key, i))
	}
	require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: "other"}, nil))
	source := readertest.Listing(t, s, readertest.Parameters("Bucket", "source", "Prefix", "in/"))
	readertest.Run(t, readertest.Case{Source: source, Want: items(t, want...), Copied: true, Listed: true})
	r, err := reader.Open(source)
	require.NoError(t, err)
	assert.Equal(t, "S3://source", r.Origin())
}

// What is listed stays, although objects come and go.
func TestListingIsCopied(t *testing.T) {
	s := store()
	for _, key := range []string{"b", "c"} {
		require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: key}, nil))
	}
	source := readertest.Listing(t, s, readertest.Parameters("Bucket", "source"))
	shards := readertest.Plan(t, source, generous)
	require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: "a"}, nil))
	require.NoError(t, s.Empty(t.Context(), objects.Location{Bucket: "source", Key: "b"}))
	var keys []string
	for _, item := range readertest.Read(t, source, shards) {
		keys = append(keys, item.Value.Get("Key").Text())
	}
	assert.Equal(t, []string{"b", "c"}, keys)
}

func TestState(t *testing.T) {
	place, err := staging.Below("s3://staging", "run")
	require.NoError(t, err)
	for text, keys := range map[string][]string{`[1,"b",{"c":3},null,[5]]`: nil, `[]`: nil, `{"x":1,"y":[2]}`: {"x", "y"}} {
		v, err := value.ParseString(text)
		require.NoError(t, err)
		var want []reader.Item
		for i, e := range v.Elements() {
			item := reader.Item{Index: int64(i), Value: e}
			if keys != nil {
				item.Value, item.Member = machine.Entry(keys[i], e), true
			}
			want = append(want, item)
		}
		readertest.Run(t, readertest.Case{Source: reader.Source{Store: store(), Place: place, Run: machine.Distribute{Items: v}}, Want: want})
	}
}

// all gives all items as one JSON array.
func all(t testing.TB, source reader.Source) string {
	var values []value.Value
	for _, item := range readertest.Read(t, source, readertest.Plan(t, source, generous)) {
		values = append(values, item.Value)
	}
	return value.OfArray(values).String()
}

// readAll reads a source and gives the first error.
func readAll(t *testing.T, source reader.Source) error {
	r, err := reader.Open(source)
	if err != nil {
		return err
	}
	for next := (&wire.Cursor{}); next != nil; {
		page, err := r.Plan(t.Context(), *next, generous)
		if err != nil {
			return err
		}
		for _, s := range page.Shards {
			if s.Source == nil {
				s.Source = &page.Source
			}
			if err := r.Read(t.Context(), s, func(reader.Item) error { return nil }); err != nil {
				return err
			}
		}
		next = page.Next
	}
	return nil
}

func TestStoreRefuses(t *testing.T) {
	csv := program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"}
	s := store()
	source := readertest.Object(t, s, "a.csv", "a\n1\n2\n", csv)

	t.Run("absent", func(t *testing.T) {
		absent := source
		absent.Run.Reader = &machine.Reader{Resource: source.Run.Reader.Resource, Config: csv, Parameters: readertest.Parameters("Bucket", "source", "Key", "b.csv")}
		assert.EqualError(t, readAll(t, absent), "The items cannot be read: the object s3://source/b.csv does not exist. Check Bucket and Key of the ItemReader.")
		absent.Run.Reader = &machine.Reader{Resource: source.Run.Reader.Resource, Config: csv, Parameters: readertest.Parameters("Bucket", "nowhere", "Key", "b.csv")}
		assert.ErrorContains(t, readAll(t, absent), "the bucket nowhere does not exist")
	})
	t.Run("denied", func(t *testing.T) {
		s.Fail = func(method string, at objects.Location) error {
			return &objects.Error{Kind: objects.Denied, At: at, Code: "AccessDenied"}
		}
		defer func() { s.Fail = nil }()
		err := readAll(t, source)
		assert.ErrorAs(t, err, new(*reader.Error))
		assert.ErrorContains(t, err, "s3:GetObject")
	})
	t.Run("network", func(t *testing.T) {
		s.Fail = func(method string, at objects.Location) error { return errors.New("connection reset") }
		defer func() { s.Fail = nil }()
		err := readAll(t, source)
		assert.EqualError(t, err, "connection reset")
		assert.NotErrorAs(t, err, new(*reader.Error))
	})
	t.Run("changed", func(t *testing.T) {
		limits := generous
		limits.Items, limits.PageShards = 1, 1
		r, err := reader.Open(source)
		require.NoError(t, err)
		page, err := r.Plan(t.Context(), wire.Cursor{}, limits)
		require.NoError(t, err)
		require.NotNil(t, page.Next)
		require.NoError(t, s.Put(t.Context(), objects.Location{Bucket: "source", Key: "a.csv"}, []byte("a\n3\n4\n")))
		_, err = r.Plan(t.Context(), *page.Next, limits)
		assert.ErrorContains(t, err, "has changed since it was first read")
		page.Shards[0].Source = &page.Source
		err = r.Read(t.Context(), page.Shards[0], func(reader.Item) error { return nil })
		assert.ErrorAs(t, err, new(*reader.Error))
	})
	t.Run("too large without staging", func(t *testing.T) {
		large := readertest.Object(t, s, "large.csv", "a\n"+strings.Repeat("1\n", 1<<19), csv)
		large.Place = staging.Place{}
		assert.ErrorAs(t, readAll(t, large), new(*reader.TooLargeError))
	})
}

// A shard is read with requests for exactly its bytes.
func TestShardReadsItsBytesOnly(t *testing.T) {
	s := store()
	source := readertest.Object(t, s, "a.csv", "a,b\n"+strings.Repeat("12345,67890\n", 1000), program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"})
	limits := generous
	limits.Items = 10
	shards := readertest.Plan(t, source, limits)
	s.Read = 0
	readertest.Read(t, source, shards[3:4])
	assert.EqualValues(t, 10*12, s.Read)
}

func TestShardsGrow(t *testing.T) {
	source := readertest.Object(t, store(), "a.csv", "a\n"+strings.Repeat("1\n", 5000), program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"})
	limits := generous
	limits.Items, limits.Growing, limits.PageShards = 2, true, 300
	shards := readertest.Plan(t, source, limits)
	assert.EqualValues(t, 2, shards[999].Items)
	assert.EqualValues(t, 4, shards[1000].Items)
	assert.EqualValues(t, 5000, shards[len(shards)-1].First+shards[len(shards)-1].Items)
}

// Packed shards are small until all that MaxConcurrency lets run at once is in
// shards that are.
func TestShardsWiden(t *testing.T) {
	for name, c := range map[string]struct {
		leaf  program.LeafKind
		run   machine.Distribute
		sizes []int64
	}{
		"after as many items":   {program.PackedShard, machine.Distribute{MaxConcurrency: 700}, []int64{500, 500, 1000, 1000, 500}},
		"after as many batches": {program.PackedShard, machine.Distribute{MaxConcurrency: 100, Batcher: &machine.Batcher{MaxItems: 7}}, []int64{497, 497, 994, 994, 518}},
		"never, of others":      {program.ChildWorkflow, machine.Distribute{MaxConcurrency: 700}, []int64{500, 500, 500, 500, 500, 500, 500}},
	} {
		t.Run(name, func(t *testing.T) {
			source := readertest.Object(t, store(), "a.csv", "a\n"+strings.Repeat("1\n", 3500), program.ReaderConfig{InputType: "CSV", CSVHeaderLocation: "FIRST_ROW"})
			limits := reader.LimitsOf(c.leaf, c.run)
			limits.PageShards = 3 // what is wide does not depend on pages
			var sizes []int64
			for _, shard := range readertest.Plan(t, source, limits) {
				sizes = append(sizes, shard.Items)
			}
			assert.Equal(t, c.sizes, sizes)
		})
	}
}
