package workflows

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// mapFake stands for a source, staging and the activities of a Map Run: a
// source of so many items, of which item i is the number i.
type mapFake struct {
	items, shardItems, chunkItems int64
	pageShards                    int
	staging                       string
	// fails tells how an item ends; nil for success.
	fails func(item int64) *machine.Failure
	// planFault, readFault and resultsFault make the activity fail.
	planFault, readFault, resultsFault func(page int) error

	mu       sync.Mutex
	pages    int
	planned  bool // it, or one that it follows, has planned shards; else there is one alone
	written  map[string][]wire.Record
	results  []wire.ResultsInput
	running  int64 // sum of shares of express shards that run
	most     int64
	tolerate []int64
	waves    []int // sizes
	calls    map[string]int
	// shard, when set, stands for the whole express shard.
	shard func(context.Context, wire.ShardInput) (wire.ShardResult, error)
	// waveOf, when set, stands for the activity of waves.
	waveOf func(context.Context, wire.Wave) (wire.WaveResult, error)
	// call, when set, performs a Call.
	call func(wire.Task) machine.Outcome
	// started limits what a wave starts; 0 for all.
	started int
	slowest time.Duration
	// held tells, of the Calls of a wave with this number from 1 on, which are not
	// made because whom they call is away; nil for none. A wave with such Calls is
	// to hold for holdTime.
	held func(wave int, task wire.Task) bool
	// told has, of the Tasks of items with workflows of their own, the shards that
	// these are to tell of circuits.
	told map[wire.ShardRun]int
	// rest are files of executions to be redriven, ran is how often an express
	// shard ran an item.
	rest map[string][]wire.ItemInput
	ran  map[int64]int
	// writeFault makes the writing of records fail, breaks the reading of a shard
	// from an item on.
	writeFault func(wire.WriteInput) error
	breaks     func(item int64) bool
}

func newMapFake(items, shardItems int64) *mapFake {
	return &mapFake{
		items: items, shardItems: shardItems, chunkItems: shardItems, pageShards: 10,
		staging: "s3://bucket/run/",
		written: map[string][]wire.Record{}, calls: map[string]int{}, told: map[wire.ShardRun]int{}, rest: map[string][]wire.ItemInput{}, ran: map[int64]int{},
	}
}

// registry is a test environment or a worker.
type registry interface {
	Registry
	RegisterActivityWithOptions(a any, options activity.RegisterOptions)
}

func (f *mapFake) register(r registry, options Options) {
	Register(r, options)
	for name, a := range map[string]any{
		wire.PlanActivity:         f.plan,
		wire.ExpressShardActivity: f.runShard,
		wire.ReadShardActivity:    f.read,
		wire.WriteShardActivity:   f.write,
		wire.ResultsActivity:      f.writeResults,
		wire.WaveActivity:         f.wave,
		"lambda:function":         f.task,
	} {
		r.RegisterActivityWithOptions(a, activity.RegisterOptions{Name: name})
	}
}

func (f *mapFake) plan(ctx context.Context, in wire.PlanInput) (wire.Plan, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pages++
	f.planned = true
	if f.planFault != nil {
		if err := f.planFault(in.Page); err != nil {
			return wire.Plan{}, err
		}
	}
	p := wire.Plan{Ref: wire.SpecRef{Staging: f.staging}}
	if f.staging == "" {
		p.Ref.Inline = &in.Spec
	}
	done := wire.Cursor{}
	if in.Cursor != nil {
		done = *in.Cursor
	}
	p.FirstShard = done.Shards
	for len(p.Sizes) < f.pageShards && done.Items < f.items {
		size := min(f.shardItems, f.items-done.Items)
		p.Sizes = append(p.Sizes, size)
		if f.staging == "" {
			p.Inline = append(p.Inline, wire.Shard{First: done.Items, Items: size})
		}
		done.Items += size
		done.Shards++
	}
	if done.Items < f.items {
		p.Next = &done
	}
	return p, nil
}

