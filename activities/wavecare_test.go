package activities

import (
	"context"
	"encoding/json"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// waveServer is a server that hears what waves of suspects declare. A worker that is
// lost is lost while it makes a Call: the next attempt knows what was heard by then.
type waveServer struct {
	*server
	*waves
	called int
	loses  bool
	then   any // the details when it was called last
	during func(machine.Call)
}

func newWaveServer(t *testing.T) *waveServer {
	s := &waveServer{server: &server{t: t}}
	s.waves = &waves{sizes: newSizes(), ward: new(ward), caller: callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		s.called++
		s.then = s.details
		if s.during != nil {
			s.during(call)
		}
		return succeeded(call.Input)
	})}
	s.declare = func(context.Context, context.CancelCauseFunc) func(context.Context, func() []any) error {
		return func(_ context.Context, details func() []any) error {
			text, err := json.Marshal(details()[0])
			s.details = json.RawMessage(text)
			return err
		}
	}
	s.server.run = s.perform
	return s
}

// try makes an attempt. ok is false when its worker is lost.
func (s *waveServer) try(w wire.Wave) (result wire.WaveResult, ok bool) {
	s.t.Helper()
	called := s.called
	encoded, err := s.next(w)
	if s.loses && s.called > called {
		s.details = s.then
		return result, false
	}
	require.NoError(s.t, err)
	require.NoError(s.t, encoded.Get(&result))
	return result, true
}

// suspect gives a wave of suspects.
func suspectWave(tasks int) wire.Wave {
	w := waveOf(tasks, 1)
	w.Suspect = true
	return w
}

// A wave comes back after two lost workers, with what is known, and is not called
// again.
func TestWaveComesBackAfterLostWorkers(t *testing.T) {
	s := newWaveServer(t)
	s.attempt, s.details = 1, wire.WaveProgress{Done: []wire.PlacedOutcome{{Place: 1, Outcome: succeeded(value.True)}}}
	s.loses = true
	_, ok := s.try(waveOf(3, 1))
	assert.False(t, ok)
	assert.Equal(t, 2, s.called)
	result, ok := s.try(waveOf(3, 1))
	require.True(t, ok)
	assert.Equal(t, 2, s.called)
	assert.Equal(t, 2, result.Lost)
	require.Len(t, result.Outcomes, 3)
	assert.Nil(t, result.Outcomes[0])
	assert.Equal(t, value.True, result.Outcomes[1].Output)
	assert.Nil(t, result.Outcomes[2])

	// One that goes on after its first loss says so: what it has not called again was
	// perhaps under way then.
	s.attempt, s.details, s.loses = 1, nil, false
	result, ok = s.try(waveOf(3, 1))
	require.True(t, ok)
	assert.Equal(t, 1, result.Lost)
	assert.NotContains(t, result.Outcomes, (*machine.Outcome)(nil))

	// One of which everything is known has nothing to call again.
	s.attempt = 5
	s.details = wire.WaveProgress{Done: []wire.PlacedOutcome{{Place: 0, Outcome: succeeded(value.True)}}}
	result, ok = s.try(waveOf(1, 1))
	require.True(t, ok)
	assert.Equal(t, value.True, result.Outcomes[0].Output)
	assert.Equal(t, 5, s.called)
}

// A worker that stops has not been lost.
func TestWaveOfStoppingWorkersIsCalledOn(t *testing.T) {
	s := newWaveServer(t)
	s.stop = make(chan struct{})
	close(s.stop)
	for range 5 {
		_, err := s.next(waveOf(2, 2))
		assert.Equal(t, handedBack, application(t, err).Type())
	}
	s.stop = nil
	result, ok := s.try(waveOf(2, 1))
	require.True(t, ok)
	assert.Zero(t, result.Lost)
	assert.Equal(t, 2, s.called)
}

