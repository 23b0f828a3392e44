package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// shardSimulation is a test environment with one shard of a fake source.
type shardSimulation struct {
	*testsuite.TestWorkflowEnvironment
	t        *testing.T
	results  []wire.ShardResult
	failures []wire.FailuresReport
}

func simulateShard(t *testing.T, fake *mapFake, options Options) *shardSimulation {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	s := &shardSimulation{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t}
	s.SetTestTimeout(30 * time.Second)
	fake.register(s, options)
	s.OnSignalExternalWorkflow(mock.Anything, "the map run", mock.Anything, mock.Anything, mock.Anything).
		Return(func(_, _, _, signal string, argument any) error {
			if signal == wire.ShardSignal {
				s.results = append(s.results, decoded[wire.ShardResult](t, argument))
			} else {
				s.failures = append(s.failures, decoded[wire.FailuresReport](t, argument))
			}
			return nil
		})
	return s
}

func shardInputOf(leaf program.LeafKind, processor string) wire.ShardInput {
	return wire.ShardInput{
		Shard:      wire.ShardRef{Spec: wire.SpecRef{Staging: "s3://bucket/run/"}},
		Leaf:       leaf,
		Share:      50,
		Tolerate:   -1,
		MapRunID:   "the map run",
		Edition:    wire.Wide,
		Definition: &wire.Definition{Text: wire.PlainText(processor), Type: string(program.Standard), Processor: true},
		Origin: machine.Origin{
			ID:             "arn:aws:states:us-east-1:123456789012:execution:orders/Each:",
			StateMachineID: "arn:aws:states:us-east-1:123456789012:stateMachine:orders/Each", StateMachineName: "orders/Each",
			Seed: 5,
		},
	}
}

// standardProcessor makes a processor of an object with StartAt and States.
func standardProcessor(states string) string {
	return `{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, ` + strings.TrimPrefix(states, "{")
}

func (s *shardSimulation) run(in wire.ShardInput) wire.ShardResult {
	s.ExecuteWorkflow(wire.MapShardWorkflow, in)
	require.True(s.t, s.IsWorkflowCompleted())
	require.NoError(s.t, s.GetWorkflowError())
	require.Len(s.t, s.results, 1)
	return s.results[0]
}

// The first wave of a shard is narrower than its share may be: how large
// outcomes are is not known yet (ballast).
func TestShardRunsCallsInWaves(t *testing.T) {
	for name, c := range map[string]struct {
		share, items int64
		edition      int
		started      int
		slowest      time.Duration
		largest      int
		atMost       int // waves
	}{
		"full waves":                {share: 500, items: 1000, slowest: 10 * time.Millisecond, largest: 500, atMost: 4},
		"of nobody knows how long":  {share: 500, items: 500, largest: 50, atMost: 11},
		"of an earlier edition":     {share: 500, items: 500, edition: -1, slowest: 10 * time.Millisecond, largest: 50, atMost: 11},
		"as wide as the share":      {share: 20, items: 100, largest: 20, atMost: 5},
		"one at a time":             {share: 1, items: 10, largest: 1, atMost: 10},
		"handed back":               {share: 50, items: 50, started: 20, largest: 32, atMost: 3},
		"slow calls go alone":       {share: 10, items: 60, slowest: 20 * time.Second, largest: 10, atMost: 51},
		"calls in between go fewer": {share: 500, items: 1500, slowest: 500 * time.Millisecond, largest: 400, atMost: 15},
		"earlier, in between":       {share: 50, items: 300, edition: -1, slowest: 500 * time.Millisecond, largest: 40, atMost: 40},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newMapFake(c.items, c.items)
			fake.started, fake.slowest = c.started, c.slowest
			in := shardInputOf(program.PackedShard, standardProcessor(testTask))
			in.Share = c.share
			in.Edition += c.edition
			result := simulateShard(t, fake, Options{}).run(in)
			assert.Equal(t, wire.Counts{Succeeded: c.items}, result.Items)
			assert.Equal(t, wire.Counts{Succeeded: c.items}, result.Executions)
			assert.Equal(t, c.largest, slices.Max(fake.waves))
			assert.LessOrEqual(t, len(fake.waves), c.atMost)
			for call, n := range fake.calls {
				assert.Equal(t, 1, n, call)
			}
			assert.Len(t, fake.calls, int(c.items))
			assert.Len(t, fake.written, 1, "a small shard is written once")
		})
	}
}

