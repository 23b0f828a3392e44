package activities

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// The reasons for which a shard starts no further items.
const (
	endNone int32 = iota
	// endTolerance and endCancelled make the rest pending.
	endTolerance
	endCancelled
	// endStopping leaves the rest to another worker.
	endStopping
	// endFault is an error of the activity itself.
	endFault
)

const (
	// patience is how long a segment waits for a store that is away, trying
	// again at least every longestPause.
	patience     = 10 * time.Minute
	longestPause = 30 * time.Second
)

// shardRun is an express shard in progress.
type shardRun struct {
	maps  *Maps
	run   *mapRun
	shard wire.Shard
	in    wire.ShardInput
	// attempt is the number of the activity's attempt.
	attempt int
	// beat sends a heartbeat at once; stop is closed when the worker stops.
	beat func()
	stop <-chan struct{}
	// tell sends one and gives nil when Temporal has it.
	tell func() error
	// care is what is known of lost attempts, nil in the first one. Its Under,
	// Levels and Ended change, with the lock.
	care *care

	gate  *gate
	guest guest
	// caller performs the items' Tasks, hold tells how long no item should be
	// started because of whom they call.
	caller express.Caller
	hold   func() time.Duration
	places places
	before itemSet // what earlier attempts have done
	reason atomic.Int32
	saved  atomic.Pointer[progress]
	// began is when the attempt began.
	began time.Time

	mu  sync.Mutex
	now progress // everything up to now; its Parts are behind
	// due is when a segment is to be written that is not full.
	due         time.Time
	segment     *results.Segment
	states      stateEnds // since they were told of last
	recordBytes int
	// letters are of executions whose records are in the segment.
	letters     []deadletters.Letter
	letterBytes int
	err         error

	flushing sync.Mutex
	spare    *results.Segment
	parts    []wire.Part
	rest     wire.RestParts
	// lost is the error that lost a segment: nothing may be saved after it,
	// for what is saved is not run again.
	lost error
	// journaled is how many items the journal has.
	journaled int64
}

func newShardRun(m *Maps, run *mapRun, shard wire.Shard, in wire.ShardInput) *shardRun {
	now := time.Now()
	r := &shardRun{
		maps: m, run: run, shard: shard, in: in,
		attempt: 1,
		gate:    newGate(in),
		places:  placesOf(shard),
		began:   now,
		due:     now.Add(m.SaveEvery),
		beat:    func() {},
		tell:    func() error { return nil },
		segment: &results.Segment{Format: run.format},
		spare:   &results.Segment{Format: run.format},
	}
	r.guest = guest{shard: r, inside: r.gate.inside, over: func(ctx context.Context) bool { return r.ending(ctx) != endNone }}
	return r
}

// close ends the start of items; the first reason stays.
func (r *shardRun) close(reason int32) {
	r.reason.CompareAndSwap(endNone, reason)
	r.gate.wake()
}

// ending gives the reason for which no further item is started.
func (r *shardRun) ending(ctx context.Context) int32 {
	select {
	case <-r.stop:
		r.close(endStopping)
	default:
		switch cause := context.Cause(ctx); {
		case cause == nil:
		case cause == context.Canceled, temporal.IsCanceledError(cause):
			r.close(endCancelled)
		default:
			// Nobody asked for it: Temporal could not be told that the shard is alive,
			// and what is left is for the next attempt.
			r.close(endStopping)
		}
	}
	return r.reason.Load()
}

func (r *shardRun) fail(err error) {
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.close(endFault)
}

func (r *shardRun) fault() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

func (r *shardRun) done() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now.Done.len()
}

// hand runs items one after the other. Each goroutine has its own.
type hand struct {
	renderer results.Renderer
	record   []byte
	states   stateEnds // of the item at hand
}

func (r *shardRun) newHand() *hand { return &hand{renderer: results.Renderer{Format: r.run.format}} }

// perform runs one execution, or records it as pending when it is too late to
// start it.
func (r *shardRun) perform(ctx, own context.Context, h *hand, in wire.ItemInput) {
	defer r.gate.leave()
	x := results.Execution{First: in.First, Input: in.Input}
	verdict := r.verdict(in)
	switch reason := r.ending(ctx); {
	case reason == endNone && verdict != nil:
		x.Redrives = in.Again()
		x.Origin = r.run.items.Origin(in.First, verdict.Started)
		x.Ended = *verdict
	case reason == endNone:
		x.Redrives = in.Again()
		x.Origin = r.run.items.Origin(in.First, time.Now().UTC())
		b := machine.Beginning{Origin: x.Origin, Input: in.Input}
		if r.maps.States != nil {
			b.Meter = &h.states
		}
		e := express.Run(ctx, r.run.item, b, r.caller)
		x.Ended = ended(e.Frame(), r.maps.ceiling())
		if x.Ended.Status == machine.Aborted && r.ending(ctx) == endStopping {
			h.states.forget() // it runs again elsewhere
			return
		}
	case reason == endTolerance, reason == endCancelled:
		x.Origin = r.run.items.Origin(in.First, r.run.spec.Started)
		x.Ended, x.Redrives = wire.Ended{Status: in.Waits()}, redrivesOf(in)
	default:
		return
	}
	if r.maps.Ended != nil {
		r.maps.Ended(r.in.Origin, x.Ended, in.Items)
	}
	if r.record(h, x, in) {
		if err := r.flush(own, false); err != nil {
			r.fail(err)
		}
	}
}

