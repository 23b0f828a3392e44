package activities

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Which attempts count as lost, and what for.
func TestCareFollows(t *testing.T) {
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	levels := []span{{0, 100}}
	under := &chunk{span: span{10, 20}, Began: began}
	alone := &chunk{span: span{10, 11}, Alone: true, Began: began}
	for name, c := range map[string]struct {
		told     care
		attempt  int
		done     int64
		outlived bool
		want     care
		due      bool
	}{
		"the first attempt has told nothing":   {attempt: 2, want: care{Attempt: 2, Lost: 1, Idle: 1}},
		"it has come further":                  {attempt: 2, done: 5, want: care{Attempt: 2, Lost: 1, Done: 5}},
		"two have told nothing":                {attempt: 3, want: care{Attempt: 3, Lost: 2, Idle: 2}, due: true},
		"one of two has come further":          {attempt: 3, done: 5, want: care{Attempt: 3, Lost: 2, Idle: 1, Done: 5}},
		"three that came further":              {told: care{Attempt: 3, Lost: 2, Done: 5}, attempt: 4, done: 9, want: care{Attempt: 4, Lost: 3, Done: 9}, due: true},
		"it came to an end":                    {told: care{Attempt: 1, Ended: true}, attempt: 2, want: care{Attempt: 2}},
		"it came to an end before it began":    {told: care{Excused: 1}, attempt: 2, want: care{Attempt: 2}},
		"one was lost, one has not begun":      {told: care{Attempt: 2, Lost: 1, Idle: 1, Excused: 1}, attempt: 4, want: care{Attempt: 4, Lost: 2, Idle: 2}, due: true},
		"it is alive":                          {attempt: 2, outlived: true, want: care{Attempt: 2}},
		"one was lost, and one came to an end": {told: care{Attempt: 2, Lost: 1, Idle: 1, Ended: true}, attempt: 3, want: care{Attempt: 3, Lost: 1, Idle: 1}},
		"it was reset":                         {told: care{Attempt: 9, Lost: 7, Careful: true, Levels: levels, Under: under}, attempt: 2, want: care{Attempt: 2, Lost: 1, Idle: 1}},
		"over a chunk": {told: care{Attempt: 4, Lost: 2, Careful: true, Levels: levels, Under: under}, attempt: 5,
			want: care{Attempt: 5, Lost: 3, Idle: 1, Careful: true, Levels: []span{{0, 100}, {10, 20}}}},
		"over a chunk, and once more before it told": {told: care{Attempt: 4, Lost: 2, Careful: true, Levels: levels, Under: under}, attempt: 6,
			want: care{Attempt: 6, Lost: 4, Idle: 2, Careful: true, Levels: []span{{0, 100}, {10, 20}}}},
		"over a chunk that it came to an end with": {told: care{Attempt: 4, Careful: true, Levels: levels, Under: under, Ended: true}, attempt: 5,
			want: care{Attempt: 5, Careful: true, Levels: levels}},
		"over a chunk, and it is alive": {told: care{Attempt: 4, Careful: true, Levels: levels, Under: under}, attempt: 5, outlived: true,
			want: care{Attempt: 5, Careful: true, Levels: levels}},
		"after the chunk": {told: care{Attempt: 4, Lost: 2, Done: 10, Careful: true, Levels: levels, Under: under}, attempt: 5, done: 20,
			want: care{Attempt: 5, Lost: 3, Done: 20, Careful: true, Levels: levels}},
		"over one alone": {told: care{Attempt: 4, Lost: 2, Done: 10, Careful: true, Levels: levels, Under: alone}, attempt: 5, done: 10,
			want: care{Attempt: 5, Lost: 3, Idle: 1, Done: 10, Careful: true, Levels: []span{{0, 100}, {10, 11}}, Suspects: []suspect{{10, []int{4}, began}}}},
		"over it again": {told: care{Attempt: 5, Lost: 3, Done: 10, Careful: true, Levels: []span{{0, 100}, {10, 11}}, Under: alone, Suspects: []suspect{{10, []int{4}, began}}}, attempt: 6, done: 10,
			want: care{Attempt: 6, Lost: 4, Idle: 1, Done: 10, Careful: true, Levels: []span{{0, 100}, {10, 11}}, Suspects: []suspect{{10, []int{4, 5}, began}}}},
		"over another one, and the suspect is done": {told: care{Attempt: 5, Lost: 3, Done: 10, Careful: true, Levels: levels, Under: &chunk{span{30, 31}, true, began}, Suspects: []suspect{{9, []int{4}, began}}}, attempt: 6, done: 10,
			want: care{Attempt: 6, Lost: 4, Idle: 1, Done: 10, Careful: true, Levels: []span{{0, 100}, {30, 31}}, Suspects: []suspect{{30, []int{5}, began}}}},
	} {
		t.Run(name, func(t *testing.T) {
			var done itemSet
			done.add(0, c.done)
			before := travel(t, c.told)
			got := c.told.following(c.attempt, &done, c.outlived)
			assert.Equal(t, travel(t, c.want), travel(t, got))
			assert.Equal(t, c.due, got.due())
			assert.Equal(t, before, travel(t, c.told), "what was told stays")
		})
	}
}

