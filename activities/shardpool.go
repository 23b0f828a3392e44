package activities

import (
	"context"
	"errors"
	"sync"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// runItems runs the items of the shard that no earlier attempt has done, at
// most Share at once. Items that have nothing to wait for run one after the
// other right here: a process runs many shards, which keep its cores busy.
func (r *shardRun) runItems(ctx, own context.Context) error {
	run := r.runFreely
	if r.careful() {
		run = r.runCarefully
	}
	err := run(ctx, own)
	if fault := r.fault(); fault != nil {
		return fault
	}
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

func (r *shardRun) runFreely(ctx, own context.Context) error {
	submit, wait := r.starter(ctx, own, r.newHand())
	skip := func(first int64) bool { return r.before.has(r.places.of(first)) }
	err := r.run.inputs(own, r.shard, skip, func(in wire.ItemInput) error {
		if reason := r.ending(ctx); reason == endStopping || reason == endFault {
			return errEnough
		}
		if !skip(in.First) {
			r.enter(ctx, in.Items)
			submit(in)
		}
		return nil
	})
	wait()
	return err
}

// starter gives what starts executions, one after the other with the hand or
// several at once, and what waits for their end, which is called once.
func (r *shardRun) starter(ctx, own context.Context, h *hand) (submit func(wire.ItemInput), wait func()) {
	if r.run.waits {
		return r.pool(ctx, own)
	}
	return func(in wire.ItemInput) { r.perform(ctx, own, h, in) }, func() {}
}

// pool starts goroutines as there is work for them, at most the shard's share.
// submit waits for a free one; wait waits for all to end.
func (r *shardRun) pool(ctx, own context.Context) (submit func(wire.ItemInput), wait func()) {
	work := make(chan wire.ItemInput)
	var running sync.WaitGroup
	started := int64(0)
	submit = func(in wire.ItemInput) {
		select {
		case work <- in:
			return
		default:
		}
		if started < max(r.gate.share(), 1) {
			started++
			running.Go(func() {
				h := r.newHand()
				r.perform(ctx, own, h, in)
				for next := range work {
					r.perform(ctx, own, h, next)
				}
			})
			return
		}
		work <- in
	}
	wait = func() {
		close(work)
		running.Wait()
	}
	return submit, wait
}
