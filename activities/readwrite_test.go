package activities

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Packed shards and child workflows read inputs in chunks and write records.
func TestReadAndWriteShard(t *testing.T) {
	store := memory()
	note := strings.Repeat("n", 3000)
	put(t, store, "a.csv", "id,note\n"+strings.Repeat("7,"+note+"\n", 400))
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	plan, err := m.maps.plan(t.Context(), wire.PlanInput{Spec: m.spec, Leaf: program.PackedShard})
	require.NoError(t, err)
	require.Len(t, plan.Sizes, 3)
	ref := wire.ShardRef{Spec: plan.Ref, Number: 1, Place: 1}
	var inputs []wire.ItemInput
	chunks := 0
	for from := int64(0); ; chunks++ {
		out, err := m.maps.ReadShard(t.Context(), wire.ReadInput{Shard: ref, From: from})
		require.NoError(t, err)
		require.Nil(t, out.Failure)
		inputs = append(inputs, out.Inputs...)
		if from = out.Next; from == 0 {
			break
		}
	}
	require.EqualValues(t, plan.Sizes[1], len(inputs))
	assert.Positive(t, chunks)
	assert.Equal(t, plan.Sizes[0], inputs[0].First)

	var records []wire.Record
	for i, in := range inputs {
		ended := wire.Ended{Status: machine.Succeeded, Output: value.OfInt(in.First), Started: m.spec.Started, Stopped: m.spec.Started}
		if i%3 == 1 {
			f := machine.Fault("E", "c")
			ended = wire.Ended{Status: machine.TimedOut, Failure: &f}
		} else if i%3 == 2 {
			ended = wire.Ended{Status: wire.Pending}
		}
		records = append(records, wire.Record{First: in.First, Items: 1, Ended: ended})
	}
	written, err := m.maps.WriteShard(t.Context(), wire.WriteInput{Shard: ref, Origin: m.items.Common(), Segment: 4, Records: records})
	require.NoError(t, err)
	require.Len(t, written.Parts, 3)
	assert.Equal(t, "1/1-4-SUCCEEDED", written.Parts[0].Name)
	for _, p := range written.Parts {
		text := m.read("results", "jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/.stepwell/parts/"+p.Name)
		assert.EqualValues(t, len(text), p.Bytes)
		all, err := value.ParseString("[" + text + "]")
		require.NoError(t, err)
		assert.EqualValues(t, all.Len(), p.Records)
		assert.Contains(t, all.At(0).Get("Input").Text(), note, "inputs are read again")
	}
}