func TestShardItemsKnowWhoTheyAre(t *testing.T) {
	fake := newMapFake(3, 3)
	simulateShard(t, fake, Options{}).run(shardInputOf(program.PackedShard, standardProcessor(testTask)))
	in := shardInputOf(program.PackedShard, "")
	for item := range int64(3) {
		origin := machine.ItemOrigin(in.Origin, item, time.Time{})
		assert.Contains(t, fake.calls, origin.ID+"#1")
	}
}

// Items that need nothing from outside end the moment they are started.
func TestShardOfItemsWithoutEffects(t *testing.T) {
	fake := newMapFake(200, 200)
	fake.chunkItems = 30
	states := `{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}`
	in := shardInputOf(program.PackedShard, standardProcessor(states))
	in.Share = 7
	assert.Equal(t, wire.Counts{Succeeded: 200}, simulateShard(t, fake, Options{}).run(in).Items)
	assert.Equal(t, "199", fake.records(t)[199].Output.String())
}

// Calls that cannot even be tried fail their items, and others take their place.
func TestShardOfCallsThatCannotBeTried(t *testing.T) {
	fake := newMapFake(60, 60)
	states := `{"StartAt": "Theirs", "States": {"Theirs": {"Type": "Task", "Resource": "arn:aws:states:::temporal:executeActivity",
		"Parameters": {"ActivityType": "theirs", "TaskQueue.$": "$"}, "End": true}}}`
	in := shardInputOf(program.PackedShard, standardProcessor(states))
	in.Share = 7
	assert.Equal(t, wire.Counts{Failed: 60}, simulateShard(t, fake, Options{}).run(in).Items)
	assert.Contains(t, fake.records(t)[0].Failure.Cause.Text(), "TaskQueue")
}

func TestShardRetriesAndCatches(t *testing.T) {
	states := `{"StartAt": "Work", "States": {
		"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "Next": "Rest",
			"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60, "MaxAttempts": 2}],
			"Catch": [{"ErrorEquals": ["Bad"], "Next": "Caught"}]},
		"Rest": {"Type": "Wait", "Seconds": 3600, "End": true},
		"Caught": {"Type": "Pass", "Result": "caught", "End": true}}}`
	fake := newMapFake(40, 40)
	seen := map[int64]int{}
	fake.call = func(task wire.Task) machine.Outcome {
		n, _ := task.Call.Input.Int()
		seen[n]++
		switch {
		case n%4 == 1:
			return machine.Outcome{Failure: fault("Bad", "")}
		case n%4 == 2 && seen[n] < 3, n%4 == 3:
			return machine.Outcome{Failure: fault("Busy", "")}
		}
		return machine.Outcome{Output: value.OfInt(n)}
	}
	s := simulateShard(t, fake, Options{})
	timers := 0
	s.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
	began := s.Now()
	result := s.run(shardInputOf(program.PackedShard, standardProcessor(states)))
	assert.Equal(t, wire.Counts{Succeeded: 30, Failed: 10}, result.Items)
	assert.Equal(t, 3, seen[3], "two retries")
	took := s.Now().Sub(began)
	assert.GreaterOrEqual(t, took, time.Hour+3*time.Minute)
	assert.Less(t, took, time.Hour+4*time.Minute)
	assert.LessOrEqual(t, timers, 10, "waits of items share timers")
	for item, ended := range fake.records(t) {
		switch item % 4 {
		case 1:
			assert.Equal(t, `"caught"`, ended.Output.String())
		case 3:
			assert.Equal(t, "Busy", ended.Failure.Name())
		}
	}
}

func TestShardRunsParallelAndInlineMap(t *testing.T) {
	states := `{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "One", "States": {"One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}},
		{"StartAt": "List", "States": {
			"List": {"Type": "Pass", "Parameters": {"list.$": "States.Array($, $)"}, "Next": "Each"},
			"Each": {"Type": "Map", "ItemsPath": "$.list", "End": true, "ItemProcessor": {"StartAt": "Two", "States": {
				"Two": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}}}}]}}}`
	fake := newMapFake(60, 60)
	result := simulateShard(t, fake, Options{}).run(shardInputOf(program.PackedShard, standardProcessor(states)))
	assert.Equal(t, int64(60), result.Items.Succeeded)
	assert.Equal(t, "[118,[118,118]]", fake.records(t)[59].Output.String())
	assert.LessOrEqual(t, len(fake.waves), 10, "180 calls")
}

// A branch that fails takes its siblings' calls back.
func TestShardCancelsSiblings(t *testing.T) {
	states := `{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "No"}}},
		{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 100000, "End": true}}},
		{"StartAt": "One", "States": {"One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}]}}}`
	fake := newMapFake(5, 5)
	s := simulateShard(t, fake, Options{})
	result := s.run(shardInputOf(program.PackedShard, standardProcessor(states)))
	assert.Equal(t, wire.Counts{Failed: 5}, result.Items)
	assert.Empty(t, fake.waves)
}

