package workflows

import (
	"context"
	"errors"
	"fmt"
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

// mapSimulation is a test environment with a Map Run over a fake source.
type mapSimulation struct {
	*testsuite.TestWorkflowEnvironment
	t        *testing.T
	reported []wire.OutcomeReport
	// signals are those to other workflows.
	signals *testsuite.MockCallWrapper
}

func simulateMap(t *testing.T, fake *mapFake, options Options) *mapSimulation {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	s := &mapSimulation{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t}
	s.SetTestTimeout(time.Minute)
	fake.register(s, options)
	// Shards signal the Map Run as if it were elsewhere; it signals the execution.
	s.signals = s.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).
		Return(func(_, workflowID, _, signal string, argument any) error {
			if signal == wire.OutcomeSignal {
				assert.Equal(t, "orders/one", workflowID)
				s.reported = append(s.reported, decoded[wire.OutcomeReport](t, argument))
				return nil
			}
			if signal == wire.LimitsSignal { // to a shard
				return s.SignalWorkflowByID(workflowID, signal, argument)
			}
			s.SignalWorkflow(signal, argument)
			return nil
		})
	s.OnRequestCancelExternalWorkflow(mock.Anything, mock.Anything, mock.Anything).Return(nil)
	return s
}

func (s *mapSimulation) run(in wire.MapRun) wire.OutcomeReport {
	s.SetStartWorkflowOptions(startOptions())
	s.ExecuteWorkflow(wire.MapRunWorkflow, in)
	require.True(s.t, s.IsWorkflowCompleted())
	require.Len(s.t, s.reported, 1, "%v", s.GetWorkflowError())
	assert.Equal(s.t, machine.EffectID(7), s.reported[0].Effect)
	return s.reported[0]
}

func (s *mapSimulation) describe() (d wire.MapRunDescription) {
	answer, err := s.QueryWorkflow(wire.MapRunQuery)
	require.NoError(s.t, err)
	require.NoError(s.t, answer.Get(&d))
	return d
}

func TestMapRunOfAllLeaves(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			items := int64(1_030)
			if leaf == program.ChildWorkflow {
				items = 130 // the test environment blocks itself with a thousand children
			}
			failed, shards := (items+99)/100, (items+49)/50
			fake := newMapFake(items, 50)
			fake.fails = every(100)
			in := mapInput(t, leaf, testTask)
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: failed}
			s := simulateMap(t, fake, Options{})
			report := s.run(in)
			require.NoError(t, s.GetWorkflowError())
			assert.Nil(t, report.Outcome.Failure)
			assert.Equal(t, fmt.Sprint(items), report.Outcome.Output.String())
			d := s.describe()
			assert.Equal(t, wire.Counts{Succeeded: items - failed, Failed: failed}, d.Items)
			assert.Equal(t, machine.Succeeded, d.Status)
			assert.EqualValues(t, shards, d.ShardsDone)
			assert.EqualValues(t, (shards+9)/10, fake.pages)
			require.Len(t, fake.results, 1)
			assert.Equal(t, machine.Succeeded, fake.results[0].Status)
			assert.Empty(t, fake.results[0].Pending)
			assert.Nil(t, fake.results[0].Unplanned)
			for i := 1; i < len(fake.results[0].Parts); i++ {
				assert.LessOrEqual(t, fake.results[0].Parts[i-1].Shard(), fake.results[0].Parts[i].Shard())
			}
		})
	}
}

func TestMapRunRecordsEveryItemOnce(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(230, 100)
			fake.fails, fake.chunkItems = every(50), 30
			in := mapInput(t, leaf, testTask)
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 5}
			simulateMap(t, fake, Options{}).run(in)
			records := fake.records(t)
			require.Len(t, records, 230)
			for item, ended := range records {
				if item%50 == 0 {
					assert.Equal(t, machine.Failed, ended.Status)
					assert.Equal(t, "Bad.Item", ended.Failure.Name())
				} else {
					assert.Equal(t, machine.Succeeded, ended.Status)
					assert.Equal(t, fmt.Sprint(2*item), ended.Output.String())
				}
				assert.False(t, ended.Started.IsZero())
				assert.False(t, ended.Stopped.Before(ended.Started))
			}
		})
	}
}

