package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// shuffles is how many orders of simultaneous outcomes the virtual runtime
// tries: what a machine gives must not depend on them.
const shuffles = 3

// Virtual runs on the virtual clock: once as is, once writing the frame down
// and reading it back after every effect, and in several orders of what
// happens at the same time. All must end alike.
func Virtual(ctx context.Context, c *Case, p *program.Program) (Result, error) {
	first, err := virtually(ctx, c, p, machinetest.Options{})
	if err != nil {
		return first, err
	}
	again, err := virtually(ctx, c, p, machinetest.Options{Reload: true})
	if err != nil {
		return first, err
	}
	if d := difference(first, again); d != "" {
		return first, fmt.Errorf("a frame read back goes on differently: %s", d)
	}
	for seed := range uint64(shuffles) {
		other, err := virtually(ctx, c, p, machinetest.Options{Shuffle: seed + 1})
		if err != nil {
			return first, err
		}
		other.History = first.History
		if d := difference(first, other); d != "" {
			return first, fmt.Errorf("another order of completion ends differently: %s", d)
		}
	}
	return first, nil
}

func virtually(ctx context.Context, c *Case, p *program.Program, o machinetest.Options) (Result, error) {
	events := &recorder{}
	b := Beginning(c, p, began)
	b.Sink = events
	store, err := c.store(ctx)
	if err != nil {
		return Result{}, err
	}
	o.Script = &script{program: p, answers: NewAnswers(c.Mocks), store: store}
	execution, err := machinetest.Run(p, b, o)
	for _, after := range c.Redrives {
		if err == nil {
			execution, err = redrive(p, ending{execution, events, after}, o)
		}
	}
	if err != nil {
		return Result{}, err
	}
	r := Of(execution.Frame())
	r.History = events.types
	r.Written, err = c.written(ctx, store)
	return r, err
}

// ending is the end of an execution that is to be redriven so long after it.
type ending struct {
	*machine.Execution
	events machine.Sink
	after  time.Duration
}

// redrive lets an execution that has ended go on.
func redrive(p *program.Program, e ending, o machinetest.Options) (*machine.Execution, error) {
	frame, err := json.Marshal(e.Frame())
	if err != nil {
		return nil, err
	}
	u := machinetest.Under{Now: e.Frame().Stopped.Add(e.after), Sink: e.events}
	u.Execution, u.Effects, err = machine.Redrive(p, frame, machine.Redriving{Now: u.Now, Sink: u.Sink})
	if err != nil {
		return nil, err
	}
	return machinetest.GoOn(p, u, o)
}

// difference compares two results to the letter.
func difference(a, b Result) string {
	want := Case{Status: a.Status, Output: a.Output, History: a.History, Written: map[string]string{}}
	for url, text := range a.Written {
		want.Written[a.names(url)] = a.names(text)
	}
	want.Failure = value.OfObject(
		value.Member{Name: "error", Value: a.Failure.Error.Or(value.NullValue)},
		value.Member{Name: "cause", Value: a.Failure.Cause.Or(value.NullValue)},
	)
	return want.Difference(b)
}

// script answers effects: Calls from the mocks, Map Runs by running the items
// one after the other.
type script struct {
	program *program.Program
	answers *Answers
	store   objects.Store
}

func (s *script) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	return s.answers.Next(e.State, *e.Call)
}

func (s *script) Await(e machine.Effect) (machine.Outcome, time.Duration) {
	return s.answers.Awaited(*e.Await)
}

// workerName is the worker that takes every task of an activity.
const workerName = "worker"

func (s *script) Worker(machine.Effect) (name string, takes bool) { return workerName, true }

func (s *script) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	return runItems(s.program, e, s, s.store)
}
