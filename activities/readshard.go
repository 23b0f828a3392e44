package activities

import (
	"context"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// chunkBytes bounds the inputs that one reading gives; a single input may be
// larger.
const chunkBytes = 512 << 10

// errEnough ends a reading before the shard's end.
var errEnough = errors.New("enough")

// ReadShard gives inputs of a shard's executions: [wire.ReadInput] ->
// [wire.ReadOutput]. From and Next are indexes in the source; From 0 stands for
// the shard's beginning.
func (m *Maps) ReadShard(ctx context.Context, in wire.ReadInput) (wire.ReadOutput, error) {
	defer m.alive(ctx)()
	out, err := m.readShard(ctx, in)
	if f := definite(err); f != nil {
		out.Failure, out.FieldsFault, err = f, ofFields(err), nil
	}
	return out, concluded(ctx, err)
}

func (m *Maps) readShard(ctx context.Context, in wire.ReadInput) (out wire.ReadOutput, err error) {
	run, err := m.open(ctx, in.Shard.Spec)
	if err != nil {
		return out, err
	}
	shard, err := m.shard(ctx, run, in.Shard)
	if err != nil {
		return out, err
	}
	size := 0
	before := func(first int64) bool { return first < in.From }
	err = run.inputs(ctx, shard, before, func(input wire.ItemInput) error {
		if before(input.First) {
			return nil
		}
		bytes := inputBytes(input)
		if bytes > m.ceiling().bytes() {
			return faulty(machine.ErrorDataLimitExceeded, "The input of item %d has %d bytes; at most %d can pass. Shrink it with an ItemSelector.%s", input.First, bytes, m.ceiling().bytes(), m.ceiling().otherwise())
		}
		if size += bytes; size > chunkBytes && len(out.Inputs) > 0 {
			out.Next = input.First
			return errEnough
		}
		out.Inputs = append(out.Inputs, input)
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}

// inputBytes is about what an input comes to in a payload.
func inputBytes(in wire.ItemInput) int {
	bytes := wire.PayloadSize(in.Input)
	if in.Earlier != nil && in.Earlier.Frame != nil {
		bytes += len(in.Earlier.Frame.String())
	}
	return bytes
}
