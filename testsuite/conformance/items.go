package conformance

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// RunItems runs a Map Run over an array of items on the virtual clock, one
// item after the other. script answers the items' effects.
func RunItems(p *program.Program, e machine.Effect, script machinetest.Script) (machine.Outcome, time.Duration) {
	state, _ := p.State(e.State)
	r := itemsRun{state: state, run: *e.Distribute, items: machine.NewItems(state, *e.Distribute), script: script}
	outcome, failure := r.all()
	if failure != nil {
		return machine.Outcome{Failure: failure}, 0
	}
	return outcome, 0
}

type itemsRun struct {
	state   *program.State
	run     machine.Distribute
	items   *machine.Items
	script  machinetest.Script
	results []value.Value
	failed  int64
}

func (r *itemsRun) all() (machine.Outcome, *machine.Failure) {
	if r.run.Reader != nil || r.run.Writer != nil && r.run.Writer.Resource != "" {
		return machine.Outcome{}, fault("the virtual runtime has no S3")
	}
	batch, first := r.items.NewBatch(), int64(0)
	for i, item := range r.run.Items.Elements() {
		input, f := r.items.Select(int64(i), item, "", "STATE_DATA")
		if f != nil {
			return machine.Outcome{}, f
		}
		if batch.Add(input) {
			continue
		}
		if f := r.one(batch, first); f != nil {
			return machine.Outcome{}, f
		}
		batch, first = r.items.NewBatch(), int64(i)
		batch.Add(input)
	}
	if batch.Len() > 0 {
		if f := r.one(batch, first); f != nil {
			return machine.Outcome{}, f
		}
	}
	total := int64(r.run.Items.Len())
	if r.run.Tolerance.CountExceeded(r.failed) || r.run.Tolerance.PercentageExceeded(r.failed, total) {
		f := machine.Fault(machine.ErrorExceedTolerance, "The specified tolerated failure threshold was exceeded")
		return machine.Outcome{}, &f
	}
	return machine.Outcome{Output: value.OfArray(r.results)}, nil
}

// one runs the execution of one batch.
func (r *itemsRun) one(b *machine.Batch, first int64) *machine.Failure {
	item := r.state.Map.Distributed.Item
	execution, err := machinetest.Run(item,
		machine.Beginning{Origin: r.items.Origin(first, began), Input: b.Input()},
		machinetest.Options{Script: itemScript{r.script, item}})
	if err != nil {
		return fault(err.Error())
	}
	switch output := execution.Frame().Output; {
	case execution.Status() != machine.Succeeded:
		r.failed += int64(b.Len())
	case r.flattens() && output.Kind() == value.Array:
		r.results = append(r.results, output.Elements()...)
	default:
		r.results = append(r.results, output)
	}
	return nil
}

// flattens reports whether arrays are spliced into the results.
func (r *itemsRun) flattens() bool {
	return r.run.Writer != nil && r.run.Writer.Transformation == "FLATTEN"
}

// itemScript answers the effects inside one item.
type itemScript struct {
	machinetest.Script
	program *program.Program
}

func (s itemScript) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return RunItems(s.program, e, s.Script)
}

func fault(cause string) *machine.Failure {
	f := machine.Fault(machine.ErrorRuntime, cause)
	return &f
}