// What stands in heartbeat details stays readable: members may be added, and
// nothing else.
func TestCareTravels(t *testing.T) {
	text, err := json.Marshal(care{Attempt: 5, Ended: true, Excused: 1, Lost: 3, Idle: 1, Done: 10, Careful: true, Levels: []span{{0, 100}},
		Under:    &chunk{span{30, 31}, true, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		Suspects: []suspect{{9, []int{4}, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"attempt":5,"ended":true,"excused":1,"lost":3,"idle":1,"done":10,"careful":true,"levels":[{"from":0,"to":100}],
		"under":{"from":30,"to":31,"alone":true,"began":"2026-01-02T03:04:05Z"},"suspects":[{"place":9,"lost":[4],"since":"2026-01-02T03:04:05Z"}]}`, string(text))
}

// An attempt that has lost contact to Temporal and lives is not held against the
// item that it ran.
func TestSurvivorsAcquit(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	attempt := func(n int) *shardRun {
		r, err := m.maps.newShardRun(t.Context(), m.input(shards[0]))
		require.NoError(t, err)
		r.attempt = n
		return r
	}
	told := heard{care: care{Attempt: 8, Lost: 6, Careful: true, Levels: []span{{0, 100}}, Under: &chunk{span: span{7, 8}, Alone: true},
		Suspects: []suspect{{Place: 7, Lost: []int{6, 7}}}}}

	alive := attempt(7)
	require.NoError(t, alive.goOn(t.Context(), heard{care: care{Attempt: 6, Careful: true}}))
	ctx, lose := context.WithCancelCause(t.Context())
	assert.False(t, alive.lostContact(ctx))
	lose(serviceerror.NewNotFound("the attempt has timed out"))
	require.True(t, alive.lostContact(ctx))
	alive.part(ctx)

	acquitted := attempt(9)
	require.NoError(t, acquitted.goOn(t.Context(), told))
	assert.Equal(t, []int{6, 8}, acquitted.care.suspected(7).Lost)
	assert.Nil(t, acquitted.verdict(wire.ItemInput{First: 7}))

	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(temporal.NewCanceledError())
	assert.False(t, alive.lostContact(cancelled), "nobody lost anything")
	require.NoError(t, m.maps.Store.Empty(t.Context(), alive.run.place.Survivors(0)))
	blamed := attempt(9)
	require.NoError(t, blamed.goOn(t.Context(), told))
	require.NotNil(t, blamed.verdict(wire.ItemInput{First: 7}))
	assert.Equal(t, machine.Failed, blamed.verdict(wire.ItemInput{First: 7}).Status)
	assert.Nil(t, blamed.verdict(wire.ItemInput{First: 8}))

	store.Fail = func(method string, at objects.Location) error {
		if strings.Contains(at.Key, "/alive/") {
			return errors.New("503")
		}
		return nil
	}
	require.Error(t, attempt(9).goOn(t.Context(), told), "nobody is blamed while they cannot be asked")
}

// beats runs the activity and gives its heartbeats.
func beats(t *testing.T, m *mapTest, in wire.ShardInput) (all []converter.EncodedValues, err error) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivityWithOptions(m.maps.RunShard, activity.RegisterOptions{Name: wire.ExpressShardActivity})
	env.SetOnActivityHeartbeatListener(func(_ *activity.Info, details converter.EncodedValues) { all = append(all, details) })
	_, err = env.ExecuteActivity(wire.ExpressShardActivity, in)
	return all, err
}

// The first attempt says nothing of care, unless it comes to an end that is not its
// worker's.
func TestAttemptsTellOfTheirEnd(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	var p progress
	var counts wire.ShardCounts
	var c care

	all, err := beats(t, m, m.input(shards[0]))
	require.NoError(t, err)
	require.NotEmpty(t, all)
	for _, details := range all {
		var c json.RawMessage
		require.NoError(t, details.Get(&p, &counts, &c))
		assert.Nil(t, c)
	}

	away := errors.New("503")
	store.Fail = func(method string, at objects.Location) error {
		if strings.Contains(at.Key, "/journal/") || method == "Put" {
			return nil
		}
		return away
	}
	m.maps = NewMaps(m.maps.MapDependencies)
	all, err = beats(t, m, m.input(shards[0]))
	require.ErrorContains(t, err, "503")
	require.Len(t, all, 1)
	require.NoError(t, all[0].Get(&p, &counts, &c))
	assert.Equal(t, care{Excused: 1}, c)
}

// One execution has a process for itself.
func TestWardKeepsOthersStill(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(10))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	shard := func(number int) *shardRun {
		ref := shards[0]
		ref.Number = number
		r, err := m.maps.newShardRun(t.Context(), wire.ShardInput{Shard: ref, MapRunID: "orders/Each:1", Share: 2, Tolerate: -1})
		require.NoError(t, err)
		r.hold = func() time.Duration { return 0 }
		t.Cleanup(m.maps.ward.join(&r.guest))
		return r
	}
	w := &m.maps.ward
	one, two, other := shard(0), shard(1), shard(2)
	assert.True(t, w.has(one.in, 1))
	assert.False(t, w.has(one.in, 2))
	other.enter(t.Context(), 1)
	took := make(chan func())
	for _, r := range []*shardRun{one, two} {
		r.enter(t.Context(), 1)
		go func() { took <- w.take(t.Context(), &r.guest) }()
	}
	select {
	case <-took:
		assert.Fail(t, "another shard runs something")
	case <-time.After(5 * wardPause):
	}
	other.gate.leave()
	leave := <-took
	entered := make(chan struct{})
	go func() { other.enter(t.Context(), 1); close(entered) }()
	select {
	case <-took:
		assert.Fail(t, "two at once")
	case <-entered:
		assert.Fail(t, "others go on")
	case <-time.After(5 * wardPause):
	}
	patient := w.patient.Load()
	leave()
	patient.shard.gate.leave()
	select { // whichever is first lets the other one
	case leave := <-took:
		w.patient.Load().shard.gate.leave()
		leave()
		<-entered
	case <-entered:
		other.gate.leave()
		(<-took)()
	}
	assert.Nil(t, w.patient.Load())

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	other.gate.force()
	w.take(ended, &one.guest)()
	assert.Nil(t, w.patient.Load())
}
