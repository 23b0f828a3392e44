package activities

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// redrivable is the input of a shard that keeps what a redrive needs.
func (m *mapTest) redrivable(ref wire.ShardRef) wire.ShardInput {
	in := m.input(ref)
	in.Redrivable = true
	return travel(m.t, in)
}

// mended lets Tasks succeed from now on.
func (m *mapTest) mended() { m.maps.Caller = failsOn("nothing fails") }

// Express items that failed run again, with the inputs that they had; the result
// files of the redrive take the place of those before.
func TestRestOfAnExpressShard(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(2500))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	m.maps.SegmentBytes = 50_000
	ref, shards := m.plan()
	var parts wire.Parts
	var rest wire.RestParts
	for _, shard := range shards {
		result, err := m.runShard(t.Context(), m.redrivable(shard))
		require.NoError(t, err)
		require.Nil(t, result.Failure)
		parts, rest = append(parts, result.Parts...), append(rest, result.Rest...)
	}
	in := wire.ResultsInput{Ref: ref, Parts: parts, Origin: m.items.Common(), Status: machine.Failed}
	_, err := m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	require.Len(t, m.records(prefix, wire.FailedFile), 250)

	require.NoError(t, store.Put(t.Context(), objects.Location{Bucket: "source", Key: "a.csv"}, []byte("the source is not read again")))
	m.mended()
	again := wire.ShardRef{Spec: ref, Number: 100, Rest: rest}
	result, err := m.runShard(t.Context(), m.redrivable(again))
	require.NoError(t, err)
	assert.Equal(t, wire.Counts{Succeeded: 250}, result.Items)
	assert.Empty(t, result.Rest)
	in.Parts, in.Status, in.Redrives = nil, machine.Succeeded, 1
	for _, p := range append(parts, result.Parts...) {
		if p.Category == wire.SucceededFile {
			in.Parts = append(in.Parts, p)
		}
	}
	out, err := m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	assert.EqualValues(t, 2500, out.Written)
	succeeded := m.records(prefix, wire.SucceededFile)
	require.Len(t, succeeded, 2500)
	names, redriven := map[string]bool{}, 0
	for _, r := range succeeded {
		names[r.Get("Name").Text()] = true
		if n, _ := r.Get("RedriveCount").Int(); n == 1 {
			redriven++
		}
	}
	assert.Len(t, names, 2500, "no item is there twice")
	assert.Equal(t, 250, redriven)
	for _, key := range store.Keys("results", prefix) {
		assert.NotContains(t, key, "FAILED", "files of before the redrive are deleted")
		assert.NotContains(t, key, ".stepwell/", "staging is emptied once the run has succeeded")
	}
	fresh := NewMaps(m.maps.MapDependencies)
	repeated, err := fresh.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	assert.Equal(t, travel(t, out), travel(t, repeated), "running it again gives the same")
}

// A manifest of before a redrive is not taken for that of the redrive.
func TestManifestOfAnEarlierRedrive(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(50))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	ref, shards := m.plan()
	result, err := m.runShard(t.Context(), m.redrivable(shards[0]))
	require.NoError(t, err)
	in := wire.ResultsInput{Ref: ref, Parts: result.Parts, Origin: m.items.Common(), Status: machine.Failed}
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	before := m.read("results", prefix+"manifest.json")
	require.Contains(t, before, "FAILED_0")

	in.Status, in.Redrives = machine.Succeeded, 1
	in.Parts = in.Parts[:1]
	require.Equal(t, wire.SucceededFile, in.Parts[0].Category)
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	assert.Contains(t, m.read("results", prefix+"manifest.json"), `"FAILED":[]`)

	t.Run("staging is gone", func(t *testing.T) {
		fresh := NewMaps(m.maps.MapDependencies)
		in.Parts = append(in.Parts, wire.Part{Category: wire.SucceededFile, Name: "7/1-0-SUCCEEDED", Records: 9, Bytes: 9_000})
		_, err := fresh.results(t.Context(), travel(t, in))
		require.ErrorContains(t, err, "spec.json does not exist")
		assert.Equal(t, machine.ErrorResultWriterFailed, definite(err).Name())
	})
}