func TestMapRunKeepsToMaxConcurrency(t *testing.T) {
	fake := newMapFake(2_000, 20)
	fake.shard = func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
		time.Sleep(time.Millisecond)
		return wire.ShardResult{Items: wire.Counts{Succeeded: 20}}, nil
	}
	in := mapInput(t, program.ExpressBatch, testTask)
	in.Spec.Run.MaxConcurrency = 35
	s := simulateMap(t, fake, Options{})
	s.run(in)
	require.NoError(t, s.GetWorkflowError())
	assert.LessOrEqual(t, fake.most, int64(35))
	assert.Equal(t, 100, s.describe().ShardsDone)
}

func TestMapRunOverAnEmptySource(t *testing.T) {
	fake := newMapFake(0, 20)
	report := simulateMap(t, fake, Options{}).run(mapInput(t, program.PackedShard, testTask))
	assert.Equal(t, "0", report.Outcome.Output.String())
	assert.Len(t, fake.results, 1)
}

func TestMapRunEndsWhenTooManyFail(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(5_000, 50)
			fake.fails = every(10)
			in := mapInput(t, leaf, testTask)
			in.Spec.Run.MaxConcurrency = 20
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 12}
			s := simulateMap(t, fake, Options{})
			report := s.run(in)
			require.NotNil(t, report.Outcome.Failure)
			assert.Equal(t, machine.ErrorExceedTolerance, report.Outcome.Failure.Name())
			assert.Equal(t, "The specified tolerated failure threshold was exceeded", report.Outcome.Failure.Cause.Text())
			var app *temporal.ApplicationError
			require.ErrorAs(t, s.GetWorkflowError(), &app)
			assert.Equal(t, machine.ErrorExceedTolerance, app.Type())
			d := s.describe()
			assert.Equal(t, machine.Failed, d.Status)
			assert.Greater(t, d.Items.Failed, int64(12))
			assert.Equal(t, d.Total, d.Items.Total())
			assert.Positive(t, d.Items.Pending)
			require.Len(t, fake.results, 1)
			written := fake.results[0]
			assert.Equal(t, machine.Failed, written.Status)
			assert.NotEmpty(t, written.Pending)
			assert.NotNil(t, written.Unplanned, "100 shards were not planned in one page")
			seen := d.ShardsDone + len(written.Pending)
			assert.Equal(t, written.Unplanned.Shards, seen, "every planned shard has run or is pending")
		})
	}
}

// The percentage is judged when the number of items is known.
func TestMapRunToleratesAPercentage(t *testing.T) {
	for percentage, succeeds := range map[float64]bool{10: true, 9.9: false} {
		fake := newMapFake(100, 50)
		fake.fails = every(10)
		in := mapInput(t, program.ExpressBatch, testTask)
		in.Spec.Run.Tolerance = machine.Tolerance{HasPercentage: true, Percentage: percentage}
		report := simulateMap(t, fake, Options{}).run(in)
		assert.Equal(t, succeeds, report.Outcome.Failure == nil, "%v %%", percentage)
	}
}

func TestMapRunHearsOfFailuresInRunningShards(t *testing.T) {
	fake := newMapFake(50, 50)
	s := simulateMap(t, fake, Options{})
	fake.shard = func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
		s.SignalWorkflow(wire.FailuresSignal, wire.FailuresReport{Number: 0, Failed: 3})
		<-ctx.Done()
		return wire.ShardResult{}, ctx.Err()
	}
	in := mapInput(t, program.ExpressBatch, testTask)
	in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 2}
	report := s.run(in)
	assert.Equal(t, machine.ErrorExceedTolerance, report.Outcome.Failure.Name())
}

