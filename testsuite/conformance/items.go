package conformance

import (
	"cmp"
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// RunItems runs a Map Run over an array of items on the virtual clock, one
// item after the other. script answers the items' effects.
func RunItems(p *program.Program, e machine.Effect, script machinetest.Script) (machine.Outcome, time.Duration) {
	return runItems(p, e, script, nil)
}

// runItems is RunItems with a store for what is read and written: a Map Run as
// simple as it can be, which the durable one has to agree with.
func runItems(p *program.Program, e machine.Effect, script machinetest.Script, store objects.Store) (machine.Outcome, time.Duration) {
	state, _ := p.State(e.State)
	r := itemsRun{
		state: state, run: *e.Distribute, items: machine.NewItems(state, *e.Distribute), script: script, store: store,
		executions: collected{run: *e.Distribute, store: store},
	}
	outcome, err := r.all(context.Background())
	if err != nil {
		f := failureOf(err)
		return machine.Outcome{Failure: &f}, 0
	}
	return outcome, 0
}

type itemsRun struct {
	state  *program.State
	run    machine.Distribute
	items  *machine.Items
	script machinetest.Script
	store  objects.Store

	executions    collected
	failed, total int64
}

func (r *itemsRun) all(ctx context.Context) (machine.Outcome, error) {
	if err := r.executions.check(ctx); err != nil {
		return machine.Outcome{}, err
	}
	batches, err := r.batches(ctx)
	if err != nil {
		return machine.Outcome{}, err
	}
	for _, b := range batches {
		if err := r.one(b); err != nil {
			return machine.Outcome{}, err
		}
	}
	output, err := r.executions.output(ctx)
	if err != nil {
		return machine.Outcome{}, err
	}
	if r.exceeded() {
		f := machine.Fault(machine.ErrorExceedTolerance, "The specified tolerated failure threshold was exceeded")
		return machine.Outcome{Failure: &f}, nil
	}
	return machine.Outcome{Output: output}, nil
}

// exceeded reports whether too many items have failed. All are known from the
// beginning, as those of a small source are.
func (r *itemsRun) exceeded() bool {
	return r.run.Tolerance.CountExceeded(r.failed) || r.run.Tolerance.PercentageExceeded(r.failed, r.total)
}

// batch is a batch with the index of its first item.
type batch struct {
	*machine.Batch
	first int64
}

// batches gives the batches of the run's items; without an ItemBatcher a batch
// is an item.
func (r *itemsRun) batches(ctx context.Context) (all []batch, err error) {
	err = r.read(ctx, func(index int64, input value.Value) error {
		if len(all) > 0 && all[len(all)-1].Add(input) {
			return nil
		}
		all = append(all, batch{r.items.NewBatch(), index})
		all[len(all)-1].Add(input)
		return nil
	})
	return all, err
}

// read gives the inputs of the source's items.
func (r *itemsRun) read(ctx context.Context, yield func(index int64, input value.Value) error) error {
	source, err := reader.Open(reader.Source{Store: r.store, Run: r.run})
	if err != nil {
		return err
	}
	for next := new(wire.Cursor); next != nil; {
		page, err := source.Plan(ctx, *next, reader.LimitsOf(program.ExpressBatch, r.run))
		if err != nil {
			return err
		}
		for _, shard := range page.Shards {
			if shard.Source == nil {
				shard.Source = &page.Source
			}
			err := source.Read(ctx, shard, func(item reader.Item) error {
				r.total++
				item.Source = cmp.Or(item.Source, source.Origin())
				input, f := r.items.Select(item)
				if f != nil {
					return &failure{*f}
				}
				return yield(item.Index, input)
			})
			if err != nil {
				return err
			}
		}
		next = page.Next
	}
	return nil
}

// one runs the execution of one batch, unless too many have failed already.
func (r *itemsRun) one(b batch) error {
	origin, input := r.items.Origin(b.first, began), b.Input()
	if r.exceeded() {
		return r.executions.add(b.first, origin, input, wire.Ended{Status: wire.Pending})
	}
	item := r.state.Map.Distributed.Item
	execution, err := machinetest.Run(item,
		machine.Beginning{Origin: origin, Input: input},
		machinetest.Options{Script: itemScript{r.script, item, r.store}})
	if err != nil {
		return err
	}
	frame := execution.Frame()
	if execution.Status() != machine.Succeeded {
		r.failed += int64(b.Len())
	}
	return r.executions.add(b.first, origin, input, wire.Ended{
		Status: frame.Status, Output: frame.Output, Failure: frame.Failure, Started: began, Stopped: frame.Stopped,
	})
}

// itemScript answers the effects inside one item.
type itemScript struct {
	machinetest.Script
	program *program.Program
	store   objects.Store
}

func (s itemScript) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return runItems(s.program, e, s.Script, s.store)
}