// Where Standard items stood goes through part files to their redrive.
func TestRestOfWrittenRecords(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(10))
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	plan, err := m.maps.plan(t.Context(), wire.PlanInput{Spec: m.spec, Leaf: program.PackedShard})
	require.NoError(t, err)
	ref := wire.ShardRef{Spec: plan.Ref}
	frame := wire.PlainText(`{"note":"` + strings.Repeat("long ", 2_000) + `"}`)
	f := machine.Fault("E", "c")
	failed := wire.Ended{Status: machine.Failed, Failure: &f, Started: m.spec.Started, Stopped: m.spec.Started}
	records := []wire.Record{
		{First: 0, Items: 1, Ended: wire.Ended{Status: machine.Succeeded, Output: value.True, Started: m.spec.Started, Stopped: m.spec.Started}},
		{First: 1, Items: 1, Ended: failed, Frame: &frame, Run: "run", Redrives: 2},
		{First: 2, Items: 1, Ended: failed, Lasting: true},
		{First: 3, Items: 1, Ended: wire.Ended{Status: wire.Pending}},
	}
	written, err := m.maps.WriteShard(t.Context(), travel(t, wire.WriteInput{Shard: ref, Origin: m.items.Common(), Records: records, Redrivable: true}))
	require.NoError(t, err)
	require.Len(t, written.Rest, 1)
	kept := written.Rest[0]
	assert.Equal(t, wire.RestPart{Name: "0/1-0-REST", First: 1, Items: 2, Executions: 2, PendingItems: 1, PendingExecutions: 1, Bytes: kept.Bytes}, kept)

	again := wire.ShardRef{Spec: plan.Ref, Number: 9, Rest: written.Rest}
	out, err := m.maps.ReadShard(t.Context(), travel(t, wire.ReadInput{Shard: again}))
	require.NoError(t, err)
	require.Nil(t, out.Failure)
	require.Len(t, out.Inputs, 2)
	earlier := out.Inputs[0].Earlier
	assert.Equal(t, machine.Failed, earlier.Status)
	assert.Equal(t, frame.String(), earlier.Frame.String())
	assert.Equal(t, "run", earlier.Run)
	assert.Equal(t, m.spec.Started, earlier.Started)
	assert.Equal(t, 3, out.Inputs[0].Again())
	assert.Equal(t, wire.Pending, out.Inputs[1].Earlier.Status)
	assert.Equal(t, "1", out.Inputs[0].Input.Get("id").Text())

	again.Only = []wire.Stretch{{From: 2}}
	out, err = m.maps.ReadShard(t.Context(), travel(t, wire.ReadInput{Shard: again}))
	require.NoError(t, err)
	require.Len(t, out.Inputs, 1)

	// The redrive ends before it has come to them: they wait, and the one that
	// cannot be redriven stays among the failed.
	in := wire.ResultsInput{Ref: plan.Ref, Origin: m.items.Common(), Status: machine.Aborted, Again: written.Rest, Redrives: 1}
	for _, p := range written.Parts {
		if p.Category == wire.SucceededFile || p.Category == wire.LastingFile {
			in.Parts = append(in.Parts, p)
		}
	}
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	lasting := m.records(prefix, wire.FailedFile)
	require.Len(t, lasting, 1)
	assert.Equal(t, "NOT_REDRIVABLE", lasting[0].Get("RedriveStatus").Text())
	waiting := m.records(prefix, wire.PendingFile)
	require.Len(t, waiting, 2)
	assert.Equal(t, "PENDING_REDRIVE", waiting[0].Get("Status").Text())
	assert.Equal(t, "2", waiting[0].Get("RedriveCount").String())
	assert.Equal(t, "PENDING", waiting[1].Get("Status").Text())
}

