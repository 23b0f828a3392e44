package activities

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// A whole run with an export, on a store in memory and on a real S3 server.
func TestMapRunExported(t *testing.T) {
	t.Run("memory", func(t *testing.T) { exported(t, memory()) })
	t.Run("S3", func(t *testing.T) {
		exported(t, objects.NewS3(devtest.Start(t, "source", "results", "staging").S3()))
	})
}

func exported(t *testing.T, store objects.Store) {
	put(t, store, "a.csv", orders(2500))
	m := newMapTest(t, store, csvReader+writer+`,"ToleratedFailurePercentage":50`, calls, `{}`)
	m.maps.SegmentBytes, m.maps.FileBytes = 50_000, 400_000
	ref, shards := m.plan()
	require.Len(t, shards, 3)
	uuid := results.UUID(m.spec.Run.MapRunArn)
	prefix := "jobs/" + uuid + "/"
	assert.Equal(t, "s3://results/"+prefix+".stepwell/", ref.Staging)

	parts, items := m.runAll(shards)
	assert.Equal(t, wire.Counts{Succeeded: 2250, Failed: 250}, items)
	in := wire.ResultsInput{Ref: ref, Parts: parts, Origin: m.items.Common(), Status: machine.Succeeded}
	out, err := m.maps.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	want := fmt.Sprintf(`{"MapRunArn":%q,"ResultWriterDetails":{"Bucket":"results","Key":"%smanifest.json"}}`, m.spec.Run.MapRunArn, prefix)
	assert.Equal(t, want, out.Output.String())
	assert.Equal(t, "s3://results/"+prefix+"manifest.json", out.Manifest)
	assert.EqualValues(t, 2500, out.Written)

	succeeded, failed := m.records(prefix, wire.SucceededFile), m.records(prefix, wire.FailedFile)
	assert.Equal(t, 2250, len(succeeded))
	assert.Equal(t, 250, len(failed))
	assert.Greater(t, strings.Count(m.read("results", prefix+"manifest.json"), "SUCCEEDED_"), 1, "files roll over")
	assert.Contains(t, m.read("results", prefix+"manifest.json"), `"PENDING":[]`)
	seen := map[string]bool{}
	for _, r := range slices.Concat(succeeded, failed) {
		input, err := value.ParseString(r.Get("Input").Text())
		require.NoError(t, err)
		seen[input.Get("id").Text()] = true
	}
	assert.Equal(t, 2500, len(seen), "no item is lost or written twice")
	checkRecords(t, m, succeeded[0], failed[0])

	left, err := store.List(t.Context(), objects.Listing{Location: objects.Location{Bucket: "results"}, Prefix: prefix + ".stepwell/"})
	require.NoError(t, err)
	assert.Empty(t, left, "staging is emptied")
	fresh := NewMaps(m.maps.MapDependencies)
	again, err := fresh.results(t.Context(), travel(t, in))
	require.NoError(t, err)
	assert.Equal(t, travel(t, out), travel(t, again), "running it again gives the same")
}

func names(v value.Value) (all []string) {
	for i := range v.Len() {
		all = append(all, v.NameAt(i))
	}
	return all
}