// record keeps how an execution ended. It reports true when the segment at hand
// should be written.
func (r *shardRun) record(h *hand, x results.Execution, in wire.ItemInput) (ripe bool) {
	items := in.Items
	c := wire.CategoryOf(x.Ended.Status)
	staged := !r.run.place.IsZero()
	keep := staged && r.run.format.Keeps(c)
	if keep {
		h.record = h.renderer.Append(h.record[:0], x)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keepRest(x, in)
	r.keepLetter(x, items)
	if keep {
		r.segment.Add(c, h.record)
	}
	if staged {
		ripe = r.ripe()
	} else if c != wire.PendingFile {
		r.now.Result.Records = append(r.now.Result.Records, wire.Record{First: x.First, Items: items, Ended: x.Ended, Redrives: x.Redrives})
		if r.recordBytes += recordSize(x.Ended); r.recordBytes > wire.ValueLimit && r.err == nil {
			r.err = tooLarge(r.recordBytes)
			r.close(endFault)
		}
	}
	r.states.move(&h.states)
	r.now.Done.add(r.places.of(x.First), items)
	count(&r.now.Result.Items, x.Ended.Status, items)
	count(&r.now.Result.Executions, x.Ended.Status, 1)
	r.judge()
	return ripe
}

// ripe reports that the segment is full, or that so much time has passed since
// the last one that a lost worker would cost too much. It needs the lock.
func (r *shardRun) ripe() bool {
	full := r.maps.SegmentBytes
	if r.journals() {
		full = min(full, journalBytes)
	}
	size := r.segment.Size() + r.letterBytes
	return size >= full || size > 0 && !time.Now().Before(r.due)
}

// judge ends the start of items when more have failed than the shard may see.
// It needs the lock.
func (r *shardRun) judge() {
	if t := r.gate.tolerate(); t >= 0 && r.now.Result.Items.Unsuccessful() > t {
		r.close(endTolerance)
	}
}

func count(c *wire.Counts, s machine.Status, n int64) {
	switch s {
	case machine.Succeeded:
		c.Succeeded += n
	case machine.Failed:
		c.Failed += n
	case machine.TimedOut:
		c.TimedOut += n
	case wire.Pending, wire.PendingRedrive:
		c.Pending += n
	default:
		c.Aborted += n
	}
}

func recordSize(e wire.Ended) int {
	size := 150 + e.Output.Size()
	if e.Failure != nil {
		size += e.Failure.Error.Size() + e.Failure.Cause.Size()
	}
	return size
}

// flush writes the segment at hand as parts and saves the progress that they
// stand for. Unless all is to be written, a segment that is not ripe is left.
func (r *shardRun) flush(own context.Context, all bool) error {
	r.flushing.Lock()
	defer r.flushing.Unlock()
	if r.lost != nil {
		return r.lost
	}
	r.mu.Lock()
	if !all && !r.ripe() {
		r.mu.Unlock()
		return nil
	}
	letters := r.takeLetters()
	if r.run.place.IsZero() {
		saved := r.carried()
		r.mu.Unlock()
		err := r.maps.post(own, letters, patience, r.stop)
		if err == nil && saved != nil {
			r.saved.Store(saved)
		}
		return err
	}
	full, n := r.segment, results.Number{Shard: r.in.Shard.Number, Attempt: r.attempt, Segment: r.now.Segment}
	r.segment = r.spare
	r.now.Segment++
	saved := r.now
	saved.Done = r.now.Done.clone()
	r.mu.Unlock()

	written, err := r.write(own, full, n)
	if err == nil {
		err = r.maps.post(own, letters, patience, r.stop)
	}
	if err != nil {
		r.lost = err
		return r.lost
	}
	full.Reset()
	r.spare = full
	r.parts, r.rest = append(r.parts, written.Parts...), append(r.rest, written.Rest...)
	saved.Result.Parts, saved.Result.Rest = slices.Clip(r.parts), slices.Clip(r.rest)
	r.mu.Lock()
	r.now.Result.Parts, r.now.Result.Rest = saved.Result.Parts, saved.Result.Rest
	// The longer the shard, the rarer its parts: there are some dozens at most.
	r.due = time.Now().Add(max(r.maps.SaveEvery, time.Since(r.began)/8))
	r.mu.Unlock()
	r.saved.Store(&saved)
	if r.journals() {
		r.writeJournal(own)
	}
	r.beat()
	return nil
}

// write writes a segment. While the store is away it is tried again and again:
// another attempt at the shard would have to run the segment's items again.
func (r *shardRun) write(own context.Context, full *results.Segment, n results.Number) (wire.WriteOutput, error) {
	enough := time.Now().Add(patience)
	for pause := r.maps.Pause; ; pause = min(2*pause, longestPause) {
		written, err := full.Write(own, r.maps.Store, r.run.place, n)
		if err == nil {
			return written, nil
		}
		err = r.maps.unstaged(err)
		if definite(err) != nil || time.Now().After(enough) {
			return written, err
		}
		r.maps.Log.Warn("records cannot be written now", "mapRun", r.in.MapRunID, "shard", n.Shard, "again", pause, "error", err)
		select {
		case <-time.After(pause):
		case <-own.Done():
			return written, err
		case <-r.stop:
			return written, err
		}
	}
}
