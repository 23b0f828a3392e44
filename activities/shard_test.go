package activities

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// A worker that is lost after a segment costs at most what came after it.
func TestShardGoesOn(t *testing.T) {
	for _, share := range []int64{1, 8} {
		t.Run(fmt.Sprintf("share %d", share), func(t *testing.T) {
			store := memory()
			put(t, store, "a.csv", orders(1000))
			m := newMapTest(t, store, csvReader+writer, calls, `{}`)
			m.maps.SegmentBytes = 20_000
			ref, shards := m.plan()
			require.Len(t, shards, 1)
			in := m.input(shards[0])
			in.Share = share
			ran := &ledger{runs: map[string]int{}}
			m.maps.Caller = ran

			// The first attempt loses the store after some segments, and its
			// worker stops.
			lost := errors.New("connection lost")
			stop := make(chan struct{})
			puts := 0
			store.Fail = func(method string, at objects.Location) error {
				if method == "Put" && strings.Contains(at.Key, "/parts/") {
					if puts++; puts == 6 {
						close(stop)
					}
					if puts > 5 {
						return lost
					}
				}
				return nil
			}
			first, err := m.maps.newShardRun(t.Context(), in)
			require.NoError(t, err)
			first.stop = stop
			require.ErrorIs(t, first.execute(t.Context()), lost)
			store.Fail = nil
			saved := travel(t, *first.saved.Load())
			done := saved.Done.len()
			require.Positive(t, done)

			second, err := m.maps.newShardRun(t.Context(), in)
			require.NoError(t, err)
			second.attempt = 2
			second.resume(saved)
			require.NoError(t, second.execute(t.Context()))
			result, err := m.maps.shardResult(second, in, nil)
			require.NoError(t, err)
			assert.EqualValues(t, 1000, result.Items.Total())
			assert.Less(t, ran.twice(), 600, "what was written is not run again")

			_, err = m.maps.results(t.Context(), wire.ResultsInput{Ref: ref, Parts: result.Parts, Status: machine.Succeeded})
			require.NoError(t, err)
			all := m.records("jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/", wire.SucceededFile)
			ids := map[string]bool{}
			for _, r := range all {
				ids[r.Get("Input").Text()] = true
			}
			assert.Equal(t, 1000, len(all))
			assert.Equal(t, 1000, len(ids))
		})
	}
}

// A store that is away for a while costs no call: what has run is written when
// it is back.
func TestShardWaitsForTheStore(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(1000))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	m.maps.SegmentBytes, m.maps.Pause = 20_000, time.Millisecond
	_, shards := m.plan()
	ran := &ledger{runs: map[string]int{}}
	m.maps.Caller = ran
	refused := 0
	store.Fail = func(method string, at objects.Location) error {
		if method == "Put" && strings.Contains(at.Key, "/parts/") && refused < 5 {
			refused++
			return errors.New("503")
		}
		return nil
	}
	r, err := m.maps.newShardRun(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	require.NoError(t, r.execute(t.Context()))
	assert.Equal(t, 5, refused)
	assert.Zero(t, ran.twice())
	records := int64(0)
	for _, part := range r.now.Result.Parts {
		records += part.Records
	}
	assert.EqualValues(t, 1000, records)
}

// A shard that runs for long writes what it has although no segment is full, so
// that a lost worker costs no more than the last of it.
func TestShardSavesFromTimeToTime(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(200))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	m.maps.SaveEvery = 5 * time.Millisecond
	_, shards := m.plan()
	var r *shardRun
	saved := make(chan struct{})
	m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		if r.saved.Load() != nil {
			select {
			case <-saved:
			default:
				close(saved)
			}
		}
		time.Sleep(time.Millisecond)
		return succeeded(call.Input)
	})
	in := m.input(shards[0])
	in.Share = 1
	var err error
	r, err = m.maps.newShardRun(t.Context(), in)
	require.NoError(t, err)
	require.NoError(t, r.execute(t.Context()))
	select {
	case <-saved:
	default:
		assert.Fail(t, "nothing was saved before the end")
	}
	parts := r.now.Result.Parts
	assert.Greater(t, len(parts), 2)
	assert.Less(t, len(parts), 60, "parts get rarer")
}

// ledger is a Caller that counts its calls by input.
type ledger struct {
	mu   sync.Mutex
	runs map[string]int
}

func (l *ledger) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.runs[call.Input.String()]++
	return succeeded(call.Input)
}

func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.runs)
}

func (l *ledger) twice() (n int) {
	for _, runs := range l.runs {
		if runs > 1 {
			n++
		}
	}
	return n
}

// blocked is a Caller whose calls last until they are not wanted any more; it
// counts how many ran at once.
type blocked struct {
	now, most atomic.Int64
	started   chan struct{}
}

func (b *blocked) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	if n := b.now.Add(1); n > b.most.Load() {
		b.most.Store(n)
	}
	defer b.now.Add(-1)
	b.started <- struct{}{}
	<-ctx.Done()
	return failed(machine.Fault("Cancelled", ""))
}

