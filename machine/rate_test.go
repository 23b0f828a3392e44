package machine_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// drive starts items of n for so long, looking as often as tick, and gives when.
func drive(r *machine.Rate, from time.Time, length, tick time.Duration, n int64) (starts []time.Time) {
	for now := from; now.Before(from.Add(length)); now = now.Add(tick) {
		for r.Wait(now) == 0 && len(starts) < 100_000 {
			r.Take(now, n)
			starts = append(starts, now)
		}
	}
	return starts
}

func TestRate(t *testing.T) {
	begin := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		perSecond float64
		among     int
		tick      time.Duration
		items     int64
		want      int // in a minute
	}{
		"exact timers":               {10, 1, time.Millisecond, 1, 600},
		"timers that tick":           {10, 1, time.Second, 1, 600},
		"many":                       {2_500, 1, time.Second, 1, 150_000},
		"among several":              {10, 4, time.Second, 1, 150},
		"less than one a second":     {0.25, 1, time.Second, 1, 15},
		"batches":                    {50, 1, time.Second, 100, 30},
		"batches larger than a rate": {1, 1, time.Second, 30, 2},
	} {
		t.Run(name, func(t *testing.T) {
			r := machine.Rate{Every: machine.RateEvery(c.perSecond, c.among), Next: begin}
			starts := drive(&r, begin, time.Minute, c.tick, c.items)
			want := min(c.want, 100_000)
			assert.InDelta(t, want, len(starts), 1+0.03*float64(want))
			// After a rest it makes up for a moment, not for the rest.
			late := begin.Add(time.Hour)
			again := drive(&r, late, 10*time.Second, c.tick, c.items)
			most := c.perSecond/float64(c.among)*11.5/float64(c.items) + 1
			assert.LessOrEqual(t, float64(len(again)), most)
		})
	}
}

func TestRateOfNoLimit(t *testing.T) {
	var r machine.Rate
	now := time.Unix(1, 0)
	r.Take(now, 1_000_000)
	assert.Zero(t, r.Wait(now))
	assert.Equal(t, machine.Rate{}, r)
	assert.Zero(t, machine.RateEvery(0, 3))
	text, err := json.Marshal(r)
	require.NoError(t, err)
	assert.Equal(t, `{}`, string(text))
}

func TestRateChanges(t *testing.T) {
	now := time.Unix(1_000, 0)
	r := machine.Rate{Every: time.Hour, Next: now}
	r.Take(now, 10)
	assert.Equal(t, 10*time.Hour, r.Wait(now))
	r.Change(now, machine.Rate{Every: time.Second})
	assert.Equal(t, 10*time.Second, r.Wait(now), "what is taken shrinks with the rate")
	r.Change(now, machine.Rate{Every: time.Second, Next: now.Add(time.Minute)})
	assert.Equal(t, time.Minute, r.Wait(now), "a later turn holds")
	r.Change(now, machine.Rate{})
	assert.Zero(t, r.Wait(now))
}

func FuzzRate(f *testing.F) {
	f.Add(10.0, 1, int64(1), int64(1_000_000))
	f.Add(1e-300, 1_000_000, int64(1)<<62, int64(1))
	f.Fuzz(func(t *testing.T, perSecond float64, among int, n, later int64) {
		if n < 1 || later < 0 {
			return
		}
		now := time.Unix(1_000_000_000, 0)
		r := machine.Rate{Every: machine.RateEvery(perSecond, among), Next: now}
		require.GreaterOrEqual(t, r.Every, time.Duration(0))
		for range 3 {
			before := r.Next
			now = now.Add(time.Duration(later % int64(time.Hour)))
			r.Take(now, n)
			require.False(t, r.Every > 0 && !r.Next.After(before), "what is taken moves the next turn")
			require.GreaterOrEqual(t, r.Wait(now), time.Duration(0))
			r.Change(now, machine.Rate{Every: machine.RateEvery(perSecond*2, among)})
		}
	})
}
