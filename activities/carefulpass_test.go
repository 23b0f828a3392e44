package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// fleet plays Temporal and the workers that it gives shards to, one worker at a
// time: when an item takes the worker down, all its shards are tried again.
type fleet struct {
	*mapTest
	share int64
	// poison reports which inputs take the worker down, and takes how long a call
	// lasts until it does what it does.
	poison func(input string) bool
	takes  func(input string) time.Duration
	// inline runs executions as if they had nothing to wait for.
	inline  bool
	calls   map[string]int
	lost    int // workers
	result  map[int]wire.ShardResult
	details map[int][3]json.RawMessage // of heartbeats, by shard
	mu      sync.Mutex
}

// mortal is a process that may die: then nothing that it does counts.
type mortal struct {
	objects.Store
	dead chan struct{}
	die  func()
}

func (w *mortal) gone() bool {
	select {
	case <-w.dead:
		return true
	default:
		return false
	}
}

func (w *mortal) Put(ctx context.Context, at objects.Location, content []byte) error {
	if w.gone() {
		return errors.New("the process is gone")
	}
	return w.Store.Put(ctx, at, content)
}

func newFleet(t *testing.T, fields, states, input string) *fleet {
	store := memory()
	put(t, store, "a.csv", orders(1000))
	return &fleet{mapTest: newMapTest(t, store, fields, states, input), share: 8, calls: map[string]int{},
		takes: func(string) time.Duration { return time.Millisecond }, result: map[int]wire.ShardResult{}, details: map[int][3]json.RawMessage{}}
}

// run runs all shards to their ends.
func (f *fleet) run(shards []wire.ShardRef) {
	for attempt := 1; len(f.result) < len(shards); attempt++ {
		require.Less(f.t, attempt, 100)
		f.attempt(shards, attempt)
	}
}

// attempt lets one worker try all shards that have no result.
func (f *fleet) attempt(shards []wire.ShardRef, attempt int) {
	w := &mortal{Store: f.store, dead: make(chan struct{})}
	w.die = sync.OnceFunc(func() { f.lost++; close(w.dead) })
	d := f.maps.MapDependencies
	d.Store, d.Pause, d.JournalEvery, d.Caller = w, time.Millisecond, 5*time.Millisecond, callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
		return f.call(ctx, w, call)
	})
	maps := NewMaps(d)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var trying sync.WaitGroup
	over := make(chan struct{})
	for _, shard := range shards {
		f.mu.Lock()
		_, has := f.result[shard.Number]
		f.mu.Unlock()
		if has {
			continue
		}
		trying.Go(func() {
			f.try(ctx, maps, w, shard, attempt)
		})
	}
	go func() { trying.Wait(); close(over) }()
	select {
	case <-over:
	case <-w.dead:
		cancel() // lets what is left of the process end
		<-over
	}
}

func (f *fleet) try(ctx context.Context, maps *Maps, w *mortal, shard wire.ShardRef, attempt int) {
	in := f.input(shard)
	in.Share, in.Redrivable, in.MapRunID = f.share, true, "orders/Each:1"
	r, err := maps.newShardRun(ctx, in)
	if w.gone() {
		return
	}
	require.NoError(f.t, err)
	r.attempt, r.stop = attempt, w.dead // what is left of it ends
	if f.inline {
		r.run.waits = false
	}
	send := func() error {
		f.mu.Lock()
		defer f.mu.Unlock()
		if w.gone() {
			return errors.New("the process is gone")
		}
		var details [3]json.RawMessage
		for i, d := range r.details() {
			text, err := json.Marshal(d)
			require.NoError(f.t, err)
			details[i] = text
		}
		assert.Less(f.t, len(details[0])+len(details[2]), carriedBytes*2)
		f.details[shard.Number] = details
		return nil
	}
	r.tell, r.beat = send, func() { _ = send() }
	var told heard
	f.mu.Lock()
	if before := f.details[shard.Number]; before[0] != nil {
		told.progress = new(progress)
		require.NoError(f.t, json.Unmarshal(before[0], told.progress))
		if before[2] != nil {
			require.NoError(f.t, json.Unmarshal(before[2], &told.care))
		}
	}
	f.mu.Unlock()
	if err = r.goOn(ctx, told); err == nil {
		if r.worried() {
			r.beat()
		}
		err = r.execute(ctx)
	}
	if w.gone() {
		return
	}
	result, err := maps.shardResult(r, in, err)
	f.mu.Lock()
	defer f.mu.Unlock()
	if !w.gone() && assert.NoError(f.t, err) {
		f.result[shard.Number] = travel(f.t, result)
	}
}

func (f *fleet) call(ctx context.Context, w *mortal, call machine.Call) machine.Outcome {
	input := call.Input.String()
	f.mu.Lock()
	if !w.gone() {
		f.calls[input]++
	}
	f.mu.Unlock()
	time.Sleep(f.takes(input))
	if f.poison(input) {
		f.mu.Lock()
		w.die()
		f.mu.Unlock()
	}
	if w.gone() {
		<-ctx.Done() // nobody hears of it
	}
	return succeeded(call.Input)
}

