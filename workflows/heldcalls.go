package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// heldCalls are the Calls of one integration that waves have handed back because
// whom they call fails. They go out again after a while: a few at first, in one
// wave at a time, then in wider ones, as long as these are not handed back.
type heldCalls struct {
	calls []waveCall
	// until is when the next of them may go out, wakes when the timer fires that
	// is set for that, zero for none.
	until, wakes time.Time
	// narrow is how many the next wave has, trying that one is under way, tries how
	// many have come back in vain, one after the other.
	narrow int
	trying bool
	tries  int
	// shut tells that a wave had nothing else: no wave of other Calls goes out.
	shut bool
}

// took takes the Calls that a wave has handed back. tried tells that it was a
// wave of held ones.
func (h *heldCalls) took(now time.Time, back []waveCall, result wire.WaveResult, tried bool) {
	if tried {
		h.trying = false
	}
	if len(back) == 0 {
		if tried {
			h.narrow *= 2
			h.shut, h.tries = false, 0
		}
		return
	}
	if tried {
		h.tries++
	}
	for _, call := range back {
		if call.held.IsZero() {
			call.held = now
		}
		h.calls = append(h.calls, call)
	}
	h.narrow = 1
	h.until = now.Add(holdPause(result.Hold, h.tries))
	h.shut = len(result.Held) == len(result.Outcomes)
}

// longestHold bounds the pause between tries, unless the circuit asks for more. The
// shard cannot continue as new while it has Calls, so a service that is away for
// days must not fill its history.
const longestHold = 5 * time.Minute

// holdPause gives how long to wait: what the circuit asks for, and longer the more
// tries have been in vain.
func holdPause(hold time.Duration, tries int) time.Duration {
	return max(hold, min(hold<<min(tries, 10), longestHold))
}

// due reports that held Calls may go out now.
func (h *heldCalls) due(now time.Time) bool {
	return len(h.calls) > 0 && !h.trying && !now.Before(h.until)
}

// next takes the Calls of the next wave that are still wanted, with how long
// they have waited.
func (h *heldCalls) next(now time.Time, width int) (batch []waveCall) {
	for len(h.calls) > 0 && len(batch) < min(max(h.narrow, 1), width) {
		call := h.calls[0]
		h.calls = h.calls[1:]
		if call.item.wants(call.effect.ID) {
			call.waited = now.Sub(call.held)
			batch = append(batch, call)
		}
	}
	return batch
}

// overdue takes the Calls whose TimeoutSeconds are over.
func (h *heldCalls) overdue(now time.Time) (late []waveCall) {
	if len(h.calls) == 0 {
		return nil
	}
	kept := h.calls[:0:0]
	for _, call := range h.calls {
		if end := call.end(); end.IsZero() || now.Before(end) {
			kept = append(kept, call)
		} else {
			late = append(late, call)
		}
	}
	h.calls = kept
	return late
}

// end gives when the TimeoutSeconds of a held Call are over, zero for never.
func (c waveCall) end() time.Time {
	if c.effect.Call.TimeoutSeconds == 0 {
		return time.Time{}
	}
	return c.held.Add(time.Duration(c.effect.Call.TimeoutSeconds) * time.Second)
}

// look gives when there is something to do next, zero for not before a wave is back.
func (h *heldCalls) look(now time.Time) (at time.Time) {
	if !h.trying && now.Before(h.until) {
		at = h.until
	}
	for _, call := range h.calls {
		if end := call.end(); !end.IsZero() && (at.IsZero() || end.Before(at)) {
			at = end
		}
	}
	return at
}

// expire ends held Calls whose time is up.
func (w *waves) expire(p *packed) {
	for _, call := range w.held.overdue(workflow.Now(p.shard.ctx)) {
		if call.item.wants(call.effect.ID) {
			p.resume(packedArrival{call.item, call.effect.ID, machine.Outcome{Failure: &machine.TimeoutFailure}})
		}
	}
}

// sendHeld sends held Calls whose time has come, and sets a timer for the rest.
func (w *waves) sendHeld(p *packed) {
	h, now := &w.held, workflow.Now(p.shard.ctx)
	if h.due(now) && p.flying < inFlight {
		if batch := h.next(now, w.width()); len(batch) > 0 {
			bytes := 0
			for _, call := range batch {
				bytes += callBytes(call.effect.Call)
			}
			h.trying = true
			p.shard.budget.spendBeside(p.shard.ctx, bytes, len(batch)*commandBytes/2)
			w.start(p, batch)
		}
	}
	if len(h.calls) > 0 {
		w.wakeAt(p, now, h.look(now))
	} else if !h.trying {
		h.shut = false // nobody waits any more
	}
}

// wakeAt lets the shard look again at a time; a timer that fires before will do.
func (w *waves) wakeAt(p *packed, now, at time.Time) {
	h := &w.held
	if at.IsZero() || !h.wakes.IsZero() && !at.Before(h.wakes) {
		return
	}
	h.wakes = at
	p.shard.budget.spend(p.shard.ctx, 0)
	timer := workflow.NewTimerWithOptions(p.shard.ctx, max(at.Sub(now), time.Millisecond), workflow.TimerOptions{Summary: "open circuit"})
	p.shard.flights.add(timer, func(workflow.Future) {
		if h.wakes.Equal(at) {
			h.wakes = time.Time{}
		}
	})
}