func TestSuspectsComeBackAfterOneLostWorker(t *testing.T) {
	s := newWaveServer(t)
	s.loses = true
	_, ok := s.try(suspectWave(3))
	assert.False(t, ok)
	result, ok := s.try(suspectWave(3))
	require.True(t, ok)
	assert.Equal(t, 1, result.Lost)
	assert.Equal(t, make([]*machine.Outcome, 3), result.Outcomes)
	assert.Equal(t, 3, s.called)
}

// A suspect that was alone ends with its verdict after three lost workers, one that
// had been blamed before after one more.
func TestSuspectIsBlamed(t *testing.T) {
	for name, c := range map[string]struct{ before, losses int }{"at first": {0, 3}, "again": {2, 1}} {
		t.Run(name, func(t *testing.T) {
			s := newWaveServer(t)
			s.loses = true
			w := suspectWave(1)
			w.Lost = c.before
			var wards []bool
			s.during = func(machine.Call) { wards = append(wards, s.ward.patient.Load() != nil) }
			for range c.losses {
				_, ok := s.try(w)
				require.False(t, ok)
			}
			assert.Equal(t, []bool{false, false, true}[3-c.losses:], wards, "the last one has the process for itself")
			result, ok := s.try(w)
			require.True(t, ok)
			assert.Equal(t, c.losses, s.called)
			assert.Equal(t, 3, result.Lost)
			o := result.Outcomes[0]
			require.NotNil(t, o)
			assert.Equal(t, machine.ErrorTimeout, o.Failure.Name())
			assert.Contains(t, o.Failure.Cause.Text(), "The worker was lost 3 times while this task ran apart from others")
			require.Len(t, o.Attempts, c.losses-1)
			for _, a := range o.Attempts {
				assert.Equal(t, machine.ErrorTimeout, a.Failure.Name())
			}
		})
	}
}

// What is lost before Temporal knows that a suspect is called is held against nobody,
// nor what is lost when it has ended and the process is everybody's again.
func TestSuspectIsInnocent(t *testing.T) {
	s := newWaveServer(t)
	s.attempt = 20 // lost while they waited for the ward
	s.details = wire.WaveProgress{Losses: wire.WaveLosses{Lost: 1, Under: true}}
	result, ok := s.try(suspectWave(1))
	require.True(t, ok)
	assert.Zero(t, result.Lost)
	assert.Equal(t, 1, s.called)
	assert.Nil(t, s.ward.patient.Load())

	var told wire.WaveProgress
	require.NoError(t, json.Unmarshal(s.then.(json.RawMessage), &told))
	assert.True(t, told.Losses.Under)
	assert.Equal(t, 2, told.Losses.Lost)
	assert.WithinDuration(t, time.Now(), told.Losses.Began, time.Minute)
	told = wire.WaveProgress{}
	require.NoError(t, json.Unmarshal(s.details.(json.RawMessage), &told))
	assert.False(t, told.Losses.Under)
	assert.Len(t, told.Done, 1)

	// The result is lost: it is known all the same.
	result, ok = s.try(suspectWave(1))
	require.True(t, ok)
	assert.Equal(t, 1, s.called)
	assert.Equal(t, value.OfInt(0), result.Outcomes[0].Output)
}

func TestSuspectsOfAStoppingWorker(t *testing.T) {
	s := newWaveServer(t)
	s.details = wire.WaveProgress{Losses: wire.WaveLosses{Lost: 2}}
	s.attempt, s.stop = 7, make(chan struct{})
	s.during = func(machine.Call) { require.Fail(t, "it is called") }
	close(s.stop)
	_, err := s.next(suspectWave(1))
	assert.Equal(t, handedBack, application(t, err).Type())
	var told wire.WaveProgress
	require.NoError(t, json.Unmarshal(s.details.(json.RawMessage), &told))
	assert.False(t, told.Losses.Under)
	assert.Equal(t, 2, told.Losses.Lost)
}

