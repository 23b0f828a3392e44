package activities

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// mailbox takes notices to shards.
type mailbox struct {
	mu   sync.Mutex
	took []wire.ShardRun
	last wire.CircuitReport
	err  error
}

func (m *mailbox) tell(_ context.Context, shard wire.ShardRun, report wire.CircuitReport) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took, m.last = append(m.took, shard), report
	return m.err
}

func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.took)
}

// itemTask performs a Task of an item of the shard.
func itemTask(t *testing.T, services *Services, notices *shardNotices, shard wire.ShardRun) error {
	run := &tasks{caller: services, notices: notices}
	s := &server{t: t, run: func(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
		return run.perform(ctx, task, shard)
	}}
	_, err := s.next(taskWith())
	return err
}

// However many items of a shard are held, each shard is told once, whether they
// wait or fail; others than items tell nobody.
func TestShardIsToldOnce(t *testing.T) {
	const open = 40 * time.Second
	for name, wait := range map[string]bool{"wait": true, "fail": false} {
		t.Run(name, func(t *testing.T) {
			u, box := &unsteady{}, &mailbox{}
			notices, services := &shardNotices{tell: box.tell}, guarded(wait, open, u.call)
			shards := []wire.ShardRun{{ID: "a", RunID: "1"}, {ID: "a", RunID: "2"}, {ID: "b", RunID: "1"}}
			trip(t, services)
			require.Error(t, itemTask(t, services, notices, wire.ShardRun{}))
			assert.Zero(t, box.count())
			var items sync.WaitGroup
			for i := range 60 {
				items.Go(func() { assert.Error(t, itemTask(t, services, notices, shards[i%3])) })
			}
			items.Wait()
			assert.ElementsMatch(t, shards, box.took)
			assert.WithinDuration(t, time.Now().Add(open), box.last.Until, open/4)
			assert.EqualValues(t, 3, u.calls.Load())
		})
	}
}

// The Call that opens the circuit tells as well: there may be no other.
func TestShardIsToldByTheFailureThatOpens(t *testing.T) {
	u, box := &unsteady{}, &mailbox{}
	notices, services := &shardNotices{tell: box.tell}, guarded(true, time.Minute, u.call)
	for i := range 3 {
		assert.Zero(t, box.count(), i)
		require.Error(t, itemTask(t, services, notices, wire.ShardRun{ID: "a"}))
	}
	assert.Equal(t, 1, box.count())

	u.healthy.Store(true)
	box = &mailbox{}
	notices.tell = box.tell
	require.NoError(t, itemTask(t, guarded(true, time.Minute, u.call), notices, wire.ShardRun{ID: "b"}))
	assert.Zero(t, box.count(), "it works")
}

// A shard is told for longer and longer while nothing goes through, and hardly
// ever while a service is away for days.
func TestShardIsToldMoreAndMoreRarely(t *testing.T) {
	const open = 30 * time.Second
	group := breaker.New(breaker.Settings{Threshold: breaker.Threshold{InARow: 1}, Open: open, Probes: 1})
	one, other := group.Of("one"), group.Of("other")
	n, shard := &shardNotices{}, wire.ShardRun{ID: "a"}
	began := time.Now()
	now := began
	next := func(c *breaker.Circuit, wait time.Duration) time.Duration {
		hold, due := n.next(shardCall{shard: shard, circuit: c}, wait, now)
		require.Equal(t, due, hold > 0)
		return hold
	}
	var holds []string
	for range 7 {
		hold := next(one, open)
		holds = append(holds, fmt.Sprint(hold))
		now = now.Add(hold - time.Millisecond)
		assert.Zero(t, next(one, open), "it holds")
		assert.Zero(t, next(other, open), "for another reason too")
		now = now.Add(time.Second)
	}
	assert.Equal(t, []string{"30s", "1m0s", "2m0s", "4m0s", "5m0s", "5m0s", "5m0s"}, holds)

	for range 24 * 60 * 2 {
		if hold := next(one, open); hold > 0 {
			holds = append(holds, "")
		}
		now = now.Add(30 * time.Second)
	}
	assert.LessOrEqual(t, len(holds), 7+24*12)

	now = now.Add(longestNotice)
	n.works(shardCall{shard: shard, circuit: other})
	assert.Equal(t, longestNotice, next(one, open))
	n.works(shardCall{shard: shard, circuit: one})
	now = now.Add(longestNotice)
	assert.Equal(t, leastNotice, next(one, time.Second), "a moment, for few are let through")
	now = now.Add(time.Minute)
	assert.Equal(t, open, next(other, open), "another one")
	now = now.Add(time.Minute)
	assert.Equal(t, time.Hour, next(other, time.Hour), "what the circuit asks for")
	assert.Zero(t, next(other, 0))
}

// What is known of shards is forgotten some time after these have been told.
func TestNoticesAreForgotten(t *testing.T) {
	c := breaker.New(breaker.Settings{Open: time.Second, Probes: 1}).Of("r")
	n, now := &shardNotices{}, time.Now()
	for i := range 1_000 {
		_, due := n.next(shardCall{shard: wire.ShardRun{ID: fmt.Sprint(i)}, circuit: c}, time.Second, now)
		require.True(t, due)
	}
	assert.Len(t, n.of, 1_000)
	n.next(shardCall{shard: wire.ShardRun{ID: "late"}, circuit: c}, time.Second, now.Add(2*longestNotice))
	assert.Len(t, n.of, 1)
}

// A notice that does not arrive is given again before long, and harms no Task.
func TestShardThatCannotBeTold(t *testing.T) {
	u, box := &unsteady{}, &mailbox{err: errors.New("gone")}
	notices, services := &shardNotices{tell: box.tell}, guarded(false, time.Hour, u.call)
	trip(t, services)
	shard := wire.ShardRun{ID: "a"}
	err := itemTask(t, services, notices, shard)
	assert.Equal(t, ErrorCircuitOpen, application(t, err).Type())
	require.Equal(t, 1, box.count())
	assert.WithinDuration(t, time.Now().Add(leastNotice), notices.of[shard].until, time.Second)
	notices.after(t.Context(), shardCall{shard: shard}, machine.Outcome{}, time.Second) // no circuit
	assert.Equal(t, 1, box.count())
}
