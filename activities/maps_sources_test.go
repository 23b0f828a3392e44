package activities

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

const flattenedReader = `,"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"source","Prefix":"in/"},
	"ReaderConfig":{"InputType":"CSV","Transformation":"LOAD_AND_FLATTEN","CSVHeaderLocation":"FIRST_ROW"}},
	"ItemSelector":{"is.$":"States.Format('{} {}', $$.Map.Item.Source, $$.Map.Item.Value.column)"}`

// A run over many objects, of which a shard is run, one is not, and the rest is
// not planned: every item stands once, with its own object.
func TestMapRunOfManyObjects(t *testing.T) {
	store := memory()
	var want []string
	for object := range 350 {
		text := "column\n"
		for row := range object % 7 {
			text += fmt.Sprintf("%d\n", row)
			want = append(want, fmt.Sprintf(`{"is":"S3://source/in/%03d %d"}`, object, row))
		}
		put(t, store, fmt.Sprintf("in/%03d", object), text)
	}
	m := newMapTest(t, store, flattenedReader+writer, passes, `{}`)
	ref, shards := m.plan()
	require.Len(t, shards, 3, "100 objects each that have rows")
	result, err := m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)

	limits := reader.LimitsOf(program.ExpressBatch, machine.Distribute{})
	limits.PageShards = 2
	page, err := must(m.maps.open(t.Context(), ref)).source.Plan(t.Context(), wire.Cursor{}, limits)
	require.NoError(t, err)
	require.NotNil(t, page.Next)
	in := wire.ResultsInput{Ref: ref, Parts: result.Parts, Status: machine.Failed, Pending: shards[1:2], Unplanned: page.Next}
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	var got []string
	for _, r := range slices.Concat(m.records(prefix, wire.SucceededFile), m.records(prefix, wire.PendingFile)) {
		got = append(got, r.Get("Input").Text())
	}
	assert.Equal(t, want, got)
}
