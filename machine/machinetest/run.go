package machinetest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Script answers the effects of an execution.
type Script interface {
	// Call gives the outcome of one attempt and how long it takes.
	Call(effect machine.Effect) (machine.Outcome, time.Duration)
	// Distribute gives the outcome of a Map Run and how long it takes.
	Distribute(effect machine.Effect) (machine.Outcome, time.Duration)
}

// Options tell how to run.
type Options struct {
	Script Script
	// Shuffle, when not 0, seeds the order in which outcomes that are due at
	// the same time are told; 0 tells them in the order they were asked for.
	Shuffle uint64
	// Reload writes the frame down and reads it back after every effect.
	Reload bool
	// Watch, when set, sees the execution at every moment at which it waits. An
	// error ends the run.
	Watch func(execution *machine.Execution, now time.Time) error
	// MostEffects bounds the run; 0 means 100,000.
	MostEffects int
}

// due is an outcome with its time.
type due struct {
	at      time.Time
	id      machine.EffectID
	outcome machine.Outcome
}

// Run runs a program to its end. The error tells that it did not come to one,
// or that a frame could not be read back.
func Run(p *program.Program, b machine.Beginning, o Options) (*machine.Execution, error) {
	r := run{options: o, program: p, sink: b.Sink, now: b.Origin.StartTime, random: expr.Random{Seed: o.Shuffle}}
	execution, effects := machine.Start(p, b)
	most := o.MostEffects
	if most == 0 {
		most = 100_000
	}
	for range most {
		r.perform(effects)
		if execution.Status() != machine.Running {
			return execution, nil
		}
		if err := r.agrees(execution); err != nil {
			return nil, err
		}
		if o.Watch != nil {
			if err := o.Watch(execution, r.now); err != nil {
				return nil, err
			}
		}
		if o.Reload {
			var err error
			if execution, err = r.reload(execution); err != nil {
				return nil, err
			}
		}
		if execution.Busy() {
			effects = execution.Step(r.now)
			continue
		}
		if len(r.queue) == 0 {
			return execution, fmt.Errorf("the execution runs but waits for nothing; frame: %s", text(execution))
		}
		next := r.pick()
		effects = execution.Resume(next.id, next.outcome, r.now)
	}
	return execution, fmt.Errorf("the execution did not end within %d effects", most)
}

type run struct {
	options Options
	program *program.Program
	sink    machine.Sink
	now     time.Time
	random  expr.Random
	queue   []due
}

func (r *run) perform(effects []machine.Effect) {
	for _, e := range effects {
		switch {
		case e.Cancel != 0:
			r.queue = slices.DeleteFunc(r.queue, func(d due) bool { return d.id == e.Cancel })
		case e.Wait != nil:
			r.queue = append(r.queue, due{at: e.Wait.Until, id: e.ID})
		case e.Call != nil:
			outcome, took := r.options.Script.Call(e)
			outcome, took = r.bound(*e.Call, outcome, took)
			r.queue = append(r.queue, due{r.now.Add(took), e.ID, outcome})
		default:
			outcome, took := r.options.Script.Distribute(e)
			r.queue = append(r.queue, due{r.now.Add(took), e.ID, outcome})
		}
	}
}

// bound enforces TimeoutSeconds.
func (r *run) bound(c machine.Call, o machine.Outcome, took time.Duration) (machine.Outcome, time.Duration) {
	limit := time.Duration(c.TimeoutSeconds) * time.Second
	if c.TimeoutSeconds > 0 && took > limit {
		return machine.Outcome{Failure: &machine.TimeoutFailure}, limit
	}
	return o, took
}

// pick takes the next outcome and moves the clock to it.
func (r *run) pick() due {
	at := r.queue[0].at
	for _, d := range r.queue {
		if d.at.Before(at) {
			at = d.at
		}
	}
	if at.Before(r.now) {
		at = r.now
	}
	var candidates []int
	for i, d := range r.queue {
		if !d.at.After(at) {
			candidates = append(candidates, i)
		}
	}
	chosen := candidates[0]
	if r.options.Shuffle != 0 {
		chosen = candidates[r.random.Intn(int64(len(candidates)))]
	}
	r.now = at
	next := r.queue[chosen]
	r.queue = slices.Delete(r.queue, chosen, chosen+1)
	return next
}

// agrees checks that what the execution waits for is what the runner was asked for.
func (r *run) agrees(execution *machine.Execution) error {
	pending := execution.Pending()
	for _, e := range pending {
		if !slices.ContainsFunc(r.queue, func(d due) bool { return d.id == e.ID }) {
			return fmt.Errorf("effect %d is pending, but was never asked for", e.ID)
		}
	}
	if len(pending) != len(r.queue) {
		return fmt.Errorf("%d effects are in flight, of which the frame knows %d: %s", len(r.queue), len(pending), text(execution))
	}
	return nil
}

// reload writes the frame down, reads it back, and checks that it says the same.
func (r *run) reload(execution *machine.Execution) (*machine.Execution, error) {
	before := text(execution)
	again, err := machine.Load(r.program, []byte(before), r.sink)
	if err != nil {
		return nil, err
	}
	if after := text(again); after != before {
		return nil, fmt.Errorf("a frame read back differs:\n%s\n%s", before, after)
	}
	return again, nil
}

func text(execution *machine.Execution) string {
	frame, err := json.Marshal(execution.Frame())
	if err != nil {
		return err.Error()
	}
	return string(frame)
}
