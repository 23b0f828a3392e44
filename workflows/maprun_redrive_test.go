package workflows

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// ranOf gives how often items were run: express shards count that, the Calls of
// others tell.
func (f *mapFake) ranOf(leaf program.LeafKind) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	if leaf == program.ExpressBatch {
		for _, times := range f.ran {
			n += times
		}
		return n
	}
	for _, times := range f.calls {
		n += times
	}
	return n
}

// next gives a fake with the same source and the same files, which counts anew:
// activities that were cancelled may still be at work in the one before.
func (f *mapFake) next() *mapFake {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := newMapFake(f.items, f.shardItems)
	n.chunkItems, n.pageShards, n.staging, n.fails = f.chunkItems, f.pageShards, f.staging, f.fails
	n.writeFault, n.breaks, n.planned = f.writeFault, f.breaks, f.planned
	maps.Copy(n.written, f.written)
	maps.Copy(n.rest, f.rest)
	return n
}

func redrivableInput(t *testing.T, leaf program.LeafKind) wire.MapRun {
	in := mapInput(t, leaf, testTask)
	in.Spec.Run.MaxConcurrency, in.Redrivable = 50, true
	in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 2}
	return in
}

// redrive runs what a Map Run that has ended has left.
func (s *mapSimulation) redrive(in wire.MapRun, fake *mapFake) (*mapSimulation, wire.OutcomeReport) {
	rest := s.left()
	require.Empty(s.t, rest.Reason)
	require.False(s.t, rest.Replaced)
	in.Progress = rest.Progress
	in.Spec.Run.Redrives++
	next := simulateMap(s.t, fake, Options{})
	return next, next.run(in)
}

// TestRedriveOfItems lets too many items fail, twice, and then none: no item runs
// again that succeeded, and none is left out.
func TestRedriveOfItems(t *testing.T) {
	for _, leaf := range leaves() {
		for _, staging := range []string{"s3://bucket/run/", ""} {
			t.Run(string(leaf)+staging, func(t *testing.T) {
				items := int64(430)
				if leaf == program.ChildWorkflow {
					items = 110
				}
				fake := newMapFake(items, 50)
				fake.staging, fake.fails, fake.pageShards = staging, every(20), 2
				in := redrivableInput(t, leaf)
				s := simulateMap(t, fake, Options{})
				report := s.run(in)
				require.Equal(t, machine.ErrorExceedTolerance, report.Outcome.Failure.Name())
				first := s.describe().Items
				require.Positive(t, first.Pending+first.Aborted)

				fake = fake.next()
				fake.fails = every(40)
				s, report = s.redrive(in, fake)
				require.Equal(t, machine.ErrorExceedTolerance, report.Outcome.Failure.Name())
				second := s.describe()
				assert.GreaterOrEqual(t, second.Items.Succeeded, first.Succeeded)
				assert.EqualValues(t, 1, second.RedriveCount)
				assert.Zero(t, second.Items.PendingRedrive, "nothing waits any more")
				assert.Equal(t, second.Total, second.Items.Total(), "each item is counted once")

				in.Spec.Run.Redrives = 1
				fake = fake.next()
				fake.fails = nil
				s, report = s.redrive(in, fake)
				require.Nil(t, report.Outcome.Failure)
				d := s.describe()
				assert.Equal(t, wire.Counts{Succeeded: items}, d.Items)
				assert.Equal(t, wire.Counts{Succeeded: items}, d.Executions)
				assert.EqualValues(t, items-second.Items.Succeeded, fake.ranOf(leaf), "only those that had not succeeded run")
				if staging != "" {
					assert.Equal(t, fmt.Sprint(items), report.Outcome.Output.String(), "all are in the results, once")
					return
				}
				require.EqualValues(t, items, report.Outcome.Output.Len())
				for i := range int(items) {
					n, _ := report.Outcome.Output.At(i).Int()
					if leaf != program.ExpressBatch {
						n /= 2
					}
					require.EqualValues(t, i, n, "the order of items")
				}
			})
		}
	}
}

// TestRedriveAfterTheSourceBroke goes on from the item that could not be read.
func TestRedriveAfterTheSourceBroke(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(120, 40)
			fake.chunkItems, fake.breaks = 7, func(item int64) bool { return item == 65 }
			in := redrivableInput(t, leaf)
			s := simulateMap(t, fake, Options{})
			require.Equal(t, machine.ErrorItemReaderFailed, s.run(in).Outcome.Failure.Name())
			fake = fake.next()
			fake.breaks = nil
			was := s.describe().Items
			s, report := s.redrive(in, fake)
			require.Nil(t, report.Outcome.Failure)
			assert.Equal(t, "120", report.Outcome.Output.String())
			assert.EqualValues(t, 120-was.Succeeded, fake.ranOf(leaf))
			assert.Equal(t, wire.Counts{Succeeded: 120}, s.describe().Items)
		})
	}
}

