package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// mapTest plays a map run's workflow: it plans, runs shards and writes results.
type mapTest struct {
	t     testing.TB
	maps  *Maps
	store objects.Store
	spec  wire.MapSpec
	items *machine.Items
}

// newMapTest starts a machine of one Distributed Map with these fields, whose
// processor has these states, the first of them called First.
func newMapTest(t testing.TB, store objects.Store, fields, states, input string) *mapTest {
	t.Helper()
	text := fmt.Sprintf(`{"StartAt":"Each","States":{"Each":{"Type":"Map","End":true,"Label":"Each","ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"First","States":%s}%s}}}`, states, fields)
	p, said := translator.Translate(text)
	require.False(t, said.HasErrors(), translator.Report(text, said))
	in, err := value.ParseString(input)
	require.NoError(t, err)
	_, effects := machine.Start(p, machine.Beginning{Input: in, Origin: machine.Origin{
		ID: "arn:aws:states:us-east-1:123456789012:execution:Orders:run", Name: "run",
		StateMachineID: "arn:aws:states:us-east-1:123456789012:stateMachine:Orders", StateMachineName: "Orders",
		StartTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Seed: 7,
	}})
	require.Len(t, effects, 1)
	require.NotNil(t, effects[0].Distribute)
	state, _ := p.State("Each")
	run := *effects[0].Distribute
	m := &mapTest{t: t, store: store, items: machine.NewItems(state, run), spec: wire.MapSpec{
		Definition: wire.Definition{Text: wire.PlainText(state.Map.Distributed.Definition), Type: "STANDARD"},
		State:      "Each", Run: run, Started: time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC),
	}}
	m.maps = NewMaps(MapDependencies{Store: store, Programs: programs.New(compile, 10), Caller: failsOn("bad")})
	return m
}

// failsOn is a Caller whose Tasks fail for inputs with this text and give their
// input back otherwise.
type failsOn string

func (f failsOn) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	if strings.Contains(call.Input.String(), string(f)) {
		return failed(machine.Fault("Bad", "a bad item"))
	}
	return succeeded(call.Input)
}

func (m *mapTest) plan() (ref wire.SpecRef, shards []wire.ShardRef) {
	m.t.Helper()
	in := wire.PlanInput{Spec: m.spec, Leaf: program.ExpressBatch}
	for {
		plan, err := m.maps.plan(context.Background(), travel(m.t, in))
		require.NoError(m.t, err)
		plan = travel(m.t, plan)
		for i := range plan.Sizes {
			shard := wire.ShardRef{Spec: plan.Ref, Number: plan.FirstShard + i, Page: in.Page, Place: i}
			if plan.Inline != nil {
				shard.Inline = &plan.Inline[i]
			}
			shards = append(shards, shard)
		}
		if plan.Next == nil {
			return plan.Ref, shards
		}
		in.Staging, in.Cursor = plan.Ref.Staging, plan.Next
		in.Page++
	}
}

func travel[T any](t testing.TB, v T) (out T) {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

func (m *mapTest) input(ref wire.ShardRef) wire.ShardInput {
	return wire.ShardInput{Shard: ref, Leaf: program.ExpressBatch, Share: 3, Tolerate: -1, Origin: m.items.Common()}
}

// runShard runs a shard outside of Temporal.
func (m *mapTest) runShard(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
	r, err := m.maps.newShardRun(ctx, in)
	if err == nil {
		err = r.execute(ctx)
	}
	return m.maps.shardResult(r, in, err)
}

func (m *mapTest) runAll(shards []wire.ShardRef) (parts wire.Parts, items wire.Counts) {
	m.t.Helper()
	for _, ref := range shards {
		result, err := m.runShard(context.Background(), travel(m.t, m.input(ref)))
		require.NoError(m.t, err)
		require.Nil(m.t, result.Failure)
		parts = append(parts, result.Parts...)
		items = items.Add(result.Items)
	}
	return parts, items
}

func (m *mapTest) read(bucket, key string) string {
	m.t.Helper()
	text, err := objects.Load(context.Background(), m.store, objects.Location{Bucket: bucket, Key: key})
	require.NoError(m.t, err, key)
	return string(text)
}

// records reads all records of a category from the result files.
func (m *mapTest) records(prefix string, category wire.Category) (all []value.Value) {
	m.t.Helper()
	var manifest results.Manifest
	require.NoError(m.t, json.Unmarshal([]byte(m.read("results", prefix+"manifest.json")), &manifest))
	files := map[wire.Category][]results.File{
		wire.SucceededFile: manifest.ResultFiles.SUCCEEDED, wire.FailedFile: manifest.ResultFiles.FAILED, wire.PendingFile: manifest.ResultFiles.PENDING,
	}
	for i, f := range files[category] {
		assert.Equal(m.t, fmt.Sprintf("%s%s_%d.json", prefix, category, i), f.Key)
		text := m.read("results", f.Key)
		assert.EqualValues(m.t, len(text), f.Size)
		v, err := value.ParseString(text)
		require.NoError(m.t, err)
		all = append(all, v.Elements()...)
	}
	return all
}

func put(t testing.TB, s objects.Store, key, text string) {
	t.Helper()
	require.NoError(t, s.Put(context.Background(), objects.Location{Bucket: "source", Key: key}, []byte(text)))
}

func memory() *objectstest.Memory { return objectstest.New("source", "results", "staging") }

const (
	csvReader = `,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"source","Key":"a.csv"},"ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}}`
	writer    = `,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"results","Prefix":"jobs/"}}`
	passes    = `{"First":{"Type":"Pass","End":true}}`
	calls     = `{"First":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}`
)

// orders gives a CSV of n rows; every tenth is bad.
func orders(n int) string {
	var b strings.Builder
	b.WriteString("id,note\n")
	for i := range n {
		note := "fine"
		if i%10 == 3 {
			note = "bad"
		}
		fmt.Fprintf(&b, "%d,\"%s, \"\"x\"\"\"\n", i, note)
	}
	return b.String()
}