// most gives how often an item was called at most that takes no worker down.
func (f *fleet) most() (most int) {
	for input, calls := range f.calls {
		if !f.poison(input) {
			most = max(most, calls)
		}
	}
	return most
}

// records of all shards, those that failed with their causes.
func (f *fleet) ends(ref wire.SpecRef) (succeeded int, failed map[string]string) {
	var parts wire.Parts
	for n := range len(f.result) {
		require.Nil(f.t, f.result[n].Failure)
		parts = append(parts, f.result[n].Parts...)
	}
	_, err := f.maps.results(f.t.(*testing.T).Context(), wire.ResultsInput{Ref: ref, Parts: parts, Status: machine.Succeeded})
	require.NoError(f.t, err)
	ids, failed := map[string]bool{}, map[string]string{}
	prefix := "jobs/" + results.UUID(f.spec.Run.MapRunArn) + "/"
	for _, r := range f.records(prefix, wire.SucceededFile) {
		ids[r.Get("Input").Text()] = true
		succeeded++
	}
	assert.Len(f.t, ids, succeeded)
	for _, r := range f.records(prefix, wire.FailedFile) {
		assert.Equal(f.t, "FAILED", r.Get("Status").Text())
		assert.Equal(f.t, machine.ErrorTimeout, r.Get("Error").Text())
		failed[r.Get("Input").Text()] = r.Get("Cause").Text()
	}
	return succeeded, failed
}

// kills reports whether an input has one of these ids.
func kills(ids ...string) func(string) bool {
	return func(input string) bool {
		for _, id := range ids {
			if strings.Contains(input, `"id":"`+id+`"`) {
				return true
			}
		}
		return false
	}
}

// Items that take their worker down fail, each after it was alone three times, and
// all others succeed. One that does no harm is called again a few times at most,
// however many do.
func TestItemsThatKillTheirWorker(t *testing.T) {
	const batches = `,"ItemBatcher":{"MaxItemsPerBatch":7}`
	for name, c := range map[string]struct {
		fields       string
		ids          []string
		share        int64
		takes        time.Duration
		inline       bool
		executions   int
		failed, lost int
	}{
		"one":            {ids: []string{"500"}, lost: 7},
		"the first":      {ids: []string{"0"}, lost: 7},
		"the last":       {ids: []string{"999"}, lost: 7},
		"two apart":      {ids: []string{"100", "900"}, lost: 12},
		"neighbours":     {ids: []string{"500", "501"}, lost: 11},
		"six":            {ids: []string{"3", "4", "99", "300", "301", "700"}, lost: 30},
		"one at a time":  {ids: []string{"500", "700"}, share: 1, lost: 12},
		"without a wait": {ids: []string{"500", "700"}, inline: true, lost: 12},
		"slowly":         {ids: []string{"20", "700"}, takes: 30 * time.Millisecond, lost: 14},
		"batches":        {ids: []string{"500", "700"}, fields: batches, executions: 143, lost: 14},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFleet(t, csvReader+writer+c.fields, calls, `{}`)
			f.poison, f.share = kills(c.ids...), cmp.Or(c.share, f.share)
			f.takes = func(input string) time.Duration {
				if f.poison(input) {
					return max(c.takes, time.Millisecond)
				}
				return time.Millisecond
			}
			ref, shards := f.plan()
			f.inline = c.inline
			f.run(shards)
			executions := cmp.Or(c.executions, 1000)
			succeeded, failed := f.ends(ref)
			assert.Equal(t, executions-len(c.ids), succeeded)
			require.Len(t, failed, len(c.ids))
			for input, cause := range failed {
				assert.True(t, f.poison(input), input)
				assert.Contains(t, cause, "The worker was lost 3 times while this execution ran, each time the only one of its shard")
			}
			assert.LessOrEqual(t, f.lost, c.lost)
			assert.LessOrEqual(t, f.most(), mostLosses+1+blamedAfter-1+1)
			rest := int64(0)
			for n := range shards {
				for _, part := range f.result[n].Rest {
					rest += part.Executions
				}
			}
			assert.EqualValues(t, len(c.ids), rest, "they can be redriven")
			t.Logf("%d workers lost, an innocent item was called %d times at most", f.lost, f.most())
		})
	}
}

