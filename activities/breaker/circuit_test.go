package breaker_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
)

const open = 200 * time.Millisecond

func group(threshold breaker.Threshold, changed func(string, breaker.State)) *breaker.Group {
	return breaker.New(breaker.Settings{Threshold: threshold, Window: time.Minute, Open: open, Probes: 2, Changed: changed})
}

// pass makes a call that is let through.
func pass(t *testing.T, c *breaker.Circuit, v breaker.Verdict) {
	t.Helper()
	leave, wait := c.Enter()
	require.Zero(t, wait)
	leave(v)
}

func TestOpens(t *testing.T) {
	for name, test := range map[string]struct {
		threshold breaker.Threshold
		calls     []breaker.Verdict
		opens     bool
	}{
		"in a row":           {breaker.Threshold{InARow: 3}, verdicts("fff"), true},
		"not in a row":       {breaker.Threshold{InARow: 3}, verdicts("ffwff"), false},
		"unknown in between": {breaker.Threshold{InARow: 3}, verdicts("fufuf"), true},
		"unknown only":       {breaker.Threshold{InARow: 3}, verdicts("uuuuuuuu"), false},
		"rate":               {breaker.Threshold{Percent: 50}, verdicts("wfwfwfwfwfwfwfwfwfwf"), true},
		"rate of too few":    {breaker.Threshold{Percent: 50}, verdicts("fffffffffffffffffff"), false},
		"lower rate":         {breaker.Threshold{Percent: 50}, verdicts("wwfwfwfwfwfwfwfwfwfwf"), false},
	} {
		t.Run(name, func(t *testing.T) {
			c := group(test.threshold, nil).Of("r")
			for _, v := range test.calls {
				pass(t, c, v)
			}
			_, wait := c.Enter()
			assert.Equal(t, test.opens, wait > 0)
			assert.Equal(t, test.opens, c.Hold() > 0)
		})
	}
}

func verdicts(text string) (all []breaker.Verdict) {
	for _, r := range text {
		all = append(all, map[rune]breaker.Verdict{'w': breaker.Works, 'f': breaker.Fails, 'u': breaker.Unknown}[r])
	}
	return all
}

// TestCircuitsAreApart lets one resource fail and another not.
func TestCircuitsAreApart(t *testing.T) {
	g := group(breaker.Threshold{InARow: 1}, nil)
	pass(t, g.Of("a"), breaker.Fails)
	assert.Positive(t, g.Of("a").Hold())
	assert.Zero(t, g.Of("b").Hold())
	assert.Nil(t, g.Of(""))
	assert.Nil(t, (*breaker.Group)(nil).Of("a"))
	pass(t, nil, breaker.Fails) // guards nothing
}

// TestProbes lets an open circuit see two calls that fail, then two that succeed.
func TestProbes(t *testing.T) {
	var states []breaker.State
	c := group(breaker.Threshold{InARow: 1}, func(_ string, s breaker.State) { states = append(states, s) }).Of("r")
	assert.Zero(t, c.Rest())
	pass(t, c, breaker.Fails)
	wait := c.Hold()
	assert.Greater(t, wait, open/2)
	assert.LessOrEqual(t, wait, open+open/10)
	assert.Greater(t, c.Rest(), open/2)
	assert.LessOrEqual(t, c.Rest(), open)
	time.Sleep(open + 10*time.Millisecond)
	for range 3 {
		assert.Zero(t, c.Rest(), "nobody is taken to come")
	}

	first, wait := c.Enter()
	require.Zero(t, wait)
	second, wait := c.Enter()
	require.Zero(t, wait)
	_, wait = c.Enter()
	require.Positive(t, wait, "a third probe")
	first(breaker.Unknown) // makes room for another
	third, wait := c.Enter()
	require.Zero(t, wait)
	second(breaker.Fails)
	third(breaker.Works) // of the time before: counts for nothing
	require.Greater(t, c.Hold(), open/2)
	time.Sleep(open + 10*time.Millisecond)

	pass(t, c, breaker.Works)
	pass(t, c, breaker.Works)
	assert.Equal(t, []breaker.State{breaker.Open, breaker.HalfOpen, breaker.Open, breaker.HalfOpen, breaker.Closed}, states)
}

// TestWidens closes a circuit that 40 calls at once had opened: they come back
// a few at a time.
func TestWidens(t *testing.T) {
	c := group(breaker.Threshold{InARow: 40}, nil).Of("r")
	var leaves []func(breaker.Verdict)
	for range 40 {
		leave, wait := c.Enter()
		require.Zero(t, wait)
		leaves = append(leaves, leave)
	}
	for _, leave := range leaves {
		leave(breaker.Fails)
	}
	time.Sleep(open + 10*time.Millisecond)
	pass(t, c, breaker.Works)
	pass(t, c, breaker.Works)

	atOnce := func() (n int, all []func(breaker.Verdict)) {
		for range 1_000 {
			leave, wait := c.Enter()
			if wait > 0 {
				break
			}
			all = append(all, leave)
		}
		return len(all), all
	}
	var widths []int
	for {
		n, all := atOnce()
		widths = append(widths, n)
		for _, leave := range all {
			leave(breaker.Works)
		}
		if n == 1_000 {
			break
		}
	}
	assert.Equal(t, []int{4, 8, 16, 32, 1_000}, widths)
}

// TestHammering lets 50 callers call a resource that fails for a while: while it
// does it sees few calls, and afterwards all of them.
func TestHammering(t *testing.T) {
	c := group(breaker.Threshold{InARow: 5}, nil).Of("r")
	var healthy atomic.Bool
	var calls, refused, done atomic.Int32
	var callers sync.WaitGroup
	for range 50 {
		callers.Go(func() {
			for {
				leave, err := c.Await(context.Background())
				assert.NoError(t, err)
				calls.Add(1)
				time.Sleep(time.Millisecond)
				if healthy.Load() {
					leave(breaker.Works)
					done.Add(1)
					return
				}
				leave(breaker.Fails)
				refused.Add(1)
			}
		})
	}
	time.Sleep(5 * open)
	// 50 were on their way when it opened, then there are two probes a time.
	assert.LessOrEqual(t, refused.Load(), int32(50+2*6))
	assert.GreaterOrEqual(t, refused.Load(), int32(50+2))
	healthy.Store(true)
	callers.Wait()
	assert.EqualValues(t, 50, done.Load())
}

// TestPromises lets starters ask one after the other, before any of them calls.
func TestPromises(t *testing.T) {
	c := group(breaker.Threshold{InARow: 1}, nil).Of("r")
	pass(t, c, breaker.Fails)
	time.Sleep(open + 10*time.Millisecond)
	assert.Zero(t, c.Hold())
	assert.Zero(t, c.Hold())
	assert.Positive(t, c.Hold(), "a third one")
	leave, wait := c.Enter()
	require.Zero(t, wait)
	assert.Positive(t, c.Hold())
	time.Sleep(open / 10) // the second one did not come
	assert.Zero(t, c.Hold())
	leave(breaker.Works)
}

func TestAwaitEndsWithItsContext(t *testing.T) {
	c := group(breaker.Threshold{InARow: 1}, nil).Of("r")
	pass(t, c, breaker.Fails)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := c.Await(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
