package activities

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// WriteShard writes records of a shard to part files: [wire.WriteInput] ->
// [wire.WriteOutput]. Inputs that the records show are read from the source
// again.
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
	if err != nil {
		return out, err
	}
	slices.SortFunc(in.Records, func(a, b wire.Record) int { return cmp.Compare(a.First, b.First) })
	segment := results.Segment{Format: run.format}
	renderer := results.Renderer{Format: run.format}
	var text []byte
	for _, r := range in.Records {
		c := wire.CategoryOf(r.Ended.Status)
		if !run.format.Keeps(c) {
			continue
		}
		text = renderer.Append(text[:0], results.Execution{
			First:  r.First,
			Origin: machine.ItemOrigin(in.Origin, r.First, r.Ended.Started),
			Input:  inputs[r.First],
			Ended:  r.Ended,
		})
		segment.Add(c, text)
	}
	n := results.Number{Shard: in.Shard.Number, Attempt: attemptOf(ctx), Segment: in.Segment}
	out.Parts, err = segment.Write(ctx, m.Store, run.place, n)
	return out, m.unstaged(err)
}

// recordInputs gives the inputs that the records show, by first item.
func (m *Maps) recordInputs(ctx context.Context, run *mapRun, in wire.WriteInput) (map[int64]value.Value, error) {
	wanted := map[int64]value.Value{}
	for _, r := range in.Records {
		if run.format.ShowsInput(wire.CategoryOf(r.Ended.Status)) {
			wanted[r.First] = value.Value{}
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
			wanted[input.First] = input.Input
			found++
		}
		return nil
	})
	if err == nil && found < len(wanted) {
		err = fmt.Errorf("shard %d has the inputs of %d of %d records", in.Shard.Number, found, len(wanted))
	}
	return wanted, err
}
