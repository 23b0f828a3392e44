package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// lasting is how long a shard whose activity was cancelled may take to write
// what it has done, and what it has not.
const lasting = 2 * time.Minute

// RunShard runs the items of a shard in place: [wire.ShardInput] ->
// [wire.ShardResult].
//
// Records are written in segments, each before the heartbeat that names it: when
// there are [MapDependencies].SegmentBytes of them, and from time to time. Items
// with Tasks have a journal besides, every JournalEvery. The attempt after a lost
// worker runs again what had ended since then, and what was under way; after some of
// them the shard looks for the item that does it (docs/decisions/0017). A store that
// is away is waited for: it costs no item a second run.
// When the activity is cancelled, or more items have failed than Tolerate, no
// further item is started and those that are left are recorded as pending;
// cancelled is not an error: what was done counts. When the worker stops, the
// items in flight may end, and the rest is left to another worker.
func (m *Maps) RunShard(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	told, began := heardBefore(ctx), false
	r, err := m.newShardRun(ctx, in)
	if err == nil {
		r.attempt = attemptOf(ctx)
		r.stop = activity.GetWorkerStopChannel(ctx)
		r.beat = func() { activity.RecordHeartbeat(ctx, r.details()...) }
		if err = r.goOn(ctx, told); err == nil {
			began = true
			if r.careful() {
				t := newTeller(ctx, lose)
				r.tell = func() error { return t.tell(ctx, r.details) }
				r.beat = func() { _ = r.tell() }
			}
			if r.worried() {
				r.beat()
			}
			defer pulse(ctx, beat, func(bool) { r.beat() })()
			defer m.coordinate(ctx, r)()
			err = r.execute(ctx)
		}
	}
	result, err := m.shardResult(r, in, err)
	switch {
	case err == nil:
	case began:
		r.part(ctx)
	default:
		told.excuse(ctx)
	}
	return result, err
}

// shardResult gives the result of a shard that has ended with err.
func (m *Maps) shardResult(r *shardRun, in wire.ShardInput, err error) (wire.ShardResult, error) {
	result := wire.ShardResult{Number: in.Shard.Number}
	if r != nil {
		result = r.now.Result
		result.Number = in.Shard.Number
		result.Debt = r.gate.debt(time.Now())
	}
	if f := definite(err); f != nil {
		m.Log.Warn("a shard cannot be run", "mapRun", in.MapRunID, "shard", in.Shard.Number, "error", f.Name(), "cause", f.Cause.Text())
		if r == nil {
			if result.Left = in.Shard.Only; result.Left == nil {
				result.Left = []wire.Stretch{{}} // all
			}
		} else {
			result = r.salvaged()
		}
		result.Failure, result.FieldsFault, err = f, ofFields(err), nil
	}
	return result, err
}

func (m *Maps) newShardRun(ctx context.Context, in wire.ShardInput) (*shardRun, error) {
	run, err := m.open(ctx, in.Shard.Spec)
	if err != nil {
		return nil, err
	}
	shard, err := m.shard(ctx, run, in.Shard)
	if err != nil {
		return nil, err
	}
	return newShardRun(m, run, shard, in), nil
}

// execute runs the items that are left and writes their records.
func (r *shardRun) execute(ctx context.Context) error {
	// What is read and written must outlast the end of the items.
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(lasting, cancel) })()
	r.caller, r.hold = withCircuits(r.maps.Caller)
	defer r.maps.ward.join(&r.guest)()
	endJournal := r.keepJournal(own)
	err := r.runItems(ctx, own)
	endJournal()
	r.tellStates()
	if flushed := r.flush(own, true); flushed != nil && (err == nil || definite(err) != nil) {
		err = flushed
	}
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return ctx.Err()
	case err == nil && r.ending(ctx) == endStopping && r.done() < r.shard.Items:
		return handBack()
	}
	return err
}

// details are the heartbeat details: what the next attempt goes on from, and,
// for those who look in, the counts up to now.
func (r *shardRun) details() []any {
	saved := r.saved.Load()
	if saved == nil {
		saved = &progress{}
	}
	r.tellStates()
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now.Result
	running := r.gate.inside()
	details := []any{saved, wire.ShardCounts{Number: r.in.Shard.Number, Items: now.Items, Executions: now.Executions, Running: &running}}
	if r.care != nil {
		details = append(details, r.care.clone())
	}
	return details
}

// tellStates tells how states have ended since it did so last.
func (r *shardRun) tellStates() {
	var states stateEnds
	r.mu.Lock()
	states.move(&r.states)
	r.mu.Unlock()
	states.tell(r.in.Origin.StateMachineName, r.maps.States)
}

// resume goes on from what an earlier attempt has saved.
func (r *shardRun) resume(before progress) {
	r.before = before.Done.clone()
	r.now = before
	r.now.Done = before.Done.clone()
	r.parts, r.rest = before.Result.Parts, before.Result.Rest
	r.recordBytes = carriedSize(before.Result)
	r.saved.Store(&before)
	r.judge()
}

// tooLarge is the failure of a run without staging whose records cannot travel.
func tooLarge(bytes int) error {
	return faulty(machine.ErrorDataLimitExceeded,
		"The results of a shard have %d bytes, and the map run has no place for them. %s Or give the state a ResultWriter with a Resource.", bytes, needsStaging)
}