// TestRedriveAfterTheBucketWasGone writes what could not be written: items that
// had ended do not run again.
func TestRedriveAfterTheBucketWasGone(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(120, 40)
			fake.fails = every(60)
			fake.writeFault = func(in wire.WriteInput) error {
				if in.Shard.Number == 1 {
					return temporal.NewNonRetryableApplicationError("no such bucket", machine.ErrorResultWriterFailed, nil)
				}
				return nil
			}
			in := redrivableInput(t, leaf)
			s := simulateMap(t, fake, Options{})
			require.Equal(t, machine.ErrorResultWriterFailed, s.run(in).Outcome.Failure.Name())
			was := s.describe().Items

			fake = fake.next()
			fake.writeFault, fake.fails = nil, nil
			s, report := s.redrive(in, fake)
			require.Nil(t, report.Outcome.Failure)
			assert.Equal(t, "120", report.Outcome.Output.String())
			assert.EqualValues(t, 120-was.Succeeded, fake.ranOf(leaf), "what succeeded does not run again, not even what could not be written")
			assert.Equal(t, wire.Counts{Succeeded: 120}, s.describe().Items)
		})
	}
}

// testSlow is an item that takes a minute, and then calls.
const testSlow = `{"StartAt": "Rest", "States": {"Rest": {"Type": "Wait", "Seconds": 60, "Next": "Work"},
	"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}`

// TestRedriveByAnUpdate puts an item back while the Map Run goes on: it goes on
// from the state that failed.
func TestRedriveByAnUpdate(t *testing.T) {
	for _, leaf := range workflowLeaves() {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(200, 50)
			fake.fails = every(1_000)
			in := mapInput(t, leaf, testSlow)
			in.Spec.Run.MaxConcurrency, in.Redrivable = 50, true
			in.Spec.Run.Tolerance = machine.Tolerance{HasCount: true, Count: 2}
			s := simulateMap(t, fake, Options{})
			var before, waiting wire.MapRunDescription
			early := s.updateAt(time.Second, wire.MapRunUpdate{Redrive: true})
			s.RegisterDelayedCallback(func() {
				before = s.describe()
				fake.mu.Lock()
				fake.fails = nil
				fake.mu.Unlock()
			}, 149*time.Second)
			paused := s.updateAt(150*time.Second, wire.MapRunUpdate{Redrive: true, Paused: new(true)})
			twice := s.updateAt(151*time.Second, wire.MapRunUpdate{Redrive: true})
			s.RegisterDelayedCallback(func() { waiting = s.describe() }, 10*time.Minute)
			s.updateAt(11*time.Minute, wire.MapRunUpdate{Paused: new(false)})
			report := s.run(in)
			require.Nil(t, report.Outcome.Failure)
			assert.ErrorContains(t, early.err, "no items that did not succeed", "nothing has failed yet")
			require.NoError(t, paused.err)
			assert.True(t, paused.accepted)
			assert.ErrorContains(t, twice.err, "no items that did not succeed", "it waits already")
			assert.EqualValues(t, 1, before.Items.Failed)
			assert.EqualValues(t, 1, before.Redrivable)
			assert.Zero(t, waiting.Items.Failed)
			assert.EqualValues(t, 1, waiting.Items.PendingRedrive)
			assert.EqualValues(t, 1, waiting.Executions.PendingRedrive)
			assert.Len(t, waiting.WaitingRedrive, 1)
			assert.EqualValues(t, 200, waiting.Items.Total()+waiting.Running)
			assert.Equal(t, wire.Counts{Succeeded: 200}, s.describe().Items)
			assert.Equal(t, 201, fake.ranOf(leaf))
			records := map[int64][]wire.Record{}
			for _, written := range fake.written {
				for _, r := range written {
					records[r.First] = append(records[r.First], r)
				}
			}
			for _, r := range records[0] {
				if r.Ended.Status == machine.Succeeded {
					assert.Equal(t, 1, r.Redrives)
					assert.Greater(t, r.Ended.Stopped.Sub(r.Ended.Started), 9*time.Minute, "it is the same execution")
				}
			}
			require.Len(t, records[0], 2)
		})
	}
}
