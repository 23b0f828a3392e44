package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// inFlight is how many effects of one kind a workflow has in flight at most.
// The server stops at 2,000, and keeps heartbeat details and last failures of
// all of them in 8 MiB.
const inFlight = 500

// performer performs the effects of an execution and gathers their outcomes.
type performer struct {
	// ctx is disconnected from the workflow's own: a cancelled execution still
	// has effects to cancel and Map Runs to wait for.
	ctx     workflow.Context
	input   *wire.Execution
	program *program.Program

	budget  budget
	flights flights
	// errands are the effects under way. They are looked up, never ranged over.
	errands map[machine.EffectID]*errand
	calls   lane
	jobs    lane
	waits   lane
	maps    lane
	// awaits are the Tasks that wait, by token: looked up, never ranged over.
	awaits  map[string]*awaited
	early   early
	ballast ballast // of the outcomes of Calls
	passage *passage
	// starting counts Map Runs whose start is not confirmed yet, stopping those
	// that are cancelled and have not reported yet.
	starting, stopping int
	arrivals           []arrival
}

// lane bounds the effects of one kind; those beyond the bound queue.
type lane struct {
	queue []machine.Effect
	taken int // by effects in flight, cancelled ones that have not ended among them
	live  int // in flight and wanted
}

// errand is one effect under way.
type errand struct {
	effect   machine.Effect
	lane     *lane
	cancel   func()
	unwanted bool
}

// arrival is the outcome of an effect that the machine has not taken yet.
type arrival struct {
	id      machine.EffectID
	outcome machine.Outcome
	// worker stands instead of an outcome: an activity's worker, by its name,
	// has begun.
	worker *string
}

func newPerformer(ctx workflow.Context, input *wire.Execution, p *program.Program, passage *passage) *performer {
	return &performer{ctx: ctx, input: input, program: p, passage: passage, ballast: ballast{bytes: executionBallast}, errands: map[machine.EffectID]*errand{}, awaits: map[string]*awaited{}}
}

// take queues new effects and cancels the ones that are taken back.
func (p *performer) take(effects []machine.Effect) {
	for _, effect := range effects {
		if effect.Cancel != 0 {
			p.cancel(effect.Cancel)
			continue
		}
		lane := p.laneOf(effect)
		lane.queue = append(lane.queue, effect)
	}
}

func (p *performer) laneOf(effect machine.Effect) *lane {
	switch {
	case effect.Call != nil:
		return &p.calls
	case effect.Await != nil:
		return &p.jobs
	case effect.Wait != nil:
		return &p.waits
	}
	return &p.maps
}

// start starts what is queued as far as there is room. While the execution
// drains, neither Calls nor Map Runs are started: the next run does it.
func (p *performer) start(draining bool) {
	p.startLane(&p.waits, p.startWait)
	p.startLane(&p.jobs, p.startAwait)
	if !draining {
		p.startLane(&p.maps, p.startMapRun)
		p.startLane(&p.calls, p.startCall)
	}
}

func (p *performer) startLane(lane *lane, start func(*errand)) {
	for len(lane.queue) > 0 {
		effect := lane.queue[0]
		if lane.taken >= inFlight && !unbounded(effect) || effect.Call != nil && !p.ballast.holds(p.ctx, lane.taken, 1) {
			return
		}
		lane.queue = lane.queue[1:]
		start(p.under(effect))
	}
}

// unbounded reports whether an effect need not queue: the execution's own timer,
// and what takes no more of the server than a timer and may be answered any moment.
func unbounded(effect machine.Effect) bool {
	return effect.Wait != nil && effect.Wait.Reason == machine.WaitForTimeout ||
		effect.Await != nil && effect.Await.Resource.Pattern != program.Sync
}

// under notes that the effect is under way.
func (p *performer) under(effect machine.Effect) *errand {
	e := &errand{effect: effect, lane: p.laneOf(effect), cancel: func() {}}
	e.lane.taken++
	e.lane.live++
	p.errands[effect.ID] = e
	return e
}

// land ends an errand. The second of two reports of one end finds it ended.
func (p *performer) land(e *errand, outcome machine.Outcome) {
	if p.errands[e.effect.ID] != e {
		return
	}
	delete(p.errands, e.effect.ID)
	e.lane.taken--
	if e.effect.Call != nil {
		p.ballast.weigh(outcome.Output.Size())
	}
	if !e.unwanted {
		e.lane.live--
		p.arrivals = append(p.arrivals, arrival{id: e.effect.ID, outcome: outcome})
		return
	}
	if e.effect.Distribute != nil {
		p.stopping--
	}
}

// fail ends an errand that could not even be started.
func (p *performer) fail(e *errand, failure machine.Failure) {
	p.land(e, machine.Outcome{Failure: &failure})
}

// cancel takes an effect back.
func (p *performer) cancel(id machine.EffectID) {
	e, ok := p.errands[id]
	if !ok {
		p.unqueue(id)
		return
	}
	if e.unwanted {
		return
	}
	e.unwanted = true
	e.lane.live--
	if e.effect.Distribute != nil {
		p.stopping++
	}
	e.cancel()
}

// cancelAll takes all effects back.
func (p *performer) cancelAll() {
	for _, id := range workflow.DeterministicKeys(p.errands) {
		p.cancel(id)
	}
}

func (p *performer) unqueue(id machine.EffectID) {
	for _, lane := range []*lane{&p.calls, &p.jobs, &p.waits, &p.maps} {
		lane.queue = slices.DeleteFunc(lane.queue, func(effect machine.Effect) bool { return effect.ID == id })
	}
}

// arrival gives the next outcome.
func (p *performer) arrival() (a arrival, ok bool) {
	if len(p.arrivals) == 0 {
		return arrival{}, false
	}
	a, p.arrivals = p.arrivals[0], p.arrivals[1:]
	return a, true
}

// report takes what a Map Run says of its end.
func (p *performer) report(r wire.OutcomeReport) {
	if e, ok := p.errands[r.Effect]; ok && e.effect.Distribute != nil {
		p.land(e, r.Outcome)
	}
}

// startWait sets a timer. A time that has passed lands at once.
func (p *performer) startWait(e *errand) {
	p.budget.spend(p.ctx, 0)
	ctx, cancel := workflow.WithCancel(p.ctx)
	timer := workflow.NewTimerWithOptions(ctx, e.effect.Wait.Until.Sub(workflow.Now(ctx)), workflow.TimerOptions{Summary: waitSummary(e.effect)})
	e.cancel = cancel
	p.flights.add(timer, func(workflow.Future) { p.land(e, machine.Fired) })
}

func waitSummary(effect machine.Effect) string {
	switch effect.Wait.Reason {
	case machine.WaitForTimeout:
		return "TimeoutSeconds of the execution"
	case machine.WaitForRetry:
		return effect.State + " (retry)"
	}
	return effect.State + " until " + effect.Wait.Until.UTC().Format(time.RFC3339)
}
