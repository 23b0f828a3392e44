package workflows

import (
	"context"
	"encoding/json"
	"fmt"
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
	written  map[string][]wire.Record
	results  []wire.ResultsInput
	running  int64 // sum of shares of express shards that run
	most     int64
	tolerate []int64
	waves    []int // sizes
	calls    map[string]int
	// shard, when set, stands for the whole express shard.
	shard func(context.Context, wire.ShardInput) (wire.ShardResult, error)
	// call, when set, performs a Call.
	call func(wire.Task) machine.Outcome
	// started limits what a wave starts; 0 for all.
	started int
	slowest time.Duration
}

func newMapFake(items, shardItems int64) *mapFake {
	return &mapFake{
		items: items, shardItems: shardItems, chunkItems: shardItems, pageShards: 10,
		staging: "s3://bucket/run/",
		written: map[string][]wire.Record{}, calls: map[string]int{},
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

// bounds gives the items of a shard.
func (f *mapFake) bounds(ref wire.ShardRef) (first, end int64) {
	first = int64(ref.Number) * f.shardItems
	return first, min(first+f.shardItems, f.items)
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
	first, end := f.bounds(in.Shard)
	result := wire.ShardResult{Number: in.Shard.Number}
	for i := first; i < end; i++ {
		if f.failure(i) != nil {
			result.Items.Failed++
		} else {
			result.Items.Succeeded++
		}
	}
	result.Executions = result.Items
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
	first, end := f.bounds(in.Shard)
	from := max(first, in.From)
	var out wire.ReadOutput
	for i := from; i < min(from+f.chunkItems, end); i++ {
		out.Inputs = append(out.Inputs, wire.ItemInput{First: i, Items: 1, Input: value.OfInt(i)})
	}
	if from+f.chunkItems < end {
		out.Next = from + f.chunkItems
	}
	return out, nil
}

func (f *mapFake) write(ctx context.Context, in wire.WriteInput) (wire.WriteOutput, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name := wire.PartName(in.Shard.Number, 1, in.Segment, wire.SucceededFile)
	if _, twice := f.written[name]; twice {
		return wire.WriteOutput{}, temporal.NewNonRetryableApplicationError(name+" is there already", "Twice", nil)
	}
	f.written[name] = in.Records
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

func (f *mapFake) wave(ctx context.Context, in wire.Wave) (wire.WaveResult, error) {
	f.mu.Lock()
	f.waves = append(f.waves, len(in.Tasks))
	f.mu.Unlock()
	result := wire.WaveResult{Outcomes: make([]*machine.Outcome, len(in.Tasks)), Slowest: f.slowest}
	for i, task := range in.Tasks {
		if f.started > 0 && i >= f.started {
			break
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

func (f *mapFake) task(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
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
