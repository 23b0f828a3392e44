package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// budget is how many states a call enters at most before it returns with the
// execution [Execution.Busy]. It bounds the time of a call to some tens of
// milliseconds, so that an endless loop of Pass states stays stoppable.
const budget = 500

// Execution is a program in progress: its frame, and what follows from it. It
// is not safe for concurrent use.
type Execution struct {
	program *program.Program
	frame   *Frame
	sink    Sink
	meter   Meter

	// What follows from the frame and is kept for speed.
	waiting map[EffectID]*Thread // threads by the effect they wait for
	ready   []*Thread            // threads that can enter their state, in turn

	// What lasts for one call.
	now time.Time
	// entering is set while a state is entered; before is then the event that its
	// entering followed.
	entering bool
	before   int64
	past     time.Time // of events that happened before now; zero for none
	effects  []Effect
	env      expr.Env
	// exceeded tells that a strict execution has had one event too many; silent
	// keeps what follows from that out of its history.
	exceeded, silent bool
	context          threadContext
}

// Beginning is what an execution starts from.
type Beginning struct {
	Origin Origin
	Input  value.Value
	// Sink receives the history; nil for none.
	Sink Sink
	// Meter counts how states end; nil for none.
	Meter Meter
}

// Start begins an execution at its Origin's StartTime and gives its first effects.
func Start(p *program.Program, b Beginning) (*Execution, []Effect) {
	e := &Execution{
		program: p,
		sink:    b.Sink,
		meter:   b.Meter,
		waiting: map[EffectID]*Thread{},
		frame: &Frame{
			Edition: Edition,
			Origin:  b.Origin,
			Input:   b.Input,
			Status:  Running,
			Random:  expr.Random{Seed: b.Origin.Seed},
		},
	}
	e.now = b.Origin.StartTime
	e.recordStarted()
	e.startTimer()
	e.frame.Root = e.thread(nil, p.Root(), b.Input)
	e.ready = append(e.ready, e.frame.Root)
	return e, e.walk()
}

// Load goes on with an execution from the JSON of its frame. The effects in
// flight are given by Pending: the runtime performs them again, or knows them.
func Load(p *program.Program, frame []byte, sink Sink) (*Execution, error) {
	e := &Execution{program: p, sink: sink, waiting: map[EffectID]*Thread{}, frame: &Frame{}}
	if err := json.Unmarshal(frame, e.frame); err != nil {
		return nil, fmt.Errorf("a frame cannot be read: %w", err)
	}
	if e.frame.Edition < 1 || e.frame.Edition > Edition {
		return nil, fmt.Errorf("the frame is of edition %d; this version knows editions 1 to %d", e.frame.Edition, Edition)
	}
	switch {
	case e.frame.Root != nil:
		if err := e.link(e.frame.Root, nil); err != nil {
			return nil, err
		}
	case e.frame.Status == Running:
		return nil, errors.New("the frame is not whole: it runs but stands nowhere")
	}
	for _, path := range e.frame.Ready {
		t, err := e.frame.Root.at(path)
		if err != nil {
			return nil, err
		}
		e.ready = append(e.ready, t)
	}
	return e, nil
}

// Resume takes the outcome of an effect and gives the next effects. An outcome
// of an effect that is not in flight (any more) is ignored. now must not run
// backwards.
func (e *Execution) Resume(id EffectID, o Outcome, now time.Time) []Effect {
	e.now = now
	if timer := e.frame.Timer; timer != nil && timer.ID == id {
		e.frame.Timer = nil
		e.timeOut()
		return e.take()
	}
	t, ok := e.waiting[id]
	if !ok || e.frame.Status != Running {
		return nil
	}
	pending := t.Pending
	e.settle(t)
	switch {
	case pending.Call != nil:
		e.called(t, pending.Call, o)
	case pending.Await != nil:
		e.taskEnded(t, pending.Await.Resource, o)
	case pending.Distribute != nil:
		e.distributed(t, o)
	case pending.Wait.Reason == WaitForRetry:
		e.attempt(t)
	default:
		e.waited(t)
	}
	return e.walk()
}

// Busy reports that a call ended because its budget of transitions was used
// up: the runtime calls Step to go on, and may do other things before.
func (e *Execution) Busy() bool { return len(e.ready) > 0 && e.frame.Status == Running }

// Step goes on with a busy execution.
func (e *Execution) Step(now time.Time) []Effect {
	e.now = now
	return e.walk()
}

// walk enters states until every thread waits for an effect, the execution has
// ended, or the budget is used up.
func (e *Execution) walk() []Effect {
	for range budget {
		if e.frame.Status != Running || len(e.ready) == 0 {
			break
		}
		t := e.ready[0]
		e.ready = e.ready[1:]
		if !t.gone && !e.exceeded {
			e.enter(t)
		}
	}
	if e.frame.Status != Running {
		e.ready = nil
	}
	e.exceed()
	return e.take()
}

// take hands out the effects of this call. What was asked for and taken back
// within one call is not handed out at all.
func (e *Execution) take() []Effect {
	effects := e.effects
	e.effects = nil
	for i := 0; i < len(effects); i++ {
		cancelled := effects[i].Cancel
		if cancelled == 0 {
			continue
		}
		asked := slices.IndexFunc(effects, func(other Effect) bool { return other.ID == cancelled })
		if asked >= 0 {
			effects = slices.Delete(effects, i, i+1)
			effects = slices.Delete(effects, asked, asked+1)
			i -= 2
		}
	}
	return effects
}

// Pending gives the effects in flight by rising id.
func (e *Execution) Pending() []Effect {
	var pending []Effect
	if e.frame.Timer != nil {
		pending = append(pending, *e.frame.Timer)
	}
	if e.frame.Root != nil {
		e.frame.Root.each(func(t *Thread) {
			if t.Pending != nil {
				pending = append(pending, *t.Pending)
			}
		})
	}
	slices.SortFunc(pending, func(a, b Effect) int { return int(a.ID - b.ID) })
	return pending
}

// Frame gives the frame, which changes with the next call. Marshal it to keep it.
func (e *Execution) Frame() *Frame {
	e.frame.Ready = nil
	for _, t := range e.ready {
		if !t.gone {
			e.frame.Ready = append(e.frame.Ready, t.path())
		}
	}
	return e.frame
}

// Status gives where the execution stands; when it is not Running, no effect
// is wanted any more.
func (e *Execution) Status() Status { return e.frame.Status }

// effect gives a new effect its id and hands it out with this call.
func (e *Execution) effect(effect Effect) Effect {
	e.frame.LastEffect++
	effect.ID = e.frame.LastEffect
	e.effects = append(e.effects, effect)
	return effect
}

// await lets the thread wait for a new effect.
func (e *Execution) await(t *Thread, effect Effect) {
	effect.State = t.State
	effect = e.effect(effect)
	t.Pending = &effect
	e.waiting[effect.ID] = t
}

// settle ends the thread's waiting.
func (e *Execution) settle(t *Thread) {
	delete(e.waiting, t.Pending.ID)
	if run := t.Pending.Distribute; run != nil {
		t.MapRun = &EndedMapRun{run.MapRunArn, run.Redrives}
	}
	t.Pending = nil
}