// inputs gives the inputs of a shard.
func (f *mapFake) inputs(ref wire.ShardRef) (inputs []wire.ItemInput) {
	switch {
	case ref.Inline != nil && ref.Inline.Rest != nil:
		return ref.Inline.Rest
	case ref.Rest != nil:
		for _, part := range ref.Rest {
			for _, in := range f.rest[part.Name] {
				if ref.Only == nil || wire.Within(ref.Only, in.First) {
					inputs = append(inputs, in)
				}
			}
		}
		slices.SortFunc(inputs, func(a, b wire.ItemInput) int { return cmp.Compare(a.First, b.First) })
		return inputs
	}
	first := (int64(ref.Page)*int64(f.pageShards) + int64(ref.Place)) * f.shardItems
	if !f.planned && ref.Page == 0 && ref.Place == 0 && ref.Inline == nil { // a shard alone
		first = int64(ref.Number) * f.shardItems % max(f.items, 1)
	}
	if ref.Inline != nil {
		first = ref.Inline.First
	}
	for i := first; i < min(first+f.shardItems, f.items); i++ {
		if ref.Only == nil || wire.Within(ref.Only, i) {
			inputs = append(inputs, wire.ItemInput{First: i, Items: 1, Input: value.OfInt(i)})
		}
	}
	return inputs
}

// writeParts names the part files of records, by category, and keeps what can be
// redriven.
func (f *mapFake) writeParts(ref wire.ShardRef, segment int, records []wire.Record) (out wire.WriteOutput) {
	inputs := map[int64]wire.ItemInput{}
	for _, in := range f.inputs(ref) {
		inputs[in.First] = in
	}
	counts := map[wire.Category]int64{}
	rest := wire.RestPart{Name: wire.PartName(ref.Number, 1, segment, wire.RestFile)}
	for _, r := range records {
		counts[r.Category()]++
		if in, ok := r.Rest(inputs[r.First]); ok {
			if rest.Executions == 0 {
				rest.First = in.First
			}
			f.rest[rest.Name] = append(f.rest[rest.Name], in)
			rest.Executions++
			rest.Items += in.Items
			rest.Bytes += 100
			if !in.Earlier.Begun() {
				rest.PendingExecutions++
				rest.PendingItems += in.Items
			}
		}
	}
	for _, c := range []wire.Category{wire.SucceededFile, wire.FailedFile, wire.PendingFile, wire.LastingFile} {
		if counts[c] > 0 {
			out.Parts = append(out.Parts, wire.Part{Category: c, Name: wire.PartName(ref.Number, 1, segment, c), Records: counts[c]})
		}
	}
	if rest.Executions > 0 {
		out.Rest = wire.RestParts{rest}
	}
	return out
}

func (f *mapFake) failure(item int64) *machine.Failure {
	if f.fails == nil {
		return nil
	}
	return f.fails(item)
}

func (f *mapFake) runShard(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
	f.mu.Lock()
	f.running += in.Share
	f.most = max(f.most, f.running)
	f.tolerate = append(f.tolerate, in.Tolerate)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.running -= in.Share
		f.mu.Unlock()
	}()
	if f.shard != nil {
		return f.shard(ctx, in)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	result := wire.ShardResult{Number: in.Shard.Number}
	var records []wire.Record
	for _, item := range f.inputs(in.Shard) {
		record := wire.Record{First: item.First, Items: 1, Ended: wire.Ended{Status: machine.Succeeded, Output: item.Input}, Redrives: item.Again()}
		switch {
		case in.Tolerate >= 0 && result.Items.Failed > in.Tolerate:
			record.Ended = wire.Ended{Status: wire.Pending}
			result.Items.Pending++
		case f.failure(item.First) != nil:
			f.ran[item.First]++
			record.Ended = wire.Ended{Status: machine.Failed, Failure: f.failure(item.First)}
			result.Items.Failed++
		default:
			f.ran[item.First]++
			result.Items.Succeeded++
		}
		if rest, ok := record.Rest(item); ok && f.staging == "" && in.Redrivable {
			result.RestItems = append(result.RestItems, rest)
		}
		if record.Ended.Status != wire.Pending || f.staging != "" {
			records = append(records, record)
		}
	}
	result.Executions = result.Items
	if f.staging == "" {
		result.Records = records
		return result, nil
	}
	if in.Redrivable {
		out := f.writeParts(in.Shard, 0, records)
		result.Parts, result.Rest = out.Parts, out.Rest
		return result, nil
	}
	end, first := int64(len(records)), int64(0)
	result.Parts = []wire.Part{{
		Category: wire.SucceededFile, Name: wire.PartName(in.Shard.Number, 1, 0, wire.SucceededFile), Records: end - first,
	}}
	return result, nil
}

