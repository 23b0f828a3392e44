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
	// Await gives how a Task that waits ends, and how long after its request.
	Await(effect machine.Effect) (machine.Outcome, time.Duration)
	// Distribute gives the outcome of a Map Run and how long it takes.
	Distribute(effect machine.Effect) (machine.Outcome, time.Duration)
}

// Working is implemented by Scripts that know of workers that take an
// activity's task.
type Working interface {
	// Worker gives the name of the worker that takes the task which the Await
	// waits for, and whether one does.
	Worker(effect machine.Effect) (name string, takes bool)
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

// worker is a worker that has begun.
type worker struct {
	id   machine.EffectID
	name string
}

// Run runs a program to its end. The error tells that it did not come to one,
// or that a frame could not be read back.
func Run(p *program.Program, b machine.Beginning, o Options) (*machine.Execution, error) {
	execution, effects := machine.Start(p, b)
	return GoOn(p, Under{Execution: execution, Effects: effects, Now: b.Origin.StartTime, Sink: b.Sink}, o)
}

// Under is an execution that is under way.
type Under struct {
	Execution *machine.Execution
	// Effects are those that it has just asked for, at Now; no others are in flight.
	Effects []machine.Effect
	Now     time.Time
	// Sink is the one that it has.
	Sink machine.Sink
}

// GoOn runs an execution that is under way to its end, as Run does.
func GoOn(p *program.Program, u Under, o Options) (*machine.Execution, error) {
	r := run{options: o, program: p, sink: u.Sink, now: u.Now, random: expr.Random{Seed: o.Shuffle}}
	execution, effects := u.Execution, u.Effects
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
		for _, begun := range r.workers {
			execution.TaskStarted(begun.id, begun.name, r.now)
		}
		r.workers = nil
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
	workers []worker // that have begun and have not been told
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
			r.queue = append(r.queue, due{at: r.now.Add(took), id: e.ID, outcome: outcome})
		case e.Await != nil:
			r.await(e)
		default:
			outcome, took := r.options.Script.Distribute(e)
			r.queue = append(r.queue, due{at: r.now.Add(took), id: e.ID, outcome: outcome})
		}
	}
}

// await queues the end of a Task that waits, and before it the beginning of an
// activity's worker.
func (r *run) await(e machine.Effect) {
	if script, ok := r.options.Script.(Working); ok && e.Await.Resource.Pattern == program.Activity {
		if name, takes := script.Worker(e); takes {
			r.workers = append(r.workers, worker{e.ID, name})
		}
	}
	outcome, took := r.options.Script.Await(e)
	at := r.now.Add(took)
	// Nobody beats: a bound on silence is one on the whole.
	if silence := time.Duration(e.Await.HeartbeatSeconds) * time.Second; silence > 0 && took > silence {
		at, outcome = r.now.Add(silence), machine.Outcome{Failure: &machine.HeartbeatFailure}
	}
	if until := e.Await.Until; !until.IsZero() && at.After(until) {
		at, outcome = until, machine.Outcome{Failure: &machine.TimeoutFailure}
	}
	r.queue = append(r.queue, due{at: at, id: e.ID, outcome: outcome})
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
