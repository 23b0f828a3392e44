package activities

import (
	"context"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// pendingBytes is how many bytes of pending records are gathered at a time.
const pendingBytes = 1 << 20

// addPending adds the executions of the shards that were never started and of
// the rest of the source that was never cut. Those of started shards stand in
// parts. A source that cannot be read (any more) ends the records early: the
// run itself says so.
func (m *Maps) addPending(ctx context.Context, run *mapRun, in wire.ResultsInput, files *results.Files) error {
	lenient := *run
	lenient.lenient = true // the run said so where it had to
	run = &lenient
	p := pendingRecords{run: run, files: files, segment: results.Segment{Format: run.format}}
	p.renderer.Format = run.format
	err := m.eachPending(ctx, run, in, func(shard wire.Shard) error { return p.add(ctx, shard) })
	if f := definite(err); f != nil && f.Name() != machine.ErrorResultWriterFailed {
		m.Log.Warn("not all pending items can be recorded", "mapRun", run.spec.Run.MapRunArn, "error", f.Name(), "cause", f.Cause.Text())
		err = nil
	}
	if err != nil {
		return err
	}
	return p.flush()
}

// eachPending gives the shards that were not started.
func (m *Maps) eachPending(ctx context.Context, run *mapRun, in wire.ResultsInput, yield func(wire.Shard) error) error {
	for _, part := range in.Again {
		rest, err := m.rest(ctx, run, []wire.RestPart{part})
		if err != nil {
			return err
		}
		if err := yield(wire.Shard{Rest: rest}); err != nil {
			return err
		}
	}
	for _, ref := range in.Pending {
		shard, err := m.shard(ctx, run, ref)
		if err != nil {
			return err
		}
		if err := yield(shard); err != nil {
			return err
		}
	}
	for cursor := in.Unplanned; cursor != nil; {
		page, err := run.source.Plan(ctx, *cursor, reader.LimitsOf("", run.spec.Run))
		if err != nil {
			return err
		}
		for _, shard := range page.Shards {
			if err := yield(sourced(shard, &page.Source)); err != nil {
				return err
			}
		}
		cursor = page.Next
	}
	return nil
}

// pendingRecords renders executions that were not started into result files.
type pendingRecords struct {
	run      *mapRun
	files    *results.Files
	segment  results.Segment
	renderer results.Renderer
	record   []byte
}

func (p *pendingRecords) add(ctx context.Context, shard wire.Shard) error {
	return p.run.inputs(ctx, shard, nil, func(in wire.ItemInput) error {
		p.record = p.renderer.Append(p.record[:0], results.Execution{
			First:  in.First,
			Origin: p.run.items.Origin(in.First, p.run.spec.Started),
			Input:  in.Input,
			Ended:  wire.Ended{Status: in.Waits()},

			Redrives: redrivesOf(in),
		})
		p.segment.Add(wire.PendingFile, p.record)
		if p.segment.Size() < pendingBytes {
			return nil
		}
		return p.flush()
	})
}

func (p *pendingRecords) flush() error {
	defer p.segment.Reset()
	return p.files.Add(p.segment.Text(wire.PendingFile))
}

// redrivesOf gives how often the execution was redriven before.
func redrivesOf(in wire.ItemInput) int {
	if in.Earlier == nil {
		return 0
	}
	return in.Earlier.Redrives
}
