package recorded

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Runtime runs a case to its end.
type Runtime interface {
	// Skip gives the reason why this runtime cannot run the case, "" for none:
	// a fact about the case and AWS, as with [Case.Skip].
	Skip(c *Case) string
	// Run runs the case. An error is a case that could not be run to its end.
	Run(ctx context.Context, c *Case) (Result, error)
}

// Virtual runs the machine on a virtual clock, writing its frame down and
// reading it back after every effect.
type Virtual struct {
	// Objects serves the objects of Map Runs.
	Objects *Objects
}

// Skip gives no reason: there is nothing that it cannot run.
func (Virtual) Skip(*Case) string { return "" }

// Run runs the case.
func (v Virtual) Run(ctx context.Context, c *Case) (Result, error) {
	p, err := c.translate(c.Type)
	if err != nil {
		return Result{}, err
	}
	events := &recorder{}
	b := c.beginning(c.Type, recordingTime)
	b.Sink = events
	a := newAnswers(c)
	workers, stopper := &workers{c: c}, &stopper{c, events}
	script := &script{ctx: ctx, virtual: v, c: c, program: p, answers: a}
	execution, err := machinetest.Run(p, b, machinetest.Options{
		Script: script,
		Reload: true,
		Watch: func(execution *machine.Execution, now time.Time) error {
			workers.watch(execution, now)
			stopper.watch(execution, now)
			return nil
		},
	})
	if err != nil {
		return Result{}, err
	}
	r := resultOf(execution, events.events, a)
	r.MapRuns, r.TellsMapRuns = script.mapRuns, true
	return r, nil
}

// resultOf gives the result of an execution that has ended.
func resultOf(execution *machine.Execution, events []machine.Event, a *answers) Result {
	frame := execution.Frame()
	r := Result{Arn: frame.Origin.ID, Status: frame.Status, Output: frame.Output, Events: events, Unused: a.unused()}
	if frame.Failure != nil {
		r.Failure = *frame.Failure
	}
	return r
}

// recorder keeps events.
type recorder struct{ events []machine.Event }

func (r *recorder) Record(e machine.Event) { r.events = append(r.events, e) }

// script answers effects as recorded.
type script struct {
	ctx     context.Context
	virtual Virtual
	c       *Case
	program *program.Program
	answers *answers
	mapRuns []wire.MapRunDescription
}

func (s *script) Call(e machine.Effect) (machine.Outcome, time.Duration) {
	return s.answers.call(e.State, *e.Call)
}

func (s *script) Await(e machine.Effect) (machine.Outcome, time.Duration) {
	return s.answers.await(*e.Await)
}

func (s *script) Distribute(e machine.Effect) (machine.Outcome, time.Duration) {
	ended, took := s.virtual.mapRun(s.ctx, s.c, s.program, e, s.answers)
	s.mapRuns = append(s.mapRuns, ended.description)
	return ended.outcome, took
}

// workers take the tasks of activities as soon as these are scheduled.
type workers struct {
	c     *Case
	taken []machine.EffectID
}

func (w *workers) watch(execution *machine.Execution, now time.Time) {
	for _, e := range execution.Pending() {
		if e.Await == nil || e.Await.Resource.Pattern != program.Activity || len(w.taken) > 0 && e.ID <= w.taken[len(w.taken)-1] {
			continue
		}
		if name, ok := w.c.worker(len(w.taken)); ok {
			execution.TaskStarted(e.ID, name, now)
		}
		w.taken = append(w.taken, e.ID)
	}
}

// worker gives the name of the worker that took the n-th task of an activity;
// false when none did.
func (c *Case) worker(n int) (name string, ok bool) {
	for _, event := range c.Expected.Events {
		if event.Get("type").Text() == "ActivityStarted" {
			if n == 0 {
				return event.Get("activityStartedEventDetails").Get("workerName").Text(), true
			}
			n--
		}
	}
	return "", false
}
