package reader

import (
	"context"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// state gives the items of an array, or the members of an object, in the
// state's input. They stand in the run's specification, or, without staging,
// in the shards.
type state struct {
	items  value.Value
	inline bool
}

func openState(s Source) (Reader, error) {
	switch s.Run.Items.Kind() {
	case value.Array, value.Object, value.Absent: // absent: the shards carry them
	default:
		return nil, fault("Attempting to map over non-iterable node.")
	}
	return &state{items: s.Run.Items, inline: s.Place.IsZero()}, nil
}

// Origin is the `$$.Map.Item.Source` of items of the state's input.
func (s *state) Origin() string { return "STATE_DATA" }

// WithoutItems gives the run as it travels with shards that carry their items.
func WithoutItems(run machine.Distribute) machine.Distribute {
	run.Items = value.Value{}
	return run
}

// Plan cuts between items; the cursor counts them.
func (s *state) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	if s.inline && s.items.Size() > InlineLimit {
		return Page{}, &TooLargeError{What: "the array of items"}
	}
	from.Entries = s.items.Kind() == value.Object
	cut := newCutter(from, limits, nil)
	for i := int(from.Items); i < s.items.Len(); i++ {
		item := s.at(i).Value
		end := from.Offset + int64(item.Size()) + 1
		if !cut.add(from.Offset, end) {
			page := cut.page(&wire.Cursor{Offset: from.Offset, Entries: from.Entries})
			page.Source = wire.Cursor{Entries: from.Entries}
			return page, ctx.Err()
		}
		if s.inline {
			cut.carry(item)
		}
		from.Offset = end
	}
	page := cut.page(nil)
	page.Source = wire.Cursor{Entries: from.Entries}
	return page, ctx.Err()
}

func (s *state) at(i int) Item {
	if s.items.Kind() == value.Object {
		return entryItem(int64(i), s.items.NameAt(i), s.items.At(i))
	}
	return Item{Index: int64(i), Value: s.items.At(i)}
}

// Read gives the items of a shard.
func (s *state) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	if shard.Inline != nil {
		return readInline(shard, yield)
	}
	for i := shard.First; i < shard.First+shard.Items; i++ {
		if err := yield(s.at(int(i))); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// readInline gives the items that a shard carries.
func readInline(shard wire.Shard, yield func(Item) error) error {
	entries := sourceOf(shard).Entries
	for i, v := range shard.Inline {
		if err := yield(Item{Index: shard.First + int64(i), Value: v, Member: entries}); err != nil {
			return err
		}
	}
	return nil
}