// The members of records are those of AWS, in its order.
func checkRecords(t *testing.T, m *mapTest, succeeded, failed value.Value) {
	assert.Equal(t, []string{"ExecutionArn", "Input", "InputDetails", "Name", "Output", "OutputDetails", "RedriveCount", "RedriveStatus",
		"RedriveStatusReason", "StartDate", "StateMachineArn", "Status", "StopDate"}, names(succeeded))
	assert.Equal(t, []string{"Cause", "Error", "ExecutionArn", "Input", "InputDetails", "Name", "OutputDetails", "RedriveCount", "RedriveStatus",
		"StartDate", "StateMachineArn", "Status", "StopDate"}, names(failed))
	for member, want := range map[string]string{
		"InputDetails": `{"Included":true}`, "OutputDetails": `{"Included":true}`, "RedriveCount": `0`, "RedriveStatus": `"NOT_REDRIVABLE"`,
		"RedriveStatusReason": `"Execution is SUCCEEDED and cannot be redriven"`, "Status": `"SUCCEEDED"`,
		"StateMachineArn": `"arn:aws:states:us-east-1:123456789012:stateMachine:Orders/Each"`,
		"Output":          succeeded.Get("Input").String(),
	} {
		assert.Equal(t, want, succeeded.Get(member).String(), member)
	}
	assert.Equal(t, "FAILED Bad: a bad item REDRIVABLE_BY_MAP_RUN", fmt.Sprintf("%s %s: %s %s", failed.Get("Status").Text(),
		failed.Get("Error").Text(), failed.Get("Cause").Text(), failed.Get("RedriveStatus").Text()))
	input, err := value.ParseString(succeeded.Get("Input").Text())
	require.NoError(t, err)
	index, ok := value.Value{}, false
	if n, err := value.ParseString(input.Get("id").Text()); err == nil {
		index, ok = n, true
	}
	require.True(t, ok)
	first, _ := index.Int()
	origin := m.items.Origin(first, time.Time{})
	assert.Equal(t, origin.ID, succeeded.Get("ExecutionArn").Text())
	assert.Equal(t, origin.Name, succeeded.Get("Name").Text())
	for _, member := range []string{"StartDate", "StopDate"} {
		_, err := time.Parse("2006-01-02T15:04:05.000Z", succeeded.Get(member).Text())
		assert.NoError(t, err)
	}
}

