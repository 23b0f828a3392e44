package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// suspicion is how a Call goes out that was under way when workers were lost.
type suspicion int

const (
	unsuspected suspicion = iota
	// together is in a wave of few suspects, alone in one of its own.
	together
	alone
)

const (
	// fewSuspects is how many go together. A wave of 500 is cut into 32 of these; the
	// next lost worker leaves 16 that go alone (docs/decisions/0017).
	fewSuspects = 16
	// suspectMargin is how much longer a wave may take: it may have to wait for
	// suspects in its process, and they for others.
	suspectMargin = 15 * time.Minute
	// blamedBefore is how many losses a Call has behind it that is made again although
	// it was blamed: one more is enough.
	blamedBefore = 2
)

// suspects are the Calls of one integration that were under way when workers were
// lost. They go out in small waves, one after the other, beside all other Calls.
type suspects struct {
	calls []waveCall
	// out tells that a wave of them is under way.
	out bool
	// until is when the next of them may go out, because whom they call fails; tries
	// is how many have come back for that, one after the other.
	until time.Time
	tries int
}

// queue lets a Call wait for a wave. One that was to blame for lost workers, and is
// retried, does not go with others again.
func (w *waves) queue(call waveCall) {
	if call.again && call.item.blamed[call.effect.State] {
		call.suspicion, call.lost = alone, blamedBefore
		w.suspects.calls = append(w.suspects.calls, call)
		return
	}
	delete(call.item.blamed, call.effect.State)
	w.calls = append(w.calls, call)
}

// add takes the Calls of a wave that has lost its worker too often.
func (s *suspects) add(lost []waveCall) {
	// Calls that are so slow that each has a wave of its own may be many.
	s.calls = append(s.calls, suspected(lost, len(lost) == 1 || len(lost) > fewSuspects)...)
}

// suspected gives the Calls as suspects; few tells that they may go together.
func suspected(calls []waveCall, few bool) []waveCall {
	for i := range calls {
		if calls[i].suspicion = alone; few {
			calls[i].suspicion = together
		}
		calls[i].held, calls[i].waited = time.Time{}, 0 // its time begins anew
	}
	return calls
}

// took takes what a wave of suspects hands back: Calls that it has not made, and
// those that it has not made because whom they call fails. Those that were under way
// when its worker was lost go alone, before all others.
func (s *suspects) took(now time.Time, back, held []waveCall, result wire.WaveResult) {
	s.out = false
	if result.Lost > 0 {
		back = suspected(back, false)
	}
	if len(held) == 0 {
		s.tries = 0
	} else {
		s.until = now.Add(holdPause(result.Hold, s.tries))
		s.tries++
	}
	for i := range held {
		if held[i].held.IsZero() {
			held[i].held = now
		}
	}
	s.calls = slices.Concat(back, held, s.calls)
}

// next takes the Calls of the next wave that are still wanted.
func (s *suspects) next(now time.Time) (batch []waveCall, bytes int) {
	for len(s.calls) > 0 && len(batch) < fewSuspects {
		call, size := s.calls[0], callBytes(s.calls[0].effect.Call)
		if len(batch) > 0 && (call.suspicion == alone || bytes+size > waveBytes) {
			break
		}
		s.calls = s.calls[1:]
		if !call.item.wants(call.effect.ID) {
			continue
		}
		if !call.held.IsZero() {
			call.waited = now.Sub(call.held)
		}
		batch, bytes = append(batch, call), bytes+size
		if call.suspicion == alone {
			break
		}
	}
	return batch, bytes
}

// sendSuspects sends the next wave of suspects when the last one is back, and sets a
// timer when they have to wait for whom they call.
func (w *waves) sendSuspects(p *packed) {
	s := &w.suspects
	if len(s.calls) == 0 || s.out || p.flying >= inFlight {
		return
	}
	now := workflow.Now(p.shard.ctx)
	if now.Before(s.until) {
		w.wakeAt(p, now, s.until)
		return
	}
	batch, bytes := s.next(now)
	if len(batch) == 0 {
		return
	}
	s.out = true
	p.shard.budget.spendBeside(p.shard.ctx, bytes, len(batch)*commandBytes/2)
	w.start(p, batch)
}
