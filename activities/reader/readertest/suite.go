package readertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Case is a source and the items that it holds.
type Case struct {
	Source reader.Source
	Want   []reader.Item
	// Copied tells that planning copies the items, so that they can be read
	// although their objects change.
	Copied bool
	// Listed tells that planning goes on with what a listing finds then.
	Listed bool
}

// Object makes a source of one object with this text, at s3://source/<key>.
func Object(t testing.TB, store objects.Store, key, text string, config program.ReaderConfig) reader.Source {
	t.Helper()
	require.NoError(t, store.Put(context.Background(), objects.Location{Bucket: "source", Key: key}, []byte(text)))
	return reader.Source{Store: store, Place: place(t), Run: machine.Distribute{Reader: &machine.Reader{
		Resource:   "arn:aws:states:::s3:getObject",
		Parameters: Parameters("Bucket", "source", "Key", key),
		Config:     config,
	}}}
}

func place(t testing.TB) staging.Place {
	p, err := staging.Below("s3://staging/x", "run")
	require.NoError(t, err)
	return p
}

// Listing makes a source of the keys of a bucket.
func Listing(t testing.TB, store objects.Store, parameters value.Value) reader.Source {
	return reader.Source{Store: store, Place: place(t), Run: machine.Distribute{Reader: &machine.Reader{
		Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: parameters,
	}}}
}

// Parameters makes an object of names and strings in turn.
func Parameters(pairs ...string) value.Value {
	b := value.NewObject(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		b.Put(pairs[i], value.OfString(pairs[i+1]))
	}
	return b.Value()
}

// Run cuts the source in many ways and reads every shard.
func Run(t *testing.T, c Case) {
	t.Helper()
	for _, items := range []int64{1, 2, 3, 7, 13, 100_000} {
		for _, bytes := range []int64{1, 60, 1 << 20} {
			for _, page := range []int{1, 3, 1000} {
				limits := reader.Limits{Items: items, Bytes: bytes, PageShards: page, PageBytes: 1 << 30, Until: time.Now().Add(time.Hour)}
				check(t, c, limits)
			}
		}
	}
	limits := reader.Limits{Items: 7, Bytes: 1 << 20, Batch: 3, PageShards: 2, PageBytes: 1 << 30, Until: time.Now().Add(time.Hour)}
	for i, shard := range check(t, c, limits) {
		if last := shard.First+shard.Items == int64(len(c.Want)); !last {
			require.Zero(t, shard.Items%3, "shard %d ends inside a batch", i)
		}
	}
	withMaxItems(t, c)
	withoutStaging(t, c)
	withChanges(t, c)
}

func check(t *testing.T, c Case, limits reader.Limits) []wire.Shard {
	t.Helper()
	what := fmt.Sprintf("limits %+v", limits)
	shards := Plan(t, c.Source, limits)
	got := Read(t, c.Source, shards)
	require.Len(t, got, len(c.Want), what)
	for i := range got {
		same(t, c.Want[i], got[i], what)
	}
	next := int64(0)
	for _, s := range shards {
		require.Equal(t, next, s.First, what)
		require.Positive(t, s.Items, what)
		require.LessOrEqual(t, s.Items, max(limits.Items, limits.Batch), what)
		next += s.Items
	}
	return shards
}

func same(t *testing.T, want, got reader.Item, what string) {
	t.Helper()
	require.Equal(t, want.Index, got.Index, what)
	require.Equal(t, want.Member, got.Member, what)
	require.Equal(t, want.Source, got.Source, what)
	require.Equal(t, want.Value.String(), got.Value.String(), what)
}

// Plan cuts the whole source, page by page; cursors and shards travel as JSON.
func Plan(t testing.TB, source reader.Source, limits reader.Limits) (shards []wire.Shard) {
	t.Helper()
	r, err := reader.Open(source)
	require.NoError(t, err)
	for cursor := (&wire.Cursor{}); cursor != nil; {
		page, err := r.Plan(context.Background(), *cursor, limits)
		require.NoError(t, err)
		if page.Next != nil {
			require.NotEmpty(t, page.Shards, "a page without shards has no next one")
			require.EqualValues(t, cursor.Shards+len(page.Shards), page.Next.Shards)
		}
		for _, s := range page.Shards {
			if s.Source == nil {
				s.Source = &page.Source
			}
			shards = append(shards, travel(t, s))
		}
		cursor = nil
		if page.Next != nil {
			next := travel(t, *page.Next)
			cursor = &next
		}
	}
	return shards
}

