package activities

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// waveOf gives a wave whose Tasks have their place as input.
func waveOf(tasks, concurrency int) wire.Wave {
	w := wire.Wave{Concurrency: concurrency}
	for i := range tasks {
		task := taskWith()
		task.Call.Input = value.OfInt(int64(i))
		w.Tasks = append(w.Tasks, task)
	}
	return w
}

func runWave(t *testing.T, s *server, w wire.Wave) []*machine.Outcome {
	t.Helper()
	encoded, err := s.next(w)
	require.NoError(t, err)
	var result wire.WaveResult
	require.NoError(t, encoded.Get(&result))
	require.Len(t, result.Outcomes, len(w.Tasks))
	return result.Outcomes
}

func TestWaveKeepsPlacesAndConcurrency(t *testing.T) {
	var running, most atomic.Int32
	caller := callerFunc(func(_ context.Context, call machine.Call) machine.Outcome {
		n := running.Add(1)
		defer running.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(5 * time.Millisecond)
		if i, _ := call.Input.Int(); i%5 == 0 {
			return failed(machine.Fault("Boom", call.Input.String()))
		}
		return succeeded(call.Input)
	})
	outcomes := runWave(t, &server{t: t, run: (&waves{caller: caller, sizes: newSizes()}).perform}, waveOf(20, 4))
	for i, o := range outcomes {
		require.NotNil(t, o)
		if i%5 == 0 {
			assert.Equal(t, machine.Fault("Boom", value.OfInt(int64(i)).String()), *o.Failure)
			continue
		}
		assert.Equal(t, value.OfInt(int64(i)), o.Output)
	}
	assert.EqualValues(t, 4, most.Load())
}

func TestWaveStopsAtItsTime(t *testing.T) {
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome {
		time.Sleep(waveTime / 2)
		return succeeded(value.True)
	})
	encoded, err := (&server{t: t, run: (&waves{caller: caller, sizes: newSizes()}).perform}).next(waveOf(8, 2))
	require.NoError(t, err)
	var result wire.WaveResult
	require.NoError(t, encoded.Get(&result))
	for i, o := range result.Outcomes {
		assert.Equal(t, i < 4, o != nil, "task %d", i)
	}
	assert.GreaterOrEqual(t, result.Slowest, waveTime/2)
}

func TestWaveStopsAtItsBytes(t *testing.T) {
	large := value.OfString(strings.Repeat("x", 300<<10))
	var calls atomic.Int32
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome { calls.Add(1); return succeeded(large) })
	outcomes := runWave(t, &server{t: t, run: (&waves{caller: caller, sizes: newSizes()}).perform}, waveOf(50, 1))
	done := 0
	for _, o := range outcomes {
		if o != nil {
			done++
		}
	}
	assert.Equal(t, 4, done, "1.2 MiB is past the bound")
	assert.EqualValues(t, done, calls.Load())
}

// Many large results at once do not fit into one result: those beyond go ahead,
// and nothing that was called is handed back. The next wave knows the size and
// starts no more than fit.
func TestWaveOfLargeResults(t *testing.T) {
	large := value.OfString(strings.Repeat("x", 400<<10))
	var calls atomic.Int32
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome {
		calls.Add(1)
		time.Sleep(20 * time.Millisecond)
		return succeeded(large)
	})
	var told []wire.WaveRest
	var fault error
	waves := &waves{caller: caller, sizes: newSizes(), tell: func(_ context.Context, rest wire.WaveRest) error {
		told = append(told, rest)
		return fault
	}}
	for _, c := range []struct{ called, ahead int }{{waveProbe, waveProbe - 3}, {3, 0}} {
		calls.Store(0)
		told = nil
		wave := waveOf(20, 20)
		wave.Number = 7
		for i, o := range runWave(t, &server{t: t, run: waves.perform}, wave) {
			assert.Equal(t, i < 3, o != nil, "task %d", i)
		}
		assert.EqualValues(t, c.called, calls.Load())
		next := 3
		for _, rest := range told {
			assert.Equal(t, 7, rest.Number)
			assert.LessOrEqual(t, len(rest.Done), 3, "a signal is a payload, too")
			for _, one := range rest.Done {
				assert.Equal(t, next, one.Place)
				assert.Equal(t, large, one.Outcome.Output)
				next++
			}
		}
		assert.Equal(t, 3+c.ahead, next)
	}
	// A workflow that cannot be told gets them back as not started.
	waves.sizes, fault = newSizes(), errors.New("not there any more")
	for i, o := range runWave(t, &server{t: t, run: waves.perform}, waveOf(20, 20)) {
		assert.Equal(t, i < 3, o != nil, "task %d", i)
	}
}

func TestWaveOfAStoppingWorker(t *testing.T) {
	stop := make(chan struct{})
	close(stop)
	caller := callerFunc(func(context.Context, machine.Call) machine.Outcome { panic("not to be called") })
	_, err := (&server{t: t, run: (&waves{caller: caller, sizes: newSizes()}).perform, stop: stop}).next(waveOf(2, 2))
	assert.Equal(t, handedBack, application(t, err).Type())
}

func TestWaveTimeoutIsEachTasksOwn(t *testing.T) {
	caller := callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
		if i, _ := call.Input.Int(); i == 1 {
			<-ctx.Done()
			return failed(machine.Fault("Other", ""))
		}
		return succeeded(value.True)
	})
	w := waveOf(3, 3)
	for i := range w.Tasks {
		w.Tasks[i].Call.TimeoutSeconds = 1
	}
	outcomes := runWave(t, &server{t: t, run: (&waves{caller: caller, sizes: newSizes()}).perform}, w)
	assert.Nil(t, outcomes[0].Failure)
	assert.Equal(t, machine.ErrorTimeout, outcomes[1].Failure.Name())
	assert.Nil(t, outcomes[2].Failure)
}

// What a lost wave has reported is not called again.
func TestWaveGoesOnAfterALostWorker(t *testing.T) {
	var mu sync.Mutex
	called := map[string]int{}
	s := &server{t: t}
	s.run = func(ctx context.Context, w wire.Wave) (wire.WaveResult, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return (&waves{caller: callerFunc(func(ctx context.Context, call machine.Call) machine.Outcome {
			mu.Lock()
			called[call.Input.String()]++
			first := called[call.Input.String()] == 1
			mu.Unlock()
			if call.Input.String() == "2" && first {
				time.Sleep(3 * waveBeat / 2)
				cancel() // the worker is lost
				return failed(machine.Fault("Boom", ""))
			}
			return succeeded(call.Input)
		}), sizes: newSizes()}).perform(ctx, w)
	}
	_, err := s.next(waveOf(3, 3))
	require.Error(t, err)
	outcomes := runWave(t, s, waveOf(3, 3))
	for i, o := range outcomes {
		require.NotNil(t, o)
		assert.Equal(t, value.OfInt(int64(i)), o.Output)
	}
	assert.Equal(t, map[string]int{"0": 1, "1": 1, "2": 2}, called)
}