func TestMapRunIsStopped(t *testing.T) {
	fake := newMapFake(500, 50)
	s := simulateMap(t, fake, Options{})
	running := make(chan struct{}, 100)
	fake.shard = func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
		if in.Shard.Number > 0 {
			running <- struct{}{}
			<-ctx.Done()
			return wire.ShardResult{}, ctx.Err()
		}
		return wire.ShardResult{Items: wire.Counts{Succeeded: 50}}, nil
	}
	s.RegisterDelayedCallback(func() {
		<-running
		s.CancelWorkflow()
	}, time.Second)
	in := mapInput(t, program.ExpressBatch, testTask)
	in.Spec.Run.MaxConcurrency = 100
	report := s.run(in)
	assert.NotNil(t, report.Outcome.Failure)
	var cancelled *temporal.CanceledError
	require.ErrorAs(t, s.GetWorkflowError(), &cancelled)
	d := s.describe()
	assert.Equal(t, machine.Aborted, d.Status)
	// The test environment gives up a cancelled activity at once.
	assert.Equal(t, wire.Counts{Succeeded: 50, Pending: 450}, d.Items)
	require.Len(t, fake.results, 1)
	assert.Equal(t, machine.Aborted, fake.results[0].Status)
	assert.Len(t, fake.results[0].Pending, 9)
}

func TestMapRunWhoseSourceCannotBeRead(t *testing.T) {
	missing := temporal.NewNonRetryableApplicationError("The specified key does not exist.", machine.ErrorItemReaderFailed, nil)
	for name, c := range map[string]struct {
		fault  error
		page   int
		cause  string
		writes int
	}{
		"at once":             {missing, 0, "The specified key does not exist.", 0},
		"on the second page":  {missing, 1, "The specified key does not exist.", 1},
		"for ten minutes":     {errors.New("connection refused"), 0, "connection refused", 0},
		"by a nameless fault": {temporal.NewNonRetryableApplicationError("odd", "wrapError", nil), 0, "odd", 0},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newMapFake(1_000, 50)
			fake.planFault = func(page int) error {
				if page == c.page {
					return c.fault
				}
				return nil
			}
			s := simulateMap(t, fake, Options{})
			report := s.run(mapInput(t, program.ExpressBatch, testTask))
			require.NotNil(t, report.Outcome.Failure)
			assert.Equal(t, machine.ErrorItemReaderFailed, report.Outcome.Failure.Name())
			assert.Equal(t, c.cause, report.Outcome.Failure.Cause.Text())
			require.Len(t, fake.results, c.writes)
			if c.writes > 0 {
				assert.Nil(t, fake.results[0].Unplanned, "what cannot be planned cannot be listed as pending")
			}
		})
	}
}

func TestMapRunWhoseResultsCannotBeWritten(t *testing.T) {
	fake := newMapFake(10, 50)
	fake.resultsFault = func(int) error {
		return temporal.NewNonRetryableApplicationError("no such bucket", machine.ErrorResultWriterFailed, nil)
	}
	report := simulateMap(t, fake, Options{}).run(mapInput(t, program.ExpressBatch, testTask))
	assert.Equal(t, machine.ErrorResultWriterFailed, report.Outcome.Failure.Name())
}

func TestMapRunOfAFaultyShard(t *testing.T) {
	fake := newMapFake(500, 50)
	fake.shard = func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
		if in.Shard.Number == 2 {
			return wire.ShardResult{Items: wire.Counts{Succeeded: 3}, Failure: fault(machine.ErrorRuntime, "ItemSelector is wrong")}, nil
		}
		return wire.ShardResult{Items: wire.Counts{Succeeded: 50}}, nil
	}
	in := mapInput(t, program.ExpressBatch, testTask)
	in.Spec.Run.MaxConcurrency = 1
	s := simulateMap(t, fake, Options{})
	report := s.run(in)
	assert.Equal(t, "ItemSelector is wrong", report.Outcome.Failure.Cause.Text())
	assert.Equal(t, int64(103), s.describe().Items.Succeeded)
	assert.Len(t, fake.results[0].Pending, 7)
}