func TestShardPerformsForeignActivities(t *testing.T) {
	states := `{"StartAt": "Theirs", "States": {"Theirs": {"Type": "Task", "Resource": "arn:aws:states:::temporal:executeActivity",
		"Parameters": {"ActivityType": "theirs", "TaskQueue": "their-queue", "Input.$": "$"}, "End": true}}}`
	fake := newMapFake(10, 10)
	s := simulateShard(t, fake, Options{})
	s.RegisterActivityWithOptions(func(ctx context.Context, n int) (int, error) {
		if n == 3 {
			return 0, temporal.NewApplicationError("no threes", "NoThrees")
		}
		return n + 100, nil
	}, activityOptions("theirs"))
	result := s.run(shardInputOf(program.PackedShard, standardProcessor(states)))
	assert.Equal(t, wire.Counts{Succeeded: 9, Failed: 1}, result.Items)
	records := fake.records(t)
	assert.Equal(t, "109", records[9].Output.String())
	assert.Equal(t, "NoThrees", records[3].Failure.Name())
}

func TestShardWhoseWaveFails(t *testing.T) {
	fake := newMapFake(5, 5)
	s := simulateShard(t, fake, Options{})
	s.OnActivity(wire.WaveActivity, mock.Anything, mock.Anything).
		Return(wire.WaveResult{}, temporal.NewNonRetryableApplicationError("no such function", "Lambda.ResourceNotFoundException", nil))
	assert.Equal(t, wire.Counts{Failed: 5}, s.run(shardInputOf(program.PackedShard, standardProcessor(testTask))).Items)
	assert.Equal(t, "Lambda.ResourceNotFoundException", fake.records(t)[0].Failure.Name())
}

func TestShardWhoseWaveStartsNothing(t *testing.T) {
	fake := newMapFake(5, 5)
	s := simulateShard(t, fake, Options{})
	s.OnActivity(wire.WaveActivity, mock.Anything, mock.Anything).Return(wire.WaveResult{Outcomes: make([]*machine.Outcome, 5)}, nil)
	assert.Equal(t, wire.Counts{Failed: 5}, s.run(shardInputOf(program.PackedShard, standardProcessor(testTask))).Items)
}

func TestShardToleratesSoMany(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(400, 400)
			fake.fails, fake.chunkItems = every(10), 150
			in := shardInputOf(leaf, standardProcessor(testTask))
			in.Tolerate, in.Share = 3, 20
			s := simulateShard(t, fake, Options{})
			result := s.run(in)
			assert.GreaterOrEqual(t, result.Items.Failed, int64(4))
			assert.Less(t, result.Items.Failed, int64(8))
			assert.Positive(t, result.Items.Pending)
			assert.Equal(t, int64(400), result.Items.Total())
			records := fake.records(t)
			assert.Len(t, records, 400, "what has not run is written as pending")
			assert.Equal(t, wire.Pending, records[399].Status)
			require.NotEmpty(t, s.failures)
			assert.Positive(t, s.failures[0].Failed)
			assert.Less(t, len(s.failures), 4, "failures are gathered")
		})
	}
}

func TestShardIsStopped(t *testing.T) {
	states := `{"StartAt": "Work", "States": {
		"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "Next": "Choose"},
		"Choose": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 40, "Next": "Done"}], "Default": "Rest"},
		"Done": {"Type": "Succeed"},
		"Rest": {"Type": "Wait", "Seconds": 100000, "End": true}}}`
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(100, 100)
			s := simulateShard(t, fake, Options{})
			in := shardInputOf(leaf, standardProcessor(states))
			s.RegisterDelayedCallback(s.CancelWorkflow, time.Minute)
			result := s.run(in)
			assert.Equal(t, wire.Counts{Succeeded: 20, Aborted: 50, Pending: 30}, result.Items)
			records := fake.records(t)
			assert.Equal(t, machine.Succeeded, records[19].Status)
			assert.Equal(t, machine.Aborted, records[20].Status)
			assert.Equal(t, machine.Aborted, records[69].Status)
			assert.Equal(t, wire.Pending, records[70].Status)
		})
	}
}

