package activities

import (
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

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// letterBox keeps letters by their keys, and fails as it is told.
type letterBox struct {
	mu   sync.Mutex
	by   map[string]deadletters.Letter
	puts int
	// fail is asked before each Put.
	fail func(put int) error
}

func newLetterBox() *letterBox { return &letterBox{by: map[string]deadletters.Letter{}} }

func (b *letterBox) Put(_ context.Context, letters []deadletters.Letter) ([]deadletters.Letter, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.puts++
	if b.fail != nil {
		if err := b.fail(b.puts); err != nil {
			return letters, err
		}
	}
	for _, l := range letters {
		b.by[l.Key] = l
	}
	return nil, nil
}

func (b *letterBox) String() string { return "box" }

// firsts gives how many letters there are of each item.
func (b *letterBox) firsts() map[int64]int {
	n := map[int64]int{}
	for _, l := range b.by {
		n[l.FirstItem]++
	}
	return n
}

// requireEach wants one letter for every tenth of the items, which fail.
func (b *letterBox) requireEach(t *testing.T, items int) {
	t.Helper()
	firsts := b.firsts()
	require.Len(t, firsts, items/10)
	for first, n := range firsts {
		require.Equal(t, 1, n, "letters of item %d", first)
	}
}

// oneOfTen lets one of ten items fail.
func oneOfTen(call machine.Call) machine.Outcome {
	if strings.HasSuffix(call.Input.Get("id").Text(), "7") {
		return failed(machine.Fault("Broken", "cause of "+call.Input.Get("id").Text()))
	}
	return succeeded(call.Input)
}

func TestLettersOfExpressItems(t *testing.T) {
	for name, more := range map[string]string{"exported": writer, "an array without staging": ""} {
		t.Run(name, func(t *testing.T) {
			store, box := memory(), newLetterBox()
			put(t, store, "a.csv", orders(200))
			m := newMapTest(t, store, csvReader+more, calls, `{}`)
			m.maps.DeadLetters = box
			m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome { return oneOfTen(call) })
			_, shards := m.plan()
			result, err := m.runShard(t.Context(), m.input(shards[0]))
			require.NoError(t, err)
			require.Nil(t, result.Failure)
			require.Equal(t, int64(20), result.Items.Failed)
			box.requireEach(t, 200)
			for _, l := range box.by {
				assert.Equal(t, "Broken", l.Error)
				input, err := value.ParseString(*l.Input)
				require.NoError(t, err)
				assert.Equal(t, "cause of "+input.Get("id").Text(), l.Cause)
				assert.Equal(t, m.items.Origin(l.FirstItem, time.Time{}).ID, l.Key)
				assert.Equal(t, m.spec.Run.MapRunArn, l.MapRunArn)
				assert.Equal(t, m.spec.Run.Origin.ID, l.ParentExecutionArn)
				assert.Equal(t, "S3://source/a.csv", l.InputDetails.Source)
				assert.EqualValues(t, 1, l.Items)
				assert.False(t, l.StopDate.IsZero())
			}
		})
	}
}

// A box that is away is waited for, and costs no call; one that refuses ends the
// Map Run with a failure that says why.
func TestLettersWait(t *testing.T) {
	store, box := memory(), newLetterBox()
	put(t, store, "a.csv", orders(300))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	m.maps.DeadLetters, m.maps.Pause, m.maps.SegmentBytes = box, time.Millisecond, 10_000
	calls := map[string]int{}
	m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		box.mu.Lock()
		calls[call.Input.Get("id").Text()]++
		box.mu.Unlock()
		return oneOfTen(call)
	})
	box.fail = func(put int) error {
		if put%5 != 0 {
			return errors.New("the queue is away")
		}
		return nil
	}
	_, shards := m.plan()
	result, err := m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	require.Nil(t, result.Failure)
	box.requireEach(t, 300)
	assert.Greater(t, box.puts, 5)
	for id, n := range calls {
		require.Equal(t, 1, n, id)
	}

	box.fail = func(int) error { return &deadletters.Refusal{Box: "box", Err: errors.New("AccessDenied")} }
	result, err = m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	require.NotNil(t, result.Failure)
	assert.Equal(t, machine.ErrorRuntime, result.Failure.Name())
	assert.Contains(t, result.Failure.Cause.Text(), "dead letters cannot be put to box: AccessDenied. Check STEPWELL_DEAD_LETTERS")
}

