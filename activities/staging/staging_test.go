package staging_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func TestPlaces(t *testing.T) {
	for setting, want := range map[string]string{
		"s3://b":      "s3://b/run/",
		"s3://b/":     "s3://b/run/",
		"s3://b/p":    "s3://b/p/run/",
		"s3://b/p/q/": "s3://b/p/q/run/",
	} {
		place, err := staging.Below(setting, "run")
		require.NoError(t, err)
		assert.Equal(t, want, place.String())
		back, err := staging.Parse(place.String())
		require.NoError(t, err)
		assert.Equal(t, place, back)
		_, ok := place.Results()
		assert.False(t, ok)
	}
	for _, setting := range []string{"b/p", "s3://", "https://b"} {
		_, err := staging.Below(setting, "run")
		assert.ErrorContains(t, err, "STEPWELL_STAGING", setting)
	}
	to := objects.Location{Bucket: "b", Key: "jobs/run/"}
	place := staging.Beside(to)
	assert.Equal(t, "s3://b/jobs/run/.stepwell/", place.String())
	back, ok := place.Results()
	assert.True(t, ok)
	assert.Equal(t, to, back)
	none, err := staging.Parse("")
	require.NoError(t, err)
	assert.True(t, none.IsZero())
	assert.Empty(t, none.String())
}

func TestIndex(t *testing.T) {
	store := objectstest.New("b")
	place, err := staging.Below("s3://b", "run")
	require.NoError(t, err)
	first := staging.Page{FirstShard: 200, Shards: []wire.Shard{{First: 1, Items: 2, Offset: 3, Length: 4}}, Source: wire.Cursor{ETag: "e"}, Next: &wire.Cursor{Offset: 7}}
	x := staging.NewIndex(store)
	_, err = x.WritePage(t.Context(), place, 1, first)
	require.NoError(t, err)
	stands, err := x.WritePage(t.Context(), place, 1, staging.Page{FirstShard: 200})
	require.NoError(t, err)
	assert.Equal(t, first, stands, "a page that stands is not written again")

	before := store.Read
	_, err = x.Page(t.Context(), place, 1)
	require.NoError(t, err)
	assert.Equal(t, before, store.Read, "a page is fetched once")
}

func TestCacheForgetsTheOldest(t *testing.T) {
	c := staging.NewCache[int, string](2)
	c.Put(1, "one")
	c.Put(2, "two")
	_, ok := c.Get(1)
	require.True(t, ok)
	c.Put(3, "three")
	_, ok = c.Get(2)
	assert.False(t, ok)
	for _, key := range []int{1, 3} {
		_, ok = c.Get(key)
		assert.True(t, ok, key)
	}
}
