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
func (r *mapRun) inputs(ctx context.Context, shard wire.Shard, skip func(first int64) bool, yield func(wire.ItemInput) error) error {
	origin := r.source.Origin()
	selected := func(item reader.Item) (wire.ItemInput, error) {
		v, failure := r.items.Select(item.Index, item.Value, item.Key, cmp.Or(item.Source, origin))
		if failure != nil {
			return wire.ItemInput{}, &faultError{*failure}
		}
		return wire.ItemInput{First: item.Index, Items: 1, Input: v}, nil
	}
	if r.spec.Run.Batcher == nil {
		return r.source.Read(ctx, shard, func(item reader.Item) error {
			if skip != nil && skip(item.Index) {
				return nil
			}
			in, err := selected(item)
			if err != nil {
				return err
			}
			return yield(in)
		})
	}
	b := batching{items: r.items, yield: yield}
	err := r.source.Read(ctx, shard, func(item reader.Item) error {
		in, err := selected(item)
		if err != nil {
			return err
		}
		return b.add(in)
	})
	if err != nil {
		return err
	}
	return b.close()
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