// A shard that is cancelled records what ran as aborted and the rest as pending.
func TestShardCancelled(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	caller := &blocked{started: make(chan struct{}, 100)}
	m.maps.Caller = caller
	_, shards := m.plan()
	in := m.input(shards[0])
	in.Share = 5
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for range 5 {
			<-caller.started
		}
		cancel()
	}()
	result, err := m.runShard(ctx, in)
	require.NoError(t, err)
	assert.Equal(t, wire.Counts{Aborted: 5, Pending: 95}, result.Items)
	assert.EqualValues(t, 5, caller.most.Load(), "no more than Share at once")
	assert.Len(t, result.Parts, 2)
}

// A stopping worker lets items end, and hands back the rest.
func TestShardHandedBack(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	in := m.input(shards[0])
	in.Share = 1
	r, err := m.maps.newShardRun(t.Context(), in)
	require.NoError(t, err)
	stop := make(chan struct{})
	r.stop = stop
	n := 0
	m.maps.Caller = callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
		if n++; n == 10 {
			close(stop)
			for r.ending(ctx) == endNone {
				time.Sleep(time.Millisecond)
			}
		}
		return succeeded(call.Input)
	})
	var app *temporal.ApplicationError
	require.ErrorAs(t, r.execute(t.Context()), &app)
	assert.Equal(t, handedBack, app.Type())
	assert.EqualValues(t, 10, r.saved.Load().Done.len())
}

// Faults of a shard fail the map run; what ran before them counts.
func TestShardFaults(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", "1\n2\n{\n4\n")
	reader := strings.Replace(strings.Replace(csvReader, `"CSV"`, `"JSONL"`, 1), `,"CSVHeaderLocation":"FIRST_ROW"`, "", 1)
	m := newMapTest(t, store, reader+writer, passes, `{}`)
	_, shards := m.plan()
	result, err := m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	assert.Equal(t, machine.ErrorItemReaderFailed, result.Failure.Name())
	assert.Contains(t, result.Failure.Cause.Text(), "Item 2, at byte 4")
	assert.Equal(t, wire.Counts{Succeeded: 2}, result.Items)
	assert.Equal(t, []wire.Stretch{{From: 2, To: 4}}, result.Left)
	assert.Len(t, result.Parts, 1)

	m = newMapTest(t, store, `,"ItemSelector":{"x.$":"$$.Map.Item.Value.none"}`+writer, passes, `[{}]`)
	_, shards = m.plan()
	result, err = m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	assert.Equal(t, machine.ErrorRuntime, result.Failure.Name())
}

// The activity goes on from its heartbeat details.
func TestRunShardActivity(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(1000))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	before := progress{Segment: 3, Result: wire.ShardResult{
		Items: wire.Counts{Succeeded: 700}, Executions: wire.Counts{Succeeded: 700},
		Parts: []wire.Part{{Category: wire.SucceededFile, Name: "0/1-2-SUCCEEDED", Records: 700, Bytes: 1}}}}
	before.Done.add(0, 700)
	ran := &ledger{runs: map[string]int{}}
	m.maps.Caller = ran
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivityWithOptions(m.maps.RunShard, activity.RegisterOptions{Name: wire.ExpressShardActivity})
	env.SetHeartbeatDetails(before)
	encoded, err := env.ExecuteActivity(wire.ExpressShardActivity, m.input(shards[0]))
	require.NoError(t, err)
	var result wire.ShardResult
	require.NoError(t, encoded.Get(&result))
	assert.Equal(t, wire.Counts{Succeeded: 1000}, result.Items)
	assert.Len(t, ran.runs, 300)
	require.Len(t, result.Parts, 2)
	assert.Equal(t, "0/1-3-SUCCEEDED", result.Parts[1].Name)
}

func TestItemSet(t *testing.T) {
	var s itemSet
	for place := range int64(1000) {
		if place%7 != 3 {
			s.add(place, 1)
		}
	}
	assert.EqualValues(t, 857, s.len())
	for place := range int64(1000) {
		assert.Equal(t, place%7 != 3, s.has(place))
	}
	for place := int64(3); place < 1000; place += 7 {
		s.add(place, 1)
	}
	assert.EqualValues(t, 1000, s.len())
	assert.LessOrEqual(t, len(s.Words), 1)
	assert.False(t, s.has(1000))
	assert.Equal(t, s, travel(t, s))
}

// BenchmarkShard runs items of a Choice and a Pass.
func BenchmarkShard(b *testing.B) { benchmarkShard(b, nil) }

func benchmarkShard(b *testing.B, states func(string, StateEnd, int64)) {
	store := memory()
	var csv bytes.Buffer
	csv.WriteString("id,customer,amount,country\n")
	const rows = 20_000
	for i := range rows {
		fmt.Fprintf(&csv, "%d,ALFKI,%d.50,DE\n", i, i%100)
	}
	put(b, store, "a.csv", csv.String())
	m := newMapTest(b, store, csvReader+writer, `{"First":{"Type":"Choice","Choices":[{"Variable":"$.country","StringEquals":"FR","Next":"French"}],"Default":"Other"},
		"French":{"Type":"Pass","Result":"fr","ResultPath":"$.kind","End":true},"Other":{"Type":"Pass","Result":"other","ResultPath":"$.kind","End":true}}`, `{}`)
	m.maps.States = states
	_, shards := m.plan()
	b.ReportAllocs()
	for b.Loop() {
		m.runAll(shards)
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "items/s")
}
