package workflows

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// packed runs the items of a shard inside the shard's workflow: one
// machine.Execution an item, all in the shard's loop. Their Calls go out in
// waves, their waits share a timer.
type packed struct {
	shard   *mapShard
	program *program.Program
	sink    func(machine.Origin) machine.Sink
	meter   machine.Meter // nil for none
	// items are those in progress, in the order of their start.
	items []*packedItem
	waves []*waves
	// ballast is of outcomes; crossings is how often one may cross history for
	// each item: after its Calls, and as its output.
	ballast   ballast
	crossings int
	deadlines deadlines
	// flying is the number of activities in flight, waved that of the waves so far.
	flying, waved int
	// ahead are signals with outcomes of waves, told those of waves in flight. It
	// is looked up, never ranged over.
	ahead workflow.ReceiveChannel
	told  map[int][]wire.PlacedOutcome
	// refused are outcomes of effects that were not even tried.
	refused []packedArrival
}

// packedItem is one item in progress.
type packedItem struct {
	item    *shardItem
	origin  machine.Origin
	sink    machine.Sink // nil for none
	machine *machine.Execution
	// calls are the Calls under way, with what cancels them (nil for those in
	// waves). They are looked up, never ranged over.
	calls map[machine.EffectID]workflow.CancelFunc
	ended bool
	// blamed tells of which states the last Call was to blame for the loss of workers.
	// It is looked up, never ranged over.
	blamed map[string]bool
	// fault stands when evaluating panicked.
	fault *machine.Failure
}

type packedArrival struct {
	item    *packedItem
	id      machine.EffectID
	outcome machine.Outcome
}

func newPacked(s *mapShard, p *program.Program) *packed {
	return &packed{
		shard: s, program: p,
		ballast: ballast{bytes: shardBallast}, crossings: int(p.Effects()) + 1,
		ahead: workflow.GetSignalChannel(s.ctx, wire.WaveSignal), told: map[int][]wire.PlacedOutcome{},
	}
}

// room keeps the calls that wait for a place within bounds, and what the items
// in progress still bring into history: the shard cannot continue as new
// before they have ended. Items that have not called anything bring nothing.
func (p *packed) room() bool {
	waiting := 0
	for _, w := range p.waves {
		waiting += len(w.calls) + len(w.held.calls) + len(w.suspects.calls)
	}
	return p.flying+waiting < 2*inFlight && (p.flying+waiting == 0 || p.ballast.holds(p.shard.ctx, len(p.items)*p.crossings, p.crossings))
}

func (p *packed) start(item *shardItem) {
	origin := machine.ItemOrigin(p.shard.in.Origin, item.First, workflow.Now(p.shard.ctx))
	redriven := item.Earlier != nil && item.Earlier.Frame != nil
	if redriven {
		origin.StartTime = item.Earlier.Started
	}
	one := &packedItem{item: item, origin: origin, sink: p.sink(origin), calls: map[machine.EffectID]workflow.CancelFunc{}}
	p.items = append(p.items, one)
	p.perform(one, p.advance(one, func() (effects []machine.Effect) {
		if redriven {
			return p.redrive(one)
		}
		one.machine, effects = machine.Start(p.program, machine.Beginning{Origin: origin, Input: item.Input, Sink: one.sink, Meter: p.meter})
		return effects
	}))
}

// redrive lets an item go on from where it had ended.
func (p *packed) redrive(one *packedItem) (effects []machine.Effect) {
	how := machine.Redriving{Now: workflow.Now(p.shard.ctx), Sink: one.sink, Meter: p.meter}
	execution, effects, err := machine.Redrive(p.program, []byte(one.item.Earlier.Frame.String()), how)
	if err != nil {
		failure := machine.Fault(machine.ErrorRuntime, fmt.Sprintf("The execution cannot be redriven: %s.", err))
		one.fault = &failure
		return nil
	}
	one.machine = execution
	return effects
}

// resume hands an outcome to the item that waits for it, if it still does.
func (p *packed) resume(a packedArrival) {
	if a.item.ended {
		return
	}
	if _, called := a.item.calls[a.id]; called {
		delete(a.item.calls, a.id)
		p.ballast.weigh(a.outcome.Output.Size())
	}
	now := workflow.Now(p.shard.ctx)
	p.perform(a.item, p.advance(a.item, func() []machine.Effect { return a.item.machine.Resume(a.id, a.outcome, now) }))
	p.shard.pace.resumed(p.shard.ctx)
}

// perform takes the effects of an item and lets it go on while it needs none.
func (p *packed) perform(one *packedItem, effects []machine.Effect) {
	for {
		for _, effect := range effects {
			p.take(one, effect)
		}
		if one.fault != nil || one.machine.Status() != machine.Running {
			p.end(one)
			return
		}
		if !one.machine.Busy() {
			return
		}
		p.shard.pace.stepped(p.shard.ctx)
		effects = p.advance(one, func() []machine.Effect { return one.machine.Step(workflow.Now(p.shard.ctx)) })
	}
}