// A bucket that is away in the middle of a shard ends it; what stands in part
// files counts, and the rest is left.
func TestBucketIsAwayInTheMiddle(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(500))
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	m.maps.SegmentBytes = 20_000
	ref, shards := m.plan()
	require.Len(t, shards, 1)
	puts := 0
	store.Fail = func(method string, at objects.Location) error {
		if strings.Contains(at.Key, "/parts/") && method == "Put" {
			if puts++; puts > 3 {
				return &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
			}
		}
		return nil
	}
	result, err := m.runShard(t.Context(), m.redrivable(shards[0]))
	require.NoError(t, err)
	require.NotNil(t, result.Failure)
	assert.Equal(t, machine.ErrorResultWriterFailed, result.Failure.Name())
	require.Len(t, result.Parts, 3)
	require.NotEmpty(t, result.Left)
	kept := int64(0)
	for _, p := range result.Parts {
		kept += p.Records
	}
	assert.Equal(t, wire.Counts{Succeeded: kept}, result.Items, "what is not written does not count")

	store.Fail = nil
	left := shards[0]
	left.Number, left.Only = 1, result.Left
	rest, err := m.runShard(t.Context(), m.redrivable(left))
	require.NoError(t, err)
	require.Nil(t, rest.Failure)
	assert.EqualValues(t, 500, kept+rest.Items.Succeeded)
	in := wire.ResultsInput{Ref: ref, Parts: append(result.Parts, rest.Parts...), Origin: m.items.Common(), Status: machine.Succeeded, Redrives: 1}
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	seen := map[string]bool{}
	succeeded := m.records("jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/", wire.SucceededFile)
	for _, r := range succeeded {
		seen[r.Get("Name").Text()] = true
	}
	assert.Len(t, succeeded, 500, "nothing is doubled")
	assert.Len(t, seen, 500, "nothing is lost")
}

// An item that ItemSelector has no input for leaves the others of its shard in
// the files.
func TestPendingBesideAFaultyItem(t *testing.T) {
	store := memory()
	m := newMapTest(t, store, `,"ItemSelector":{"x.$":"$$.Map.Item.Value.x"}`+writer, passes, `[{"x":1},{},{"x":3},{"x":4}]`)
	ref, shards := m.plan()
	result, err := m.runShard(t.Context(), m.redrivable(shards[0]))
	require.NoError(t, err)
	require.NotNil(t, result.Failure)
	assert.True(t, result.FieldsFault)
	require.NotEmpty(t, result.Left)
	left := shards[0]
	left.Only = result.Left
	in := wire.ResultsInput{Ref: ref, Parts: result.Parts, Pending: []wire.ShardRef{left}, Origin: m.items.Common(), Status: machine.Failed}
	_, err = m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	assert.EqualValues(t, 3, result.Items.Succeeded+int64(len(m.records(prefix, wire.PendingFile))))
}

// Records of what has ended are written although the source has changed: those of
// successes without their inputs, failed ones with what their frames hold. Others
// are told.
func TestRecordsWhoseSourceHasChanged(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(10))
	m := newMapTest(t, store, csvReader+writer, passes, `{}`)
	ref, shards := m.plan()
	require.Len(t, shards, 1)
	put(t, store, "a.csv", "something else")
	failure, frame := machine.Fault("E", "c"), wire.PlainText(`{"input":{"kept":true}}`)
	ended := func(status machine.Status) wire.Ended {
		e := wire.Ended{Status: status, Started: m.spec.Started, Stopped: m.spec.Started}
		if status == machine.Failed {
			e.Failure = &failure
		}
		return e
	}
	out, err := m.maps.WriteShard(t.Context(), travel(t, wire.WriteInput{
		Shard: wire.ShardRef{Spec: ref}, Origin: m.items.Common(), Redrivable: true, Records: []wire.Record{
			{First: 0, Items: 1, Ended: ended(machine.Succeeded)},
			{First: 1, Items: 1, Ended: ended(machine.Failed), Frame: &frame},
			{First: 2, Items: 1, Ended: ended(wire.Pending)},
			{First: 3, Items: 1, Ended: ended(machine.Failed), Lasting: true},
		}}))
	require.NoError(t, err)
	assert.Equal(t, []int64{2}, out.Unwritten)
	require.NotNil(t, out.Failure)
	assert.Equal(t, machine.ErrorItemReaderFailed, out.Failure.Name())
	require.Len(t, out.Rest, 1)
	assert.EqualValues(t, 1, out.Rest[0].Executions)
	texts := map[wire.Category]string{}
	for _, p := range out.Parts {
		texts[p.Category] = m.read("results", "jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/.stepwell/parts/"+p.Name)
	}
	assert.Len(t, texts, 3)
	assert.Contains(t, texts[wire.SucceededFile], `"InputDetails":{"Included":false}`)
	assert.Contains(t, texts[wire.FailedFile], `"Input":"{\"kept\":true}"`)
	assert.Contains(t, texts[wire.LastingFile], `"InputDetails":{"Included":false}`)
}