func TestShardThatCannotBeRead(t *testing.T) {
	fake := newMapFake(10, 10)
	fake.readFault = func(int) error { return errors.New("connection reset") }
	result := simulateShard(t, fake, Options{}).run(shardInputOf(program.PackedShard, standardProcessor(testTask)))
	require.NotNil(t, result.Failure)
	assert.Equal(t, machine.ErrorItemReaderFailed, result.Failure.Name())
	assert.Equal(t, "connection reset", result.Failure.Cause.Text())
}

func TestShardThatCannotBeWritten(t *testing.T) {
	fake := newMapFake(10, 10)
	s := simulateShard(t, fake, Options{})
	s.OnActivity(wire.WriteShardActivity, mock.Anything, mock.Anything).
		Return(wire.WriteOutput{}, temporal.NewNonRetryableApplicationError("no such bucket", machine.ErrorResultWriterFailed, nil))
	result := s.run(shardInputOf(program.PackedShard, standardProcessor(testTask)))
	assert.Equal(t, machine.ErrorResultWriterFailed, result.Failure.Name())
}

// Large outputs are written in segments, in the order of items, and never come
// near what one payload can hold.
func TestShardWritesLargeOutputsInSegments(t *testing.T) {
	fake := newMapFake(60, 60)
	large := strings.Repeat("x", 100<<10)
	fake.call = func(task wire.Task) machine.Outcome {
		return machine.Outcome{Output: value.OfString(large + task.Call.Input.String())}
	}
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Share = 5
	result := simulateShard(t, fake, Options{}).run(in)
	assert.Greater(t, len(fake.written), 5)
	assert.Len(t, result.Parts, len(fake.written))
	next := int64(0)
	for segment := range len(fake.written) {
		bytes := 0
		for _, record := range fake.written[wire.PartName(0, 1, segment, wire.SucceededFile)] {
			assert.Equal(t, next, record.First)
			next++
			bytes += recordBytes(record.Ended)
		}
		assert.Less(t, bytes, wire.ValueLimit)
	}
	assert.Equal(t, int64(60), next)
}

func TestShardWithoutStagingHasABound(t *testing.T) {
	fake := newMapFake(60, 60)
	fake.call = func(wire.Task) machine.Outcome {
		return machine.Outcome{Output: value.OfString(strings.Repeat("x", 100<<10))}
	}
	in := shardInputOf(program.PackedShard, standardProcessor(testTask))
	in.Shard.Spec.Staging = ""
	result := simulateShard(t, fake, Options{}).run(in)
	assert.Equal(t, machine.ErrorDataLimitExceeded, result.Failure.Name())
	assert.Empty(t, result.Records)
}

func TestShardContinuesAsNew(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(300, 300)
			fake.fails, fake.chunkItems = every(30), 120
			in := shardInputOf(leaf, standardProcessor(testTask))
			in.Share = 10
			for runs := 1; ; runs++ {
				require.Less(t, runs, 100)
				s := simulateShard(t, fake, Options{ContinueAfter: 40})
				events := 0
				s.SetOnActivityStartedListener(func(*activityInfo, context.Context, converter.EncodedValues) {
					events += 10
					s.SetCurrentHistoryLength(events)
				})
				s.ExecuteWorkflow(wire.MapShardWorkflow, in)
				require.True(t, s.IsWorkflowCompleted())
				again := (*workflow.ContinueAsNewError)(nil)
				if errors.As(s.GetWorkflowError(), &again) {
					in = wire.ShardInput{}
					require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
					continue
				}
				require.NoError(t, s.GetWorkflowError())
				require.Len(t, s.results, 1)
				assert.Greater(t, runs, 3)
				assert.Equal(t, wire.Counts{Succeeded: 290, Failed: 10}, s.results[0].Items)
				assert.Len(t, s.results[0].Parts, len(fake.written))
				break
			}
			assert.Len(t, fake.records(t), 300)
			for call, n := range fake.calls {
				assert.Equal(t, 1, n, call)
			}
		})
	}
}

func TestItemWorkflowsAreExecutions(t *testing.T) {
	fake := newMapFake(2, 2)
	s := simulateShard(t, fake, Options{})
	var ids []string
	s.SetOnChildWorkflowStartedListener(func(info *workflow.Info, _ workflow.Context, _ converter.EncodedValues) {
		ids = append(ids, info.WorkflowType.Name+" "+info.WorkflowExecution.ID)
	})
	in := shardInputOf(program.ChildWorkflow, standardProcessor(testTask))
	s.run(in)
	var expected []string
	for item := range int64(2) {
		expected = append(expected, fmt.Sprintf("orders/Each orders/Each:%s", machine.ItemOrigin(in.Origin, item, time.Time{}).Name))
	}
	assert.ElementsMatch(t, expected, ids)
}