func (p *packed) take(one *packedItem, effect machine.Effect) {
	switch {
	case effect.Cancel != 0:
		p.cancel(one, effect.Cancel)
	case effect.Wait != nil:
		p.deadlines.add(deadline{effect.Wait.Until, one, effect.ID})
	case effect.Call != nil:
		one.calls[effect.ID] = nil
		p.call(one, effect)
	default:
		p.refuse(one, effect.ID, machine.Fault(machine.ErrorRuntime, "A Distributed Map cannot run inside an item of a packed shard."))
	}
}

// call queues a Call for a wave of its integration, or sets off another team's
// activity.
func (p *packed) call(one *packedItem, effect machine.Effect) {
	if bytes := callBytes(effect.Call); !p.shard.passage.fits(p.shard.ctx, bytes) {
		failure := p.shard.passage.tooLarge(fmt.Sprintf("The input of the task %q", effect.State), bytes)
		failure.Stage = "schedule"
		p.refuse(one, effect.ID, failure)
		return
	}
	integration := effect.Call.Resource.Integration()
	if integration == wire.ForeignIntegration {
		p.startForeign(one, effect)
		return
	}
	// One attempt at a time: the machine follows Retry.
	call := *effect.Call
	again := call.Retrying.Count() > 0
	call.Retrying = machine.Retrying{}
	effect.Call = &call
	w := p.wavesOf(integration)
	w.queue(waveCall{item: one, effect: effect, again: again})
}

// refuse lets an effect fail that cannot be performed. Its outcome is taken
// later, so that an item which keeps asking does not grow the stack.
func (p *packed) refuse(one *packedItem, id machine.EffectID, failure machine.Failure) {
	p.refused = append(p.refused, packedArrival{one, id, machine.Outcome{Failure: &failure}})
}

func (p *packed) cancel(one *packedItem, id machine.EffectID) {
	cancel, ok := one.calls[id]
	if !ok {
		p.deadlines.drop(one, id)
		return
	}
	delete(one.calls, id)
	if cancel != nil {
		cancel()
	}
}

// wants reports whether the item still waits for the Call.
func (one *packedItem) wants(id machine.EffectID) bool {
	_, ok := one.calls[id]
	return ok && !one.ended
}

// end takes an item out that has ended.
func (p *packed) end(one *packedItem) {
	one.ended = true
	p.items = slices.DeleteFunc(p.items, func(other *packedItem) bool { return other == one })
	p.deadlines.forget(one)
	fault := one.fault
	ended := wire.Ended{Status: machine.Failed, Failure: fault, Started: one.origin.StartTime, Stopped: workflow.Now(p.shard.ctx)}
	if fault == nil {
		frame := one.machine.Frame()
		ended.Status, ended.Output, ended.Failure, ended.Stopped = frame.Status, frame.Output, frame.Failure, frame.Stopped
	}
	if bytes := wire.PayloadSize(ended.Output); !p.shard.passage.fits(p.shard.ctx, bytes) {
		failure := p.shard.passage.tooLarge(fmt.Sprintf("The output of item %d", one.item.First), bytes)
		ended.Status, ended.Output, ended.Failure = machine.Failed, value.Value{}, &failure
		fault = &failure
	}
	if ender, ok := one.sink.(Ender); ok && fault != nil {
		ender.End(*fault, ended.Stopped)
	}
	if ended.Status != machine.Succeeded && p.shard.in.Redrivable {
		one.item.rest.Frame = restFrame(one.machine, ended)
		one.item.lasting = one.item.rest.Frame == nil
	}
	p.shard.ended(one.item, ended)
}

// flush sends what the items have asked for.
func (p *packed) flush() {
	for _, w := range p.waves {
		w.expire(p)
	}
	for len(p.refused) > 0 {
		a := p.refused[0]
		p.refused = p.refused[1:]
		p.resume(a)
	}
	for _, w := range p.waves {
		w.send(p)
	}
	p.deadlines.arm(p.shard, p.fire)
}

// fire ends the waits whose time has come.
func (p *packed) fire() {
	for _, one := range p.deadlines.due(workflow.Now(p.shard.ctx)) {
		p.resume(packedArrival{one.item, one.id, machine.Fired})
	}
}

// abort stops all items. Activities in flight are cancelled and not waited for.
func (p *packed) abort() {
	now := workflow.Now(p.shard.ctx)
	for _, one := range slices.Clone(p.items) {
		p.perform(one, p.advance(one, func() []machine.Effect { return one.machine.Stop(machine.Failure{}, now) }))
	}
	for _, w := range p.waves {
		w.stop()
	}
}

// advance asks an item for its next effects.
func (p *packed) advance(one *packedItem, step func() []machine.Effect) []machine.Effect {
	effects, fault := evaluate(p.shard.ctx, one.origin.ID, step)
	if fault != nil {
		one.fault = fault
	}
	return effects
}
