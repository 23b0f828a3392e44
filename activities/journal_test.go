package activities

import (
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/objects/objectstest"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// copied gives a store with what the other has now: what a lost worker leaves.
func copied(t *testing.T, store *objectstest.Memory, buckets ...string) *objectstest.Memory {
	t.Helper()
	other := memory()
	for _, bucket := range buckets {
		for _, key := range store.Keys(bucket, "") { // journals before the parts that they name
			at := objects.Location{Bucket: bucket, Key: key}
			content, err := objects.Load(t.Context(), store, at)
			require.NoError(t, err)
			require.NoError(t, other.Put(t.Context(), at, content))
		}
	}
	return other
}

// The attempt after a worker that was lost without a word calls again nothing
// that its journal has.
func TestShardGoesOnFromItsJournal(t *testing.T) {
	for name, c := range map[string]struct{ segmentBytes, attempt int }{
		"records in the journal alone":              {0, 2},
		"records in parts and in the journal":       {20_000, 2},
		"after an attempt that has left no journal": {20_000, 3},
	} {
		t.Run(name, func(t *testing.T) {
			store := memory()
			put(t, store, "a.csv", orders(1000))
			m := newMapTest(t, store, csvReader+writer, calls, `{}`)
			m.maps.JournalEvery = 3 * time.Millisecond
			if c.segmentBytes > 0 {
				m.maps.SegmentBytes = c.segmentBytes
			}
			ref, shards := m.plan()
			require.Len(t, shards, 1)
			in := m.input(shards[0])
			in.Share = 8

			// The worker is lost at its call 700: what happens to it later is not
			// in what it has left.
			var left *objectstest.Memory
			var loss sync.Once
			ran := &ledger{runs: map[string]int{}}
			m.maps.Caller = callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
				if ran.count() >= 700 {
					loss.Do(func() { left = copied(t, store, "source", "results", "staging") })
					return succeeded(call.Input)
				}
				time.Sleep(time.Millisecond)
				return ran.Call(ctx, express.Place{}, call)
			})
			first, err := m.maps.newShardRun(t.Context(), in)
			require.NoError(t, err)
			require.NoError(t, first.execute(t.Context()))
			before := maps.Clone(ran.runs)

			again := &ledger{runs: map[string]int{}}
			d := m.maps.MapDependencies
			d.Store, d.Caller = left, again
			m.maps = NewMaps(d)
			second, err := m.maps.newShardRun(t.Context(), in)
			require.NoError(t, err)
			second.attempt = c.attempt
			journal, err := second.lastJournal(t.Context())
			require.NoError(t, err)
			done := journal.Progress.Done.len()
			require.Positive(t, done)
			assert.Equal(t, c.segmentBytes > 0, len(journal.Progress.Result.Parts) > 0)
			require.NoError(t, second.readJournal(t.Context()))
			require.NoError(t, second.execute(t.Context()))
			result, err := m.maps.shardResult(second, in, nil)
			require.NoError(t, err)

			assert.Equal(t, wire.Counts{Succeeded: 1000}, result.Items)
			assert.Len(t, again.runs, 1000-int(done))
			repeated := 0
			for input := range again.runs {
				repeated += before[input]
			}
			assert.Less(t, repeated, 700-int(done)+int(in.Share)+1)
			assert.Zero(t, again.twice())
			_, err = m.maps.results(t.Context(), wire.ResultsInput{Ref: ref, Parts: result.Parts, Status: machine.Succeeded})
			require.NoError(t, err)
			m.store = left
			all := m.records("jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/", wire.SucceededFile)
			ids := map[string]bool{}
			for _, r := range all {
				ids[r.Get("Input").Text()] = true
			}
			assert.Len(t, all, 1000)
			assert.Len(t, ids, 1000)
			assert.Empty(t, left.Keys("results", "jobs/"+results.UUID(m.spec.Run.MapRunArn)+"/.stepwell/"))
		})
	}
}

// Items that call nothing have no journal, and a journal that cannot be written
// disturbs nobody.
func TestShardWithoutAJournal(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(200))
	written := 0
	store.Fail = func(method string, at objects.Location) error {
		if method == "Put" && strings.Contains(at.Key, "/journal/") {
			written++
			return &objects.Error{Kind: objects.Denied, At: at}
		}
		return nil
	}
	for states, journals := range map[string]bool{passes: false, calls: true} {
		m := newMapTest(t, store, csvReader+writer, states, `{}`)
		m.maps.JournalEvery = time.Millisecond
		m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
			time.Sleep(time.Millisecond)
			return succeeded(call.Input)
		})
		_, shards := m.plan()
		written = 0
		_, items := m.runAll(shards)
		assert.Equal(t, wire.Counts{Succeeded: 200}, items)
		assert.Equal(t, journals, written > 0)
	}
}
