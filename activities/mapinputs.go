package activities

import (
	"cmp"
	"context"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// inputs gives the inputs of the executions of a shard, in order: its items,
// selected and batched. The same shard gives the same inputs every time. Items
// that skip reports are left out where that spares the selection; it may be nil.
//
// A shard of executions that are redriven has their inputs, as they were selected
// and batched at first.
func (r *mapRun) inputs(ctx context.Context, shard wire.Shard, skip func(first int64) bool, yield func(wire.ItemInput) error) error {
	if shard.Only != nil {
		skip, yield = only(shard.Only, skip, yield)
	}
	if shard.Rest != nil {
		return again(ctx, shard.Rest, skip, yield)
	}
	origin := r.source.Origin()
	selected := func(item reader.Item, take func(wire.ItemInput) error) error {
		item.Source = cmp.Or(item.Source, origin)
		v, failure := r.items.Select(item)
		switch {
		case failure == nil:
			return take(wire.ItemInput{First: item.Index, Items: 1, Input: v})
		case r.lenient:
			return nil
		}
		return &fieldsError{faultError{*failure}}
	}
	if r.spec.Run.Batcher == nil {
		return r.source.Read(ctx, shard, func(item reader.Item) error {
			if skip != nil && skip(item.Index) {
				return nil
			}
			return selected(item, yield)
		})
	}
	b := batching{items: r.items, yield: yield}
	err := r.source.Read(ctx, shard, func(item reader.Item) error { return selected(item, b.add) })
	if err != nil {
		return err
	}
	return b.close()
}

// only leaves out what is not in the stretches.
func only(stretches []wire.Stretch, skip func(int64) bool, yield func(wire.ItemInput) error) (func(int64) bool, func(wire.ItemInput) error) {
	skips := func(first int64) bool {
		return !wire.Within(stretches, first) || skip != nil && skip(first)
	}
	return skips, func(in wire.ItemInput) error {
		if !wire.Within(stretches, in.First) {
			return nil
		}
		return yield(in)
	}
}

// again gives the inputs of executions that are redriven.
func again(ctx context.Context, rest []wire.ItemInput, skip func(int64) bool, yield func(wire.ItemInput) error) error {
	for _, in := range rest {
		if skip != nil && skip(in.First) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := yield(in); err != nil {
			return err
		}
	}
	return nil
}

// batching gathers selected items into batches.
type batching struct {
	items *machine.Items
	yield func(wire.ItemInput) error
	batch *machine.Batch
	first int64
}

func (b *batching) add(in wire.ItemInput) error {
	if b.batch != nil && b.batch.Add(in.Input) {
		return nil
	}
	if err := b.close(); err != nil {
		return err
	}
	b.batch, b.first = b.items.NewBatch(), in.First
	b.batch.Add(in.Input)
	return nil
}

func (b *batching) close() error {
	if b.batch == nil {
		return nil
	}
	in := wire.ItemInput{First: b.first, Items: int64(b.batch.Len()), Input: b.batch.Input()}
	b.batch = nil
	return b.yield(in)
}