func (f *mapFake) read(ctx context.Context, in wire.ReadInput) (wire.ReadOutput, error) {
	if f.readFault != nil {
		if err := f.readFault(in.Shard.Number); err != nil {
			return wire.ReadOutput{}, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var out wire.ReadOutput
	for _, item := range f.inputs(in.Shard) {
		switch {
		case item.First < in.From:
			continue
		case f.breaks != nil && f.breaks(item.First):
			out.Failure, out.Next = fault(machine.ErrorItemReaderFailed, "it breaks off"), 0
			return out, nil
		case int64(len(out.Inputs)) >= f.chunkItems:
			out.Next = item.First
			return out, nil
		}
		out.Inputs = append(out.Inputs, item)
	}
	return out, nil
}

func (f *mapFake) write(ctx context.Context, in wire.WriteInput) (wire.WriteOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.writeFault != nil {
		if err := f.writeFault(in); err != nil {
			return wire.WriteOutput{}, err
		}
	}
	name := wire.PartName(in.Shard.Number, 1, in.Segment, wire.SucceededFile)
	if _, twice := f.written[name]; twice {
		return wire.WriteOutput{}, temporal.NewNonRetryableApplicationError(name+" is there already", "Twice", nil)
	}
	f.written[name] = in.Records
	if in.Redrivable {
		return f.writeParts(in.Shard, in.Segment, in.Records), nil
	}
	return wire.WriteOutput{Parts: []wire.Part{{Category: wire.SucceededFile, Name: name, Records: int64(len(in.Records))}}}, nil
}

func (f *mapFake) writeResults(ctx context.Context, in wire.ResultsInput) (wire.Results, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results = append(f.results, in)
	if f.resultsFault != nil {
		if err := f.resultsFault(0); err != nil {
			return wire.Results{}, err
		}
	}
	n := int64(0)
	for _, part := range in.Parts {
		n += part.Records
	}
	return wire.Results{Output: value.OfInt(n), Manifest: "s3://bucket/results/manifest.json", Written: n}, nil
}

// holdTime is how long nothing should call what is away.
const holdTime = 20 * time.Second

func (f *mapFake) wave(ctx context.Context, in wire.Wave) (wire.WaveResult, error) {
	if f.waveOf != nil {
		return f.waveOf(ctx, in)
	}
	return f.answer(in)
}

// answer makes the Calls of a wave.
func (f *mapFake) answer(in wire.Wave) (wire.WaveResult, error) {
	f.mu.Lock()
	f.waves = append(f.waves, len(in.Tasks))
	number := len(f.waves)
	f.mu.Unlock()
	result := wire.WaveResult{Outcomes: make([]*machine.Outcome, len(in.Tasks)), Slowest: f.slowest}
	for i, task := range in.Tasks {
		if f.started > 0 && i >= f.started {
			break
		}
		if f.held != nil && f.held(number, task) {
			result.Held, result.Hold = append(result.Held, i), holdTime
			continue
		}
		outcome := f.perform(task)
		result.Outcomes[i] = &outcome
	}
	return result, nil
}

// perform is one attempt of a Call: the answer to a number is its double.
func (f *mapFake) perform(task wire.Task) machine.Outcome {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls[fmt.Sprintf("%s#%d", task.Execution, task.Effect)]++
	if f.call != nil {
		return f.call(task)
	}
	n, _ := task.Call.Input.Int()
	if failure := f.failure(n); failure != nil {
		return machine.Outcome{Failure: failure}
	}
	return machine.Outcome{Output: value.OfInt(2 * n)}
}

func (f *mapFake) task(ctx context.Context, task wire.Task, shard wire.ShardRun) (wire.TaskResult, error) {
	f.mu.Lock()
	f.told[shard]++
	f.mu.Unlock()
	outcome := f.perform(task)
	if outcome.Failure != nil {
		return wire.TaskResult{}, temporal.NewApplicationErrorWithOptions(outcome.Failure.Cause.Text(), outcome.Failure.Name(),
			temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{*outcome.Failure, []machine.Attempt(nil)}})
	}
	return wire.TaskResult{Output: outcome.Output}, nil
}

// records gives all records written, by item.
func (f *mapFake) records(t testing.TB) map[int64]wire.Ended {
	f.mu.Lock()
	defer f.mu.Unlock()
	ended := map[int64]wire.Ended{}
	for _, records := range f.written {
		for i, record := range records {
			require.True(t, i == 0 || records[i-1].First < record.First, "records are in the order of items")
			require.NotContains(t, ended, record.First, "an item is written once")
			ended[record.First] = record.Ended
		}
	}
	return ended
}

const (
	testMapArn = "arn:aws:states:us-east-1:123456789012:mapRun:orders/Each:0f0e0d0c-0000-4000-8000-000000000001"
	testTask   = `{"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}`
)

// mapInput is the input of a Map Run whose items run in the states of the
// processor, an object with StartAt and States.
func mapInput(t testing.TB, leaf program.LeafKind, processor string) wire.MapRun {
	mode := "STANDARD"
	if leaf == program.ExpressBatch {
		mode = "EXPRESS"
	}
	p, err := value.ParseString(processor)
	require.NoError(t, err)
	p = p.With("ProcessorConfig", parsed(t, `{"Mode": "DISTRIBUTED", "ExecutionType": "`+mode+`"}`))
	definition := `{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "End": true, "ItemProcessor": ` + p.String() + `}}}`
	return wire.MapRun{
		Leaf:   leaf,
		Report: wire.Address{WorkflowID: "orders/one", Effect: 7},
		Spec: wire.MapSpec{
			Definition: wire.Definition{Text: wire.PlainText(definition), Type: string(program.Standard), Leaf: string(leaf)},
			State:      "Each",
			Started:    time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
			Run: machine.Distribute{
				MapRunArn:      testMapArn,
				MaxConcurrency: 10_000,
				Origin: machine.Origin{
					ID: "arn:aws:states:us-east-1:123456789012:execution:orders:one", Name: "one",
					StateMachineID: "arn:aws:states:us-east-1:123456789012:stateMachine:orders", StateMachineName: "orders",
					StartTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
				},
			},
		},
	}
}

func parsed(t testing.TB, text string) value.Value {
	v, err := value.ParseString(text)
	require.NoError(t, err)
	return v
}

func fault(name, cause string) *machine.Failure {
	f := machine.Fault(name, cause)
	return &f
}

// every lets each n-th item fail.
func every(n int64) func(int64) *machine.Failure {
	return func(item int64) *machine.Failure {
		if item%n != 0 {
			return nil
		}
		return fault("Bad.Item", "it is bad")
	}
}

// decoded reads the JSON form of an argument that a mock was given.
func decoded[T any](t testing.TB, argument any) (v T) {
	text, err := json.Marshal(argument)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &v))
	return v
}

type activityInfo = activity.Info

func startOptions() client.StartWorkflowOptions {
	return client.StartWorkflowOptions{ID: wire.MapRunID(testMapArn), TaskQueue: "q"}
}

func activityOptions(name string) activity.RegisterOptions {
	return activity.RegisterOptions{Name: name}
}