func TestMapRunLosesAShard(t *testing.T) {
	fake := newMapFake(100, 50)
	s := simulateMap(t, fake, Options{})
	s.OnWorkflow(wire.MapShardWorkflow, mock.Anything, mock.Anything).Return(nil, errors.New("lost its mind"))
	report := s.run(mapInput(t, program.PackedShard, testTask))
	require.NotNil(t, report.Outcome.Failure)
	assert.Contains(t, report.Outcome.Failure.Cause.Text(), " of the Map Run (items ")
	assert.Contains(t, report.Outcome.Failure.Cause.Text(), "lost its mind")
}

func TestMapRunWithoutStaging(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(7, 3)
			fake.staging, fake.fails = "", every(4)
			in := mapInput(t, leaf, testTask)
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 2}
			report := simulateMap(t, fake, Options{}).run(in)
			assert.Equal(t, "[2,4,6,10,12]", report.Outcome.Output.String())
			assert.Empty(t, fake.written)
			assert.Empty(t, fake.results)
		})
	}
}

func TestInlineOutput(t *testing.T) {
	record := func(first int64, output string) wire.Record {
		return wire.Record{First: first, Items: 1, Ended: wire.Ended{Status: machine.Succeeded, Output: parsed(t, output)}}
	}
	records := []wire.Record{record(2, `[3,[4]]`), record(0, `{"a":1}`), record(1, `[]`),
		{First: 3, Ended: wire.Ended{Status: machine.Failed}}}
	for transformation, expected := range map[string]string{
		"COMPACT": `[{"a":1},[],[3,[4]]]`,
		"FLATTEN": `[{"a":1},3,[4]]`,
	} {
		output, failure := inlineOutput(&machine.Writer{Transformation: transformation}, records)
		require.Nil(t, failure)
		assert.Equal(t, expected, output.String())
	}
	_, failure := inlineOutput(&machine.Writer{Transformation: "NONE"}, records)
	assert.Contains(t, failure.Cause.Text(), "STEPWELL_STAGING")
	large := record(0, `"`+string(make([]byte, 0))+`"`)
	large.Ended.Output = value.OfString(string(make([]byte, wire.ValueLimit)))
	_, failure = inlineOutput(nil, []wire.Record{large})
	assert.Equal(t, machine.ErrorDataLimitExceeded, failure.Name())
}

// Over continue-as-new nothing is lost and nothing runs twice.
func TestMapRunContinuesAsNew(t *testing.T) {
	fake := newMapFake(3_000, 20)
	fake.fails = every(500)
	in := mapInput(t, program.ExpressBatch, testTask)
	in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 6}
	runs := 0
	for {
		runs++
		require.Less(t, runs, 50)
		s := simulateMap(t, fake, Options{ContinueAfter: 40})
		s.SetStartWorkflowOptions(startOptions())
		shards := 0
		s.SetOnActivityStartedListener(func(*activityInfo, context.Context, converter.EncodedValues) {
			shards++
			s.SetCurrentHistoryLength(5 * shards)
		})
		s.ExecuteWorkflow(wire.MapRunWorkflow, in)
		require.True(t, s.IsWorkflowCompleted())
		again := (*workflow.ContinueAsNewError)(nil)
		if !errors.As(s.GetWorkflowError(), &again) {
			require.NoError(t, s.GetWorkflowError())
			d := s.describe()
			assert.Equal(t, wire.Counts{Succeeded: 2_994, Failed: 6}, d.Items)
			assert.Equal(t, 150, d.ShardsDone)
			break
		}
		in = wire.MapRun{}
		require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	}
	assert.Greater(t, runs, 5)
	require.Len(t, fake.results, 1)
	assert.Len(t, fake.results[0].Parts, 150)
}

