package activities

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// WriteShard writes records of a shard to part files: [wire.WriteInput] ->
// [wire.WriteOutput]. Inputs that the records show are read from the source
// again. When that has become unreadable, records of what succeeded go without,
// those of what failed have what the frame holds, and others are not written.
func (m *Maps) WriteShard(ctx context.Context, in wire.WriteInput) (wire.WriteOutput, error) {
	defer m.alive(ctx)()
	out, err := m.writeShard(ctx, in)
	return out, concluded(ctx, err)
}

func (m *Maps) writeShard(ctx context.Context, in wire.WriteInput) (out wire.WriteOutput, err error) {
	run, err := m.open(ctx, in.Shard.Spec)
	if err != nil {
		return out, err
	}
	inputs, err := m.recordInputs(ctx, run, in)
	unread := definite(err)
	if err != nil && (unread == nil || unread.Name() != machine.ErrorItemReaderFailed) {
		return out, err
	}
	var unwritten []int64
	slices.SortFunc(in.Records, func(a, b wire.Record) int { return cmp.Compare(a.First, b.First) })
	segment := results.Segment{Format: run.format}
	renderer := results.Renderer{Format: run.format}
	var text []byte
	var letters []deadletters.Letter
	for _, r := range in.Records {
		input, wanted := inputs[r.First]
		if wanted && input.Items == 0 {
			if input, wanted = inputOf(r); !wanted {
				unwritten = append(unwritten, r.First)
				continue
			}
		}
		if rest, ok := r.Rest(input); ok && in.Redrivable {
			if err := segment.AddRest(rest); err != nil {
				return out, err
			}
		}
		if r.Ended.Status == wire.Pending {
			r.Ended.Status = input.Waits()
		}
		x := results.Execution{
			First:    r.First,
			Origin:   machine.ItemOrigin(in.Origin, r.First, r.Ended.Started),
			Input:    input.Input,
			Ended:    r.Ended,
			Redrives: r.Redrives,
			Lasting:  r.Lasting,
		}
		if m.dead(r.Ended) {
			letters = append(letters, run.letter(x, r.Items))
		}
		if c := r.Category(); run.format.Keeps(c) {
			text = renderer.Append(text[:0], x)
			segment.Add(c, text)
		}
	}
	n := results.Number{Shard: in.Shard.Number, Attempt: attemptOf(ctx), Segment: in.Segment}
	if !run.place.IsZero() { // else only the letters are missing
		if out, err = segment.Write(ctx, m.Store, run.place, n); err != nil {
			return out, m.unstaged(err)
		}
	}
	out.Unwritten, out.Failure = unwritten, unread
	return out, m.post(ctx, letters, writePatience, nil)
}

// inputOf gives what is known of the input of an execution whose source cannot be
// read any more: what its frame has, or nothing for one that goes without; ok is
// false for one that is not to be recorded without.
func inputOf(r wire.Record) (in wire.ItemInput, ok bool) {
	in = wire.ItemInput{First: r.First, Items: r.Items}
	if r.Frame == nil {
		return in, r.Ended.Status == machine.Succeeded || r.Lasting
	}
	var frame struct {
		Input value.Value `json:"input"`
	}
	err := json.Unmarshal([]byte(r.Frame.String()), &frame)
	in.Input = frame.Input
	return in, err == nil
}

// recordInputs gives the inputs that the records or letters show, or that a redrive
// needs, by first item.
func (m *Maps) recordInputs(ctx context.Context, run *mapRun, in wire.WriteInput) (map[int64]wire.ItemInput, error) {
	wanted := map[int64]wire.ItemInput{}
	for _, r := range in.Records {
		rest := in.Redrivable && !r.Lasting && r.Ended.Status != machine.Succeeded
		if rest || m.dead(r.Ended) || run.format.ShowsInput(r.Category()) {
			wanted[r.First] = wire.ItemInput{}
		}
	}
	if len(wanted) == 0 {
		return nil, nil
	}
	shard, err := m.shard(ctx, run, in.Shard)
	if err != nil {
		return nil, err
	}
	found := 0
	skip := func(first int64) bool { _, ok := wanted[first]; return !ok }
	err = run.inputs(ctx, shard, skip, func(input wire.ItemInput) error {
		if !skip(input.First) {
			wanted[input.First] = input
			found++
		}
		return nil
	})
	if err == nil && found < len(wanted) {
		err = fmt.Errorf("shard %d has the inputs of %d of %d records", in.Shard.Number, found, len(wanted))
	}
	return wanted, err
}