// Whoever resets the activity lets it begin anew.
func TestWaveCareOfAReset(t *testing.T) {
	told := wire.WaveLosses{Excused: 5, Lost: 2, Under: true}
	for _, w := range []wire.Wave{waveOf(2, 1), suspectWave(1), suspectWave(2)} {
		assert.False(t, waveCareOf(w, told, 1).enough())
	}
	assert.False(t, waveCareOf(waveOf(2, 1), told, 3).enough(), "of 2 attempts no 5 can be excused")
	assert.True(t, waveCareOf(waveOf(2, 1), told, 8).enough())
	assert.True(t, waveCareOf(suspectWave(1), told, 8).enough())
}

// A suspect with the ward waits for waves that run, and none begins meanwhile.
func TestWavesKeepStillForASuspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &waves{ward: new(ward)}
		running := w.admit(t.Context())
		g := newWaveGuest()
		defer w.ward.join(&g.guest)()
		var has, admitted atomic.Bool
		var leave func()
		go func() { leave = w.ward.take(t.Context(), &g.guest); has.Store(true) }()
		time.Sleep(time.Second)
		go func() { defer w.admit(t.Context())(); admitted.Store(true) }()
		time.Sleep(time.Second)
		assert.False(t, has.Load())
		assert.False(t, admitted.Load())
		running()
		time.Sleep(time.Second)
		assert.True(t, has.Load())
		assert.False(t, admitted.Load())
		leave()
		time.Sleep(time.Second)
		assert.True(t, admitted.Load())
	})
}

// Calls that last for long are not waited for without end.
func TestWardIsTakenInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &waves{ward: new(ward)}
		defer w.admit(t.Context())()
		g := newWaveGuest()
		defer w.ward.join(&g.guest)()
		began := time.Now()
		w.ward.take(t.Context(), &g.guest)()
		assert.InDelta(t, wardTime.Seconds(), time.Since(began).Seconds(), 1)
	})
}

// process is one of a worker that may die: what its attempts do then counts no more.
type process struct {
	mu   sync.Mutex
	dead bool
	gone chan struct{}
}

func (p *process) die() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.dead {
		p.dead = true
		close(p.gone)
	}
}

// live does something unless the process is dead.
func (p *process) live(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.dead {
		do()
	}
}

// A suspect that is slow is not taken for one of another shard that kills fast, though
// each loss is one of both, and both are tried again at the same moments.
func TestSlowSuspectBesideOneThatKills(t *testing.T) {
	var p *process
	results, calls := map[string]*wire.WaveResult{}, map[string]int{}
	suspect := func(name string, do func()) *waveServer {
		s := newWaveServer(t)
		s.caller = callerFunc(func(context.Context, machine.Call) machine.Outcome {
			p.live(func() { calls[name]++ })
			do()
			return succeeded(value.True)
		})
		s.declare = func(context.Context, context.CancelCauseFunc) func(context.Context, func() []any) error {
			return func(_ context.Context, details func() []any) error {
				text, err := json.Marshal(details()[0])
				p.live(func() { s.details = json.RawMessage(text) })
				return err
			}
		}
		return s
	}
	servers := map[string]*waveServer{
		"slow": suspect("slow", func() {
			select {
			case <-p.gone:
			case <-time.After(200 * time.Millisecond):
			}
		}),
		"deadly": suspect("deadly", func() { time.Sleep(20 * time.Millisecond); p.die() }),
	}
	for round := 0; len(results) < 2; round++ {
		require.Less(t, round, 10)
		p = &process{gone: make(chan struct{})}
		house := new(ward)
		var trying sync.WaitGroup
		for name := range results {
			delete(servers, name)
		}
		for name, s := range servers {
			s.ward = house
			trying.Go(func() {
				encoded, err := s.next(suspectWave(1))
				var result wire.WaveResult
				if assert.NoError(t, err) && assert.NoError(t, encoded.Get(&result)) {
					p.live(func() { results[name] = &result })
				}
			})
		}
		trying.Wait()
	}
	assert.Zero(t, results["slow"].Lost)
	assert.Nil(t, results["slow"].Outcomes[0].Failure)
	assert.LessOrEqual(t, calls["slow"], 3)
	assert.Equal(t, machine.ErrorTimeout, results["deadly"].Outcomes[0].Failure.Name())
	assert.Equal(t, 3, calls["deadly"])
}
