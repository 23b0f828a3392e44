package workflows

import (
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// execution is one run of an execution's workflow.
type execution struct {
	w *workflows
	// ctx is the workflow's own context, whose cancellation means stop; work is
	// disconnected from it.
	ctx, work workflow.Context
	input     wire.Execution

	machine   *machine.Execution
	performer *performer
	renewal   renewal
	passage   passage
	pace      pace
	stop      stop
	outcomes  workflow.ReceiveChannel
	tasks     workflow.ReceiveChannel

	// fault stands when evaluating panicked: the machine cannot be asked any more.
	fault *machine.Failure
	now   time.Time
	shown string
}

// execution is the workflow of every state machine.
func (w *workflows) execution(ctx workflow.Context, args converter.EncodedValues) (value.Value, error) {
	var input wire.Execution
	if err := args.Get(&input); err != nil {
		return value.Value{}, refusal("InvalidExecutionInput", "The input is not that of a Stepwell execution: %v", err)
	}
	if input.Definition.Type == string(program.Express) {
		return runExpress(ctx, input, w.passage())
	}
	e := &execution{w: w, ctx: ctx, input: input, now: input.Origin.StartTime, renewal: renewal{after: w.options.ContinueAfter}, passage: w.passage()}
	e.work, _ = workflow.NewDisconnectedContext(ctx)
	e.outcomes = workflow.GetSignalChannel(ctx, wire.OutcomeSignal)
	e.tasks = workflow.GetSignalChannel(ctx, wire.TaskSignal)
	e.stop.channel = workflow.GetSignalChannel(ctx, wire.StopSignal)
	err := workflow.SetQueryHandlerWithOptions(ctx, wire.DescribeQuery, e.describe,
		workflow.QueryHandlerOptions{Description: "where the execution stands, and its Map Runs"})
	if err != nil {
		return value.Value{}, err
	}
	effects, err := e.begin()
	if err != nil {
		return value.Value{}, err
	}
	return e.run(effects)
}

// begin starts the execution, or goes on from the frame of the run before,
// which a redrive does with one that had ended.
func (e *execution) begin() ([]machine.Effect, error) {
	p, err := e.w.program(e.work, e.input.Definition)
	if err != nil {
		return nil, err
	}
	e.performer = newPerformer(e.work, &e.input, p, &e.passage)
	sink, meter := e.w.sink(e.input.Origin), e.w.meter(e.work, e.input.Origin)
	if e.input.Frame == nil && e.input.Staged == nil {
		effects := e.advance(func() (effects []machine.Effect) {
			e.machine, effects = machine.Start(p, machine.Beginning{Origin: e.input.Origin, Input: e.input.Input, Sink: sink, Meter: meter})
			return effects
		})
		e.w.attach(e.machine)
		return effects, nil
	}
	staged := e.input.Staged
	if e.input.Frame != nil {
		staged = []wire.Text{*e.input.Frame}
	}
	frame, err := fetchText(e.work, staged)
	if err != nil {
		return nil, refusal(machine.ErrorDataLimitExceeded, "The execution cannot go on: its frame %v", err)
	}
	if e.input.Redrive != nil {
		return e.redrive(p, frame, machine.Redriving{Now: e.input.Redrive.Time, Sink: sink, Meter: meter})
	}
	if e.machine, err = machine.Load(p, []byte(frame), sink); err != nil {
		return nil, refusal(machine.ErrorRuntime, "The execution cannot go on: %v", err)
	}
	e.machine.MeteredBy(meter)
	e.w.attach(e.machine)
	return e.performer.inherit(e.machine.Pending(), e.input.Started), nil
}

// inherit takes over the effects in flight at the end of the run before and
// gives those that have to be performed (again).
func (p *performer) inherit(pending []machine.Effect, started []machine.EffectID) []machine.Effect {
	known := map[machine.EffectID]bool{}
	for _, id := range started {
		known[id] = true
	}
	var effects []machine.Effect
	for _, effect := range pending {
		if known[effect.ID] {
			p.underway(effect)
			continue
		}
		effects = append(effects, effect)
	}
	return effects
}

// run performs effects until the execution has ended or continues as new.
func (e *execution) run(effects []machine.Effect) (value.Value, error) {
	e.performer.take(effects)
	for e.running() {
		e.gather()
		if e.renewal.exhausted(e.work) {
			e.exceed()
			continue
		}
		draining := e.renewal.due(e.work, e.pace.tired())
		if effects, ok := e.next(draining); ok {
			e.performer.take(effects)
			continue
		}
		e.performer.start(draining)
		if len(e.performer.arrivals) > 0 {
			continue
		}
		if draining && e.performer.idle() && !e.stop.requested() {
			next, refused := e.continueAsNew()
			if next != nil {
				return value.Value{}, next
			}
			if refused != nil {
				workflow.GetLogger(e.work).Warn("The execution cannot continue as new.", "error", refused)
				e.renewal.refuse(e.work, refused)
			}
			continue
		}
		e.rest(draining)
	}
	return e.finish()
}

func (e *execution) running() bool {
	return e.fault == nil && e.machine.Status() == machine.Running
}

// gather takes in what has come: reports before the ends of children, since a
// Map Run reports first and ends then.
func (e *execution) gather() {
	var report wire.OutcomeReport
	for e.outcomes.ReceiveAsync(&report) {
		e.performer.report(report)
		report = wire.OutcomeReport{}
	}
	e.performer.flights.landReady(e.work)
	var told wire.TaskReport
	for e.tasks.ReceiveAsync(&told) {
		e.performer.tell(told)
		told = wire.TaskReport{}
	}
	e.stop.gather(e.work, &e.performer.flights)
}

// next lets the machine take one step, if there is one to take.
func (e *execution) next(draining bool) (effects []machine.Effect, ok bool) {
	if e.stop.due(e.ctx) {
		return e.advance(func() []machine.Effect { return e.machine.Stop(e.stop.failure, e.time()) }), true
	}
	if a, ok := e.performer.arrival(); ok {
		effects := e.advance(func() []machine.Effect {
			if a.worker != nil {
				e.machine.TaskStarted(a.id, *a.worker, e.time())
				return nil
			}
			return e.machine.Resume(a.id, a.outcome, e.time())
		})
		e.pace.resumed(e.work)
		return effects, true
	}
	if e.machine.Busy() && !draining {
		e.performer.start(draining)
		e.pace.stepped(e.work)
		return e.advance(func() []machine.Effect { return e.machine.Step(e.time()) }), true
	}
	return nil, false
}

// rest blocks until something happens.
func (e *execution) rest(draining bool) {
	if draining {
		e.renewal.drain(e.work, &e.performer.flights)
	}
	e.show()
	_ = e.performer.flights.wait(e.work, e.woken) // the context is never cancelled
	e.pace.rested()
}

// woken reports that a signal or a cancellation has come.
func (e *execution) woken() bool {
	return e.outcomes.Len() > 0 || e.tasks.Len() > 0 || e.stop.wakes(e.ctx)
}

// advance asks the machine for its next effects.
func (e *execution) advance(step func() []machine.Effect) []machine.Effect {
	effects, fault := evaluate(e.work, e.input.Origin.ID, step)
	if fault != nil {
		e.fault = fault
	}
	return effects
}

// time gives the time of the workflow task. It never runs backwards, not even
// behind the start as the starter's clock had it.
func (e *execution) time() time.Time {
	if now := workflow.Now(e.work); now.After(e.now) {
		e.now = now
	}
	return e.now
}