func travel[T any](t testing.TB, v T) (out T) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// Read reads all shards, each with a reader of its own.
func Read(t testing.TB, source reader.Source, shards []wire.Shard) (items []reader.Item) {
	t.Helper()
	for _, s := range shards {
		r, err := reader.Open(source)
		require.NoError(t, err)
		require.NoError(t, r.Read(context.Background(), s, func(item reader.Item) error {
			items = append(items, item)
			return nil
		}))
	}
	return items
}

// withMaxItems plans no more than MaxItems.
func withMaxItems(t *testing.T, c Case) {
	t.Helper()
	if c.Source.Run.Reader == nil || len(c.Want) < 2 {
		return
	}
	bounded := *c.Source.Run.Reader
	for _, n := range []int{1, len(c.Want) - 1, len(c.Want), len(c.Want) + 5} {
		bounded.MaxItems = int64(n)
		source := c.Source
		source.Run.Reader = &bounded
		want := c.Want[:min(n, len(c.Want))]
		check(t, Case{Source: source, Want: want}, reader.Limits{Items: 3, Bytes: 1 << 20, PageShards: 2, PageBytes: 1 << 30, Until: time.Now().Add(time.Hour)})
	}
}

// withoutStaging lets shards carry what they need.
func withoutStaging(t *testing.T, c Case) {
	t.Helper()
	c.Source.Place = staging.Place{}
	limits := reader.Limits{Items: 3, Bytes: 1 << 20, PageShards: 2, PageBytes: 1 << 30, Until: time.Now().Add(time.Hour)}
	shards := Plan(t, c.Source, limits)
	c.Source.Run = reader.WithoutItems(c.Source.Run)
	got := Read(t, c.Source, shards)
	require.Len(t, got, len(c.Want))
	for i := range got {
		same(t, c.Want[i], got[i], "without staging")
	}
}

// withChanges lets the objects of the source change, and go, after a page was
// planned: what is read then is what was planned, or there is a fault; never is
// it a mix.
func withChanges(t *testing.T, c Case) {
	t.Helper()
	store, ok := c.Source.Store.(*objectstest.Memory)
	if !ok || len(c.Want) < 4 {
		return
	}
	for name, change := range map[string]func(objects.Location, []byte){
		"changed": func(at objects.Location, content []byte) {
			require.NoError(t, store.Put(context.Background(), at, content))
		},
		"gone": func(at objects.Location, _ []byte) {
			require.NoError(t, store.Empty(context.Background(), at))
		},
	} {
		limits := reader.Limits{Items: 2, Bytes: 1 << 20, PageShards: 1, PageBytes: 1 << 30, Until: time.Now().Add(time.Hour)}
		r, err := reader.Open(c.Source)
		require.NoError(t, err)
		page, err := r.Plan(context.Background(), wire.Cursor{}, limits)
		require.NoError(t, err, name)
		require.NotNil(t, page.Next, name)
		was := map[string][]byte{}
		for _, key := range store.Keys("source", "") {
			at := objects.Location{Bucket: "source", Key: key}
			was[key], err = objects.Load(context.Background(), store, at)
			require.NoError(t, err)
		}
		for key, content := range was {
			change(objects.Location{Bucket: "source", Key: key}, append(bytes.Clone(content), '\n'))
		}
		shard := page.Shards[0]
		if shard.Source == nil {
			shard.Source = &page.Source
		}
		read := c.Want[:0:0]
		err = r.Read(context.Background(), shard, func(item reader.Item) error { read = append(read, item); return nil })
		if len(was) > 0 && !c.Copied {
			require.ErrorAs(t, err, new(*reader.Error), name)
		} else {
			require.NoError(t, err, name)
			require.Len(t, read, 2)
		}
		for i := range read {
			same(t, c.Want[i], read[i], name)
		}
		if len(was) > 0 && !c.Listed {
			_, err = r.Plan(context.Background(), *page.Next, limits)
			require.ErrorAs(t, err, new(*reader.Error), name)
		}
		for key, content := range was {
			require.NoError(t, store.Put(context.Background(), objects.Location{Bucket: "source", Key: key}, content))
		}
	}
}

// Flattened makes a source of the contents of the objects that are listed.
func Flattened(t testing.TB, store objects.Store, config program.ReaderConfig, parameters value.Value) reader.Source {
	config.Transformation = "LOAD_AND_FLATTEN"
	return reader.Source{Store: store, Place: place(t), Run: machine.Distribute{Reader: &machine.Reader{
		Resource: "arn:aws:states:::s3:listObjectsV2", Parameters: parameters, Config: config,
	}}}
}
