package activities

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func TestPlanFaults(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", "a,a\n")
	plan := func(fields string) error {
		m := newMapTest(t, store, fields, passes, `[]`)
		_, err := m.maps.Plan(t.Context(), wire.PlanInput{Spec: m.spec, Leaf: program.ExpressBatch})
		return err
	}
	assertFault(t, plan(csvReader+writer), machine.ErrorItemReaderFailed, "CSV headers cannot contain duplicates.")
	assertFault(t, plan(strings.Replace(csvReader, "a.csv", "b.csv", 1)+writer), machine.ErrorItemReaderFailed, "s3://source/b.csv does not exist")
	left, err := store.List(t.Context(), objects.Listing{Location: objects.Location{Bucket: "results"}})
	require.NoError(t, err)
	assert.Empty(t, left, "a run that never begins leaves nothing")
	assertFault(t, plan(csvReader+strings.Replace(writer, `"results"`, `"nowhere"`, 1)), machine.ErrorResultWriterFailed, "the bucket nowhere does not exist. Check the Bucket of the ResultWriter.")
	store.Fail = func(method string, at objects.Location) error {
		if method == "Put" {
			return &objects.Error{Kind: objects.Denied, At: at, Code: "AccessDenied"}
		}
		return nil
	}
	assertFault(t, plan(csvReader+writer), machine.ErrorResultWriterFailed, "s3:PutObject")
	store.Fail = func(method string, at objects.Location) error { return errors.New("no network") }
	assert.EqualError(t, plan(csvReader+writer), "no network")
}

// A page that stands is not cut again: shards may know it.
func TestPlanAgain(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(1500))
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	in := wire.PlanInput{Spec: m.spec, Leaf: program.ExpressBatch}
	first, err := m.maps.plan(t.Context(), in)
	require.NoError(t, err)
	put(t, store, "a.csv", orders(10))
	again, err := NewMaps(m.maps.MapDependencies).plan(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, first.Sizes, again.Sizes)
}

// A source of many shards is planned page by page.
func TestPlanPages(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", "id\n"+strings.Repeat("7\n", 119_999)+"last\n")
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	in := wire.PlanInput{Spec: m.spec, Leaf: program.ChildWorkflow}
	first, err := m.maps.plan(t.Context(), in)
	require.NoError(t, err)
	assert.Len(t, first.Sizes, 200)
	in.Page, in.Staging, in.Cursor = 1, first.Ref.Staging, first.Next
	second, err := m.maps.plan(t.Context(), travel(t, in))
	require.NoError(t, err)
	assert.Len(t, second.Sizes, 40)
	assert.Equal(t, 200, second.FirstShard)
	assert.Nil(t, second.Next)
	out, err := m.maps.ReadShard(t.Context(), wire.ReadInput{Shard: wire.ShardRef{Spec: second.Ref, Number: 239, Page: 1, Place: 39}})
	require.NoError(t, err)
	require.Len(t, out.Inputs, 500)
	assert.Equal(t, `{"id":"last"}`, out.Inputs[499].Input.String())
	assert.EqualValues(t, 119_999, out.Inputs[499].First)
}