// Shard workflows go on over continue-as-new, and what they tell twice counts
// once.
func TestMapRunTakesOverShards(t *testing.T) {
	fake := newMapFake(100, 50)
	in := mapInput(t, program.PackedShard, testTask)
	state := mapRunState{}
	state.planned(wire.Plan{Ref: wire.SpecRef{Staging: fake.staging}, Sizes: []int64{50, 50}})
	for _, shard := range state.Backlog {
		state.Running = append(state.Running, &runningShard{waitingShard: shard, Share: 25, Started: true})
	}
	state.Backlog = nil
	var err error
	in.Progress, err = state.text()
	require.NoError(t, err)

	s := simulateMap(t, fake, Options{})
	result := func(number int) wire.ShardResult {
		return wire.ShardResult{Number: number, Items: wire.Counts{Succeeded: 50}}
	}
	s.RegisterDelayedCallback(func() {
		s.SignalWorkflow(wire.ShardSignal, result(1))
		s.SignalWorkflow(wire.ShardSignal, result(1))
		assert.Equal(t, int64(50), s.describe().Running)
	}, time.Second)
	s.RegisterDelayedCallback(func() { s.SignalWorkflow(wire.ShardSignal, result(0)) }, time.Minute)
	s.run(in)
	require.NoError(t, s.GetWorkflowError())
	assert.Equal(t, wire.Counts{Succeeded: 100}, s.describe().Items)
	assert.Zero(t, fake.pages, "planning had ended in the first run")
}

func TestMapRunDetails(t *testing.T) {
	text := details(wire.MapRunDescription{
		Status: machine.Running, Leaf: program.PackedShard, Total: 1_000, Running: 100,
		Items: wire.Counts{Succeeded: 290, Failed: 10, Pending: 600}, Shards: 10, ShardsDone: 3,
	})
	assert.Contains(t, text, "**RUNNING**: 300 of 1000 items read so far, 3 of 10 shards (packed-shard)")
	assert.Contains(t, text, "| failed | 10 |")
}

// 100,000 shards have to fit into the input of the next run.
func TestStateOfManyShardsFits(t *testing.T) {
	s := mapRunState{Ref: &wire.SpecRef{Staging: "s3://bucket/run/"}}
	for n := range 100_000 {
		s.Parts = append(s.Parts, wire.Part{
			Category: wire.SucceededFile, Name: wire.PartName(n, 1, 0, wire.SucceededFile), Records: 500, Bytes: int64(200_000 + n*7919%90_000),
		})
	}
	text, err := s.text()
	require.NoError(t, err)
	payload, err := converter.GetDefaultDataConverter().ToPayload(wire.MapRun{Progress: text})
	require.NoError(t, err)
	assert.Less(t, len(payload.Data), wire.ValueLimit)
	back, err := loadMapRunState(wire.MapRun{Progress: text})
	require.NoError(t, err)
	assert.Equal(t, s, back)
}

// A shard of an earlier run that was terminated is missed after a while.
func TestMapRunMissesInheritedShards(t *testing.T) {
	fake := newMapFake(100, 50)
	in := mapInput(t, program.PackedShard, testTask)
	state := mapRunState{}
	state.planned(wire.Plan{Ref: wire.SpecRef{Staging: fake.staging}, Sizes: []int64{50, 50}})
	for _, shard := range state.Backlog {
		state.Running = append(state.Running, &runningShard{waitingShard: shard, Share: 25, Started: true})
	}
	state.Backlog = nil
	var err error
	in.Progress, err = state.text()
	require.NoError(t, err)

	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(silent{})
	s := &mapSimulation{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t}
	s.SetTestTimeout(time.Minute)
	fake.register(s, Options{})
	s.OnRequestCancelExternalWorkflow(mock.Anything, mock.Anything, mock.Anything).Return(func(_, id, _ string) error {
		s.SignalWorkflow(wire.ShardSignal, wire.ShardResult{Number: 0, Items: wire.Counts{Aborted: 50}})
		return nil
	})
	s.signals = s.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).
		Return(func(_, id, _, signal string, argument any) error {
			switch {
			case signal == wire.OutcomeSignal:
				s.reported = append(s.reported, decoded[wire.OutcomeReport](t, argument))
			case strings.HasSuffix(id, "/shard-1"):
				return &temporal.UnknownExternalWorkflowExecutionError{}
			}
			return nil
		})
	report := s.run(in)
	assert.Equal(t, "Shard 1 of the Map Run (items 50-99) ended without a report.", report.Outcome.Failure.Cause.Text())
	assert.Equal(t, wire.Counts{Aborted: 50, Pending: 50}, s.describe().Items)
}