// Results that are not exported are the state's output, in the order of items.
func TestMapRunOutput(t *testing.T) {
	var items []string
	for i := range 2500 {
		items = append(items, fmt.Sprint(i))
	}
	array := "[" + strings.Join(items, ",") + "]"
	for name, c := range map[string]struct{ fields, states, want string }{
		"array":   {`,"ItemsPath":"$"`, passes, array},
		"flatten": {`,"ResultWriter":{"WriterConfig":{"Transformation":"FLATTEN","OutputType":"JSON"}}`, `{"First":{"Type":"Pass","Parameters":{"x.$":"States.Array($,$)"},"OutputPath":"$.x","End":true}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMapTest(t, memory(), c.fields, c.states, array)
			m.maps.Staging = "s3://staging/x"
			m.maps.SegmentBytes = 500
			ref, shards := m.plan()
			assert.Equal(t, "s3://staging/x/"+results.UUID(m.spec.Run.MapRunArn)+"/", ref.Staging)
			parts, counts := m.runAll(shards)
			assert.EqualValues(t, 2500, counts.Succeeded)
			assert.Greater(t, len(parts), 5)
			in := wire.ResultsInput{Ref: ref, Parts: parts, Status: machine.Succeeded}
			out, err := m.maps.results(t.Context(), in)
			require.NoError(t, err)
			if c.want != "" {
				assert.Equal(t, c.want, out.Output.String())
			} else {
				assert.Equal(t, 5000, out.Output.Len())
				assert.Equal(t, "2499", out.Output.At(4999).String())
			}
			assert.Equal(t, []string{"x/" + results.UUID(m.spec.Run.MapRunArn) + "/outcome.json"}, m.store.(*objectstest.Memory).Keys("staging", ""))
			again, err := NewMaps(m.maps.MapDependencies).results(t.Context(), in)
			require.NoError(t, err)
			assert.Equal(t, out.Output.String(), again.Output.String())
		})
	}
}

func TestMapRunOutputTooLarge(t *testing.T) {
	m := newMapTest(t, memory(), "", fmt.Sprintf(`{"First":{"Type":"Pass","Result":"%s","End":true}}`, strings.Repeat("x", 5000)), "["+strings.Repeat("0,", 999)+"0]")
	m.maps.Staging = "s3://staging"
	ref, shards := m.plan()
	parts, _ := m.runAll(shards)
	_, err := m.maps.Results(t.Context(), wire.ResultsInput{Ref: ref, Parts: parts, Status: machine.Succeeded})
	assertFault(t, err, machine.ErrorDataLimitExceeded, "Export them to S3 with a ResultWriter.")
}

// assertFault expects an error that Temporal does not retry.
func assertFault(t *testing.T, err error, name, cause string) {
	t.Helper()
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	assert.True(t, app.NonRetryable())
	assert.Equal(t, name, app.Type())
	assert.Contains(t, app.Message(), cause)
	var f machine.Failure
	require.NoError(t, app.Details(&f))
	assert.Equal(t, name, f.Name())
}

// Without staging shards carry their items and their records.
func TestMapRunWithoutStaging(t *testing.T) {
	store := memory()
	m := newMapTest(t, store, `,"ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","s.$":"$$.Map.Item.Source"}`, calls, `["a","bad","c"]`)
	ref, shards := m.plan()
	require.NotNil(t, ref.Inline)
	require.Len(t, shards, 1)
	result, err := m.runShard(t.Context(), travel(t, m.input(shards[0])))
	require.NoError(t, err)
	require.Len(t, result.Records, 3)
	slices.SortFunc(result.Records, func(a, b wire.Record) int { return int(a.First - b.First) })
	assert.JSONEq(t, `{"i":2,"v":"c","s":"STATE_DATA"}`, result.Records[2].Ended.Output.String())
	assert.Equal(t, machine.Failed, result.Records[1].Ended.Status)
	assert.Empty(t, slices.Concat(store.Keys("results", ""), store.Keys("staging", "")))

	large := newMapTest(t, store, "", passes, `["`+strings.Repeat("x", 1<<20)+`"]`)
	_, err = large.maps.Plan(t.Context(), wire.PlanInput{Spec: large.spec, Leaf: program.ExpressBatch})
	assertFault(t, err, machine.ErrorRuntime, "STEPWELL_STAGING")
}

// Every item that was not run is pending, wherever it was left.
func TestMapRunPending(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(9000))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	ref, shards := m.plan()
	in := m.input(shards[0])
	in.Tolerate, in.Share = 2, 1
	result, err := m.runShard(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, wire.Counts{Succeeded: 21, Failed: 3, Pending: 976}, result.Items)

	page, err := m.maps.index.Page(t.Context(), must(m.maps.open(t.Context(), ref)).place, 0)
	require.NoError(t, err)
	unplanned := page.Source
	unplanned.Items, unplanned.Shards, unplanned.Offset = page.Shards[6].First, 6, page.Shards[6].Offset
	out, err := m.maps.results(t.Context(), wire.ResultsInput{Ref: ref, Parts: result.Parts, Pending: shards[1:6], Unplanned: &unplanned, Status: machine.Failed})
	require.NoError(t, err)
	assert.EqualValues(t, 24, out.Written)
	prefix := "jobs/" + results.UUID(m.spec.Run.MapRunArn) + "/"
	pending := m.records(prefix, wire.PendingFile)
	assert.Equal(t, 9000-24, len(pending))
	ids := map[string]bool{}
	for _, r := range slices.Concat(pending, m.records(prefix, wire.SucceededFile), m.records(prefix, wire.FailedFile)) {
		ids[r.Get("Input").Text()] = true
	}
	assert.Equal(t, 9000, len(ids))
	assert.Equal(t, []string{"ExecutionArn", "Input", "InputDetails", "Name", "OutputDetails", "RedriveCount", "RedriveStatus", "StateMachineArn", "Status"}, names(pending[0]))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestBatches(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(1130))
	m := newMapTest(t, store, csvReader+writer+`,"ItemSelector":{"id.$":"$$.Map.Item.Value.id"},"ItemBatcher":{"MaxItemsPerBatch":100,"BatchInput":{"k":1}}`, passes, `{}`)
	ref, shards := m.plan()
	parts, counts := m.runAll(shards)
	assert.Equal(t, wire.Counts{Succeeded: 1130}, counts)
	_, err := m.maps.results(t.Context(), wire.ResultsInput{Ref: ref, Parts: parts, Status: machine.Succeeded})
	require.NoError(t, err)
	batches := m.records("jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/", wire.SucceededFile)
	require.Len(t, batches, 12)
	assert.True(t, strings.HasPrefix(batches[11].Get("Input").Text(), `{"BatchInput":{"k":1},"Items":[{"id":"1100"},`), batches[11].String())
}
