package activities

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// fakeCoordinator is a Map Run for express shards.
type fakeCoordinator struct {
	mu       sync.Mutex
	asked    int
	limits   []wire.ShardLimits
	held     []wire.HeldReport
	failures []wire.FailuresReport
}

func (f *fakeCoordinator) Limits(context.Context, string) ([]wire.ShardLimits, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.asked++; f.asked == 1 {
		return nil, errors.New("nobody answers the first time")
	}
	return f.limits, nil
}

func (f *fakeCoordinator) Tell(_ context.Context, _, signal string, report any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch r := report.(type) {
	case wire.HeldReport:
		f.held = append(f.held, r)
	case wire.FailuresReport:
		f.failures = append(f.failures, r)
	}
	return nil
}

func (f *fakeCoordinator) set(l wire.ShardLimits) {
	f.mu.Lock()
	f.limits = []wire.ShardLimits{l}
	f.mu.Unlock()
}

func (f *fakeCoordinator) lastHeld() (wire.HeldReport, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.held) == 0 {
		return wire.HeldReport{}, false
	}
	return f.held[len(f.held)-1], true
}

// slowly takes so long for each Call and fails the first one.
type slowly struct {
	takes           time.Duration
	running, starts atomic.Int64
}

func (s *slowly) Call(_ context.Context, _ express.Place, call machine.Call) machine.Outcome {
	s.running.Add(1)
	defer s.running.Add(-1)
	n := s.starts.Add(1)
	time.Sleep(s.takes)
	if n == 1 {
		return failed(machine.Fault("Bad", "the first"))
	}
	return succeeded(call.Input)
}

// A shard keeps to what its Map Run says while it runs, and tells how it stands.
func TestShardObeysItsMapRun(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(300))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	caller, by := &slowly{takes: 50 * time.Millisecond}, &fakeCoordinator{}
	m.maps.Caller, m.maps.Coordinator = caller, by
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(time.Minute)
	env.RegisterActivityWithOptions(m.maps.RunShard, activity.RegisterOptions{Name: wire.ExpressShardActivity})
	in := m.input(shards[0])
	in.Share, in.MapRunID = 4, "orders/Each:1"
	var result wire.ShardResult
	done := make(chan error, 1)
	go func() {
		encoded, err := env.ExecuteActivity(wire.ExpressShardActivity, in)
		if err == nil {
			err = encoded.Get(&result)
		}
		done <- err
	}()
	within := func(what string, holds func() bool) {
		t.Helper()
		require.Eventually(t, holds, 10*time.Second, 5*time.Millisecond, what)
	}
	within("it starts with the share of its input", func() bool { return caller.running.Load() == 4 })

	by.set(wire.ShardLimits{Number: 0, Order: 2, Share: 0, Tell: true, Tolerate: -1})
	within("it tells when nothing runs any more", func() bool {
		report, ok := by.lastHeld()
		return ok && report == wire.HeldReport{Order: 2}
	})
	stood := caller.starts.Load()
	time.Sleep(200 * time.Millisecond)
	assert.Equal(t, stood, caller.starts.Load(), "nothing starts")

	by.set(wire.ShardLimits{Number: 0, Order: 1, Share: 9, Tolerate: -1})
	time.Sleep(1200 * time.Millisecond)
	assert.Equal(t, stood, caller.starts.Load(), "what is older does not count")

	by.set(wire.ShardLimits{Number: 0, Order: 3, Share: 10, Tolerate: -1, Rate: machine.Rate{Every: 50 * time.Millisecond, Next: time.Now()}})
	within("it goes on", func() bool { return caller.starts.Load() > stood })
	begun, before := time.Now(), caller.starts.Load()
	time.Sleep(time.Second)
	assert.InDelta(t, time.Since(begun)/(50*time.Millisecond), caller.starts.Load()-before, 6, "at its rate")

	by.set(wire.ShardLimits{Number: 0, Order: 4, Share: 10, Tolerate: -1})
	within("more run", func() bool { return caller.running.Load() == 10 })
	require.NoError(t, <-done)
	assert.Equal(t, wire.Counts{Succeeded: 299, Failed: 1}, result.Items)
	by.mu.Lock()
	defer by.mu.Unlock()
	assert.Equal(t, []wire.FailuresReport{{Number: 0, Failed: 1}}, by.failures, "failures are told while it runs")
	assert.Empty(t, m.maps.coordinations.of, "nobody asks any more")
}

// A shard that waits for its turn ends when too many items have failed.
func TestShardThatIsPausedEnds(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(50))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	in := m.input(shards[0])
	in.Share = 0
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	result, err := m.runShard(ctx, in)
	require.NoError(t, err)
	assert.Equal(t, wire.Counts{Pending: 50}, result.Items)
}
