package activities

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// declaring gives what sends heartbeats that have to arrive. It ends the context of
// the activity when Temporal wants it to end.
type declaring func(ctx context.Context, lose context.CancelCauseFunc) func(context.Context, func() []any) error

func declareToTemporal(ctx context.Context, lose context.CancelCauseFunc) func(context.Context, func() []any) error {
	return newTeller(ctx, lose).tell
}

// suspects are Calls that were under way when workers were lost, in a wave of their
// own. Nothing of it starts unless Temporal knows: an attempt that is lost
// before is held against nobody.
type suspects struct {
	*wave
	tell func(context.Context, func() []any) error

	mu     sync.Mutex
	losses wire.WaveLosses
}

// runSuspects makes the Calls of a wave of suspects. The one whose next loss would be
// the one that it is blamed for has the process for itself.
func (w *waves) runSuspects(ctx context.Context, v *wave, care waveCare) error {
	ctx, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	s := &suspects{wave: v, tell: w.declare(ctx, lose), losses: care.tells}
	end := pulse(ctx, waveBeat, func(parting bool) {
		if parting {
			s.under(false)
		}
		_ = s.say(ctx)
	})
	defer end()
	if care.last() {
		ward, g := w.house(), newWaveGuest()
		defer ward.join(&g.guest)()
		leave := ward.take(ctx, &g.guest)
		g.calls.Store(1)
		defer time.AfterFunc(wardTime, leave).Stop()
		defer leave()
	} else {
		defer w.admit(ctx)()
	}
	s.declare(ctx, true)
	v.run(ctx, w.caller)
	err := v.broken(ctx)
	if err != nil {
		s.under(false)
		_ = s.say(ctx)
	} else if care.last() { // what others do from now on is not its fault
		s.declare(ctx, false)
	}
	return err
}

// declare tells Temporal whether Calls are being made, and waits until it knows.
func (s *suspects) declare(ctx context.Context, under bool) {
	s.under(under)
	for !over(ctx) && s.say(ctx) != nil {
		pauseFor(ctx, waveBeat)
	}
}

func (s *suspects) under(under bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.losses.Under = under
	if under {
		s.losses.Began = time.Now().UTC()
	}
}

func (s *suspects) say(ctx context.Context) error {
	return s.tell(ctx, func() []any {
		s.mu.Lock()
		losses := s.losses
		s.mu.Unlock()
		return []any{s.progress(losses)}
	})
}

// waveGuest is a wave as a ward sees it.
type waveGuest struct {
	guest
	calls atomic.Int64
}

func newWaveGuest() *waveGuest {
	g := &waveGuest{}
	g.inside, g.over = g.calls.Load, over
	return g
}

// over reports that a wave is to start nothing any more.
func over(ctx context.Context) bool { return ctx.Err() != nil || stopping(ctx) }

// admit waits until no suspect needs the process for itself, and keeps it from
// getting that until leave is called.
func (w *waves) admit(ctx context.Context) (leave func()) {
	ward, g := w.house(), newWaveGuest()
	leave = ward.join(&g.guest)
	for !over(ctx) {
		g.calls.Store(1)
		if !ward.holds(&g.guest) {
			break
		}
		g.calls.Store(0)
		pauseFor(ctx, wardPause)
	}
	return leave
}

// house gives the ward of the process.
func (w *waves) house() *ward {
	if w.ward == nil {
		return new(ward)
	}
	return w.ward
}
