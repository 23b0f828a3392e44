package activities

import (
	"context"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// heard is what the attempts before have told with their heartbeats.
type heard struct {
	progress *progress // nil for none
	counts   wire.ShardCounts
	care     care
}

// heardBefore reads it. Attempts of earlier versions told nothing of care.
func heardBefore(ctx context.Context) (told heard) {
	var p progress
	if activity.HasHeartbeatDetails(ctx) && activity.GetHeartbeatDetails(ctx, &p, &told.counts, &told.care) == nil {
		told.progress = &p
	}
	return told
}

// excuse says that an attempt comes to an end of its own before it has begun.
func (t heard) excuse(ctx context.Context) {
	if t.progress == nil {
		t.progress = &progress{}
	}
	t.care.Excused++
	activity.RecordHeartbeat(ctx, t.progress, t.counts, t.care)
}

// goOn takes up what the attempts before have left.
func (r *shardRun) goOn(ctx context.Context, told heard) error {
	if told.progress != nil {
		r.resume(*told.progress)
	}
	if told.care.Careful && r.attempt > 1 {
		r.care = &told.care // it has a journal
	}
	if err := r.readJournal(ctx); err != nil {
		return err
	}
	r.heed(told.care)
	return r.acquit(ctx)
}

// heed takes in what earlier attempts have told of their ends, once the shard
// knows how far they came.
func (r *shardRun) heed(told care) {
	if r.attempt == 1 {
		return
	}
	c := told.following(r.attempt, &r.now.Done, r.maps.ward.has(r.in, r.attempt-1))
	if c.due() {
		c.Careful, c.Levels = true, []span{{0, r.shard.Items}}
		r.maps.Log.Warn("workers were lost while a shard ran; it looks for the items that do it", "mapRun", r.in.MapRunID, "shard", r.in.Shard.Number, "lost", c.Lost)
	}
	r.care = &c
}

// careful reports whether the shard tells what it starts before it does.
func (r *shardRun) careful() bool { return r.care != nil && r.care.Careful }

// acquit takes back what suspects are charged with for attempts that have outlived
// the loss of their contact to Temporal, before anyone is to blame.
func (r *shardRun) acquit(ctx context.Context) error {
	if r.run.place.IsZero() || r.care == nil {
		return nil
	}
	var outlived map[int]bool
	for i, s := range r.care.Suspects {
		if !s.blamed() {
			continue
		}
		if outlived == nil {
			var err error
			if outlived, err = r.outlived(ctx); err != nil {
				return r.maps.unstaged(err)
			}
		}
		lost := []int{}
		for _, attempt := range s.Lost {
			if !outlived[attempt] {
				lost = append(lost, attempt)
			}
		}
		r.care.Suspects[i].Lost = lost
	}
	return nil
}

// outlived gives the attempts at the shard that have said that they are alive.
func (r *shardRun) outlived(ctx context.Context) (map[int]bool, error) {
	prefix := r.run.place.Survivors(r.in.Shard.Number)
	all := map[int]bool{}
	for after := ""; ; {
		page, err := r.maps.Store.List(ctx, objects.Listing{Location: prefix, Prefix: prefix.Key, After: after})
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, found := range page {
			after = found.Key
			if attempt, err := strconv.Atoi(strings.TrimPrefix(found.Key, prefix.Key)); err == nil {
				all[attempt] = true
			}
		}
	}
}

// lostContact reports whether Temporal has lost sight of this attempt, or has ended
// it, although the worker goes on.
func (r *shardRun) lostContact(ctx context.Context) bool {
	select {
	case <-r.stop:
		return false
	default:
		return ctx.Err() == context.Canceled && !temporal.IsCanceledError(context.Cause(ctx)) && context.Cause(ctx) != context.Canceled
	}
}

// survive says that this attempt is alive although Temporal has lost sight of it,
// or will: the one after it must not take its worker for lost.
func (r *shardRun) survive(ctx context.Context) {
	if r.run.place.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lasting)
	defer cancel()
	if err := r.maps.Store.Put(ctx, r.run.place.Survivor(r.in.Shard.Number, r.attempt), nil); err != nil {
		r.maps.Log.Warn("a shard cannot say that it is alive", "mapRun", r.in.MapRunID, "shard", r.in.Shard.Number, "error", err)
	}
}

// part says that this attempt comes to an end of its own.
func (r *shardRun) part(ctx context.Context) {
	if r.lostContact(ctx) {
		if !r.careful() {
			return // nobody would be blamed for it
		}
		r.survive(ctx)
	}
	r.mu.Lock()
	if r.care == nil { // the first attempt
		r.care = &care{Attempt: r.attempt}
	}
	r.care.Ended = true
	r.mu.Unlock()
	r.beat()
}

// worried reports whether attempts were lost: the next one should know soon how far
// this one has come.
func (r *shardRun) worried() bool { return r.care != nil && r.care.Lost > 0 }

// declare tells Temporal what is started next, nil for nothing, and waits until it
// knows. What it does not get to know is not started: the shard is ending then.
func (r *shardRun) declare(ctx context.Context, next *chunk) {
	if next != nil {
		next.Began = time.Now().UTC()
	}
	r.mu.Lock()
	r.care.Under = next
	r.mu.Unlock()
	for r.ending(ctx) == endNone && r.tell() != nil {
		select {
		case <-time.After(r.maps.Pause):
		case <-ctx.Done():
		case <-r.stop:
		}
	}
}

// verdict gives how an execution ends that is to blame for the loss of workers,
// nil for any other.
func (r *shardRun) verdict(in wire.ItemInput) *wire.Ended {
	if !r.careful() {
		return nil
	}
	s := r.care.suspected(r.places.of(in.First))
	if !s.blamed() {
		return nil
	}
	ended := s.verdict(time.Now().UTC())
	return &ended
}

// keep makes what has ended last longer than this attempt, before more is started.
func (r *shardRun) keep(own context.Context) error {
	if !r.run.place.IsZero() {
		r.flushing.Lock()
		r.writeJournal(own)
		kept := r.journaled == r.done()
		r.flushing.Unlock()
		if kept {
			return nil
		}
	}
	return r.flush(own, true)
}