// Shards of one worker take each other down, and no item is taken for another one's
// fault: not even those that last longer than it takes the others to kill.
func TestShardsThatShareAWorkerWithPoison(t *testing.T) {
	t.Parallel()
	f := newFleet(t, csvReader+writer, calls, `{}`)
	f.poison = kills("50", "2100", "2101")
	f.takes = func(input string) time.Duration {
		if f.poison(input) {
			return time.Millisecond
		}
		return 5 * time.Millisecond
	}
	put(t, f.store, "a.csv", orders(4000))
	ref, shards := f.plan()
	require.Greater(t, len(shards), 3)
	f.run(shards)
	succeeded, failed := f.ends(ref)
	assert.Equal(t, 3997, succeeded)
	require.Len(t, failed, 3)
	for input := range failed {
		assert.True(t, f.poison(input), input)
	}
	assert.LessOrEqual(t, f.most(), mostLosses+1+blamedAfter-1+1)
	t.Logf("%d workers lost, an innocent item was called %d times at most", f.lost, f.most())
}

// A run without staging keeps what a careful shard has behind it in its heartbeats.
func TestItemsThatKillTheirWorkerWithoutStaging(t *testing.T) {
	t.Parallel()
	items := make([]string, 300)
	for i := range items {
		items[i] = fmt.Sprintf(`{"id":"%d"}`, i)
	}
	f := newFleet(t, "", calls, "["+strings.Join(items, ",")+"]")
	f.poison = kills("30", "200")
	_, shards := f.plan()
	require.Len(t, shards, 1)
	f.run(shards)
	result := f.result[0]
	assert.Equal(t, wire.Counts{Succeeded: 298, Failed: 2}, result.Items)
	require.Len(t, result.Records, 300)
	for _, record := range result.Records {
		assert.Equal(t, record.First == 30 || record.First == 200, record.Ended.Status == machine.Failed, record.First)
	}
	assert.Len(t, result.RestItems, 2)
	assert.LessOrEqual(t, f.most(), mostLosses+1+blamedAfter-1+1)
	t.Logf("%d workers lost, an innocent item was called %d times at most", f.lost, f.most())
}

// A careful shard that is to start nothing any more records the rest as pending.
func TestCarefulShardEnds(t *testing.T) {
	for name, c := range map[string]struct {
		tolerate int64
		cancel   bool
		want     wire.Counts
	}{
		"too many have failed": {tolerate: 0, want: wire.Counts{Succeeded: 3, Failed: 1, Pending: 96}},
		"it is cancelled":      {tolerate: -1, cancel: true, want: wire.Counts{Succeeded: 3, Aborted: 1, Pending: 96}},
	} {
		t.Run(name, func(t *testing.T) {
			store := memory()
			put(t, store, "a.csv", orders(100))
			m := newMapTest(t, store, csvReader+writer, calls, `{}`)
			_, shards := m.plan()
			in := m.input(shards[0])
			in.Share, in.Tolerate = 1, c.tolerate
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			n, bad := 0, m.maps.Caller
			m.maps.Caller = callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
				if n++; c.cancel && n == 4 {
					cancel()
					<-ctx.Done()
				}
				return bad.Call(ctx, express.Place{}, call)
			})
			r, err := m.maps.newShardRun(ctx, in)
			require.NoError(t, err)
			r.attempt = 5
			require.NoError(t, r.goOn(ctx, heard{care: care{Attempt: 4, Lost: 3, Careful: true, Levels: []span{{0, 100}}, Under: &chunk{span: span{40, 44}}}}))
			r.care.Levels = r.care.Levels[:1] // in order
			result, err := m.maps.shardResult(r, in, r.execute(ctx))
			require.NoError(t, err)
			assert.Equal(t, c.want, result.Items)
		})
	}
}

// The ward is held until it is known that the execution has ended: whoever takes the
// worker down a moment later would have it blamed otherwise.
func TestWardIsHeldUntilTheEndIsKnown(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(20))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	_, shards := m.plan()
	r, err := m.maps.newShardRun(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	var said []string
	say := func(what string) {
		said = append(said, fmt.Sprintf("%s %v", what, m.maps.ward.patient.Load() == &r.guest))
	}
	store.Fail = func(method string, at objects.Location) error {
		if method == "Put" && strings.Contains(at.Key, "/journal/") {
			say("journal")
		}
		return nil
	}
	m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		if kills("7")(call.Input.String()) {
			say("call")
		}
		return succeeded(call.Input)
	})
	r.tell = func() error {
		if r.care.Under == nil {
			say("nothing")
		} else if r.care.Under.Alone {
			say("alone")
		}
		return nil
	}
	r.attempt = 9
	require.NoError(t, r.goOn(t.Context(), heard{care: care{Attempt: 8, Lost: 6, Careful: true, Levels: []span{{0, 20}, {7, 8}},
		Under: &chunk{span: span{7, 8}, Alone: true}, Suspects: []suspect{{Place: 7, Lost: []int{7}}}}}))
	r.caller, r.hold = m.maps.Caller, func() time.Duration { return 0 }
	require.NoError(t, r.runLevel(t.Context(), t.Context(), r.care.Levels[1]))
	assert.Equal(t, []string{"alone true", "call true", "journal true", "nothing true"}, said)
	assert.Nil(t, m.maps.ward.patient.Load())
}