// A worker that is lost between the journal and the box leaves the letters to the
// next one, which runs none of their items again.
func TestLettersSurviveTheWorker(t *testing.T) {
	store, box := memory(), newLetterBox()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	m.maps.DeadLetters, m.maps.SaveEvery = box, time.Hour
	_, shards := m.plan()
	in := m.input(shards[0])
	in.Share = 1
	ran := map[string]int{}
	var first *shardRun
	m.maps.Caller = callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
		if ran[call.Input.Get("id").Text()]++; len(ran) == 50 && first != nil {
			first.flushing.Lock()
			first.writeJournal(context.WithoutCancel(ctx))
			first.lost = errors.New("the worker is lost") // it writes nothing any more
			first.flushing.Unlock()
			first.close(endStopping)
		}
		return oneOfTen(call)
	})
	var err error
	first, err = m.maps.newShardRun(t.Context(), in)
	require.NoError(t, err)
	require.Error(t, first.execute(t.Context()))
	require.Empty(t, box.by)

	second, err := m.maps.newShardRun(t.Context(), in)
	require.NoError(t, err)
	first, second.attempt = nil, 2
	require.NoError(t, second.readJournal(t.Context()))
	require.NoError(t, second.execute(t.Context()))
	box.requireEach(t, 100)
	twice := 0
	for _, n := range ran {
		twice += n - 1
	}
	assert.LessOrEqual(t, twice, 1, "the item under way")
}

// The records of shards that run in workflows give letters too, again with the
// same keys when the activity is tried again; those without staging give nothing
// else.
func TestLettersOfRecords(t *testing.T) {
	for name, more := range map[string]string{"exported": writer, "without staging": ""} {
		t.Run(name, func(t *testing.T) {
			store, box := memory(), newLetterBox()
			put(t, store, "a.csv", orders(50))
			m := newMapTest(t, store, csvReader+more, calls, `{}`)
			m.maps.DeadLetters, m.maps.Pause = box, time.Millisecond
			ref, shards := m.plan()
			assert.Equal(t, more == "", ref.Letters)
			in := wire.WriteInput{Shard: shards[0], Origin: m.items.Common()}
			for i := range int64(50) {
				r := wire.Record{First: i, Items: 1, Ended: wire.Ended{Status: machine.Succeeded, Output: value.OfInt(i)}}
				switch i % 10 {
				case 3:
					f := machine.Fault("Broken", fmt.Sprint("cause of ", i))
					r.Ended = wire.Ended{Status: machine.Failed, Failure: &f}
				case 4:
					r.Ended = wire.Ended{Status: machine.TimedOut}
				case 5:
					r.Ended = wire.Ended{Status: machine.Aborted}
				case 6:
					r.Ended = wire.Ended{Status: wire.Pending}
				}
				in.Records = append(in.Records, r)
			}
			box.fail = func(put int) error {
				if put == 1 {
					return errors.New("the queue is away")
				}
				return nil
			}
			out, err := m.maps.writeShard(t.Context(), travel(t, in))
			require.NoError(t, err)
			assert.Equal(t, more != "", len(out.Parts) > 0)
			require.Len(t, box.by, 10)
			for _, l := range box.by {
				assert.Equal(t, map[int64]string{3: "FAILED", 4: "TIMED_OUT"}[l.FirstItem%10], l.Status)
				assert.Contains(t, *l.Input, fmt.Sprintf(`"id":"%d"`, l.FirstItem))
			}
			_, err = m.maps.writeShard(t.Context(), travel(t, in))
			require.NoError(t, err)
			assert.Len(t, box.by, 10)
		})
	}
}

// The object of a letter is where its key says.
func TestLettersOnS3(t *testing.T) {
	store := memory()
	put(t, store, "a.csv", orders(100))
	m := newMapTest(t, store, csvReader+writer, calls, `{}`)
	address, err := deadletters.Parse("s3://results/dead")
	require.NoError(t, err)
	m.maps.DeadLetters = deadletters.Open(address, store, nil)
	m.maps.Caller = callerFunc(func(_ context.Context, call machine.Call) machine.Outcome { return oneOfTen(call) })
	_, shards := m.plan()
	_, err = m.runShard(t.Context(), m.input(shards[0]))
	require.NoError(t, err)
	at := objects.Location{Bucket: "results", Key: "dead/"}
	page, err := store.List(t.Context(), objects.Listing{Location: at, Prefix: at.Key})
	require.NoError(t, err)
	require.Len(t, page, 10)
	for _, object := range page {
		text, err := objects.Load(t.Context(), store, at.At(object.Key))
		require.NoError(t, err)
		var l deadletters.Letter
		require.NoError(t, json.Unmarshal(text, &l))
		assert.Equal(t, "dead/"+strings.ReplaceAll(wire.MapRunID(l.MapRunArn), ":", "/")+"/"+l.Name+".json", object.Key)
	}
}
