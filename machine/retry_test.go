package machine_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// matches says which matcher (column) sees which error (row).
const matches = `
                                       ALL TaskFailed Timeout HeartbeatTimeout Permissions Custom Runtime
Custom                                 x   x          .       .                .           x      .
custom                                 x   x          .       .                .           .      .
States.TaskFailed                      x   x          .       .                .           .      .
States.Timeout                         x   .          x       .                .           .      .
States.Timeout+heartbeat               x   .          x       x                .           .      .
States.HeartbeatTimeout                x   .          .       x                .           .      .
States.Permissions                     x   x          .       .                x           .      .
States.NoChoiceMatched                 x   x          .       .                .           .      .
States.ItemReaderFailed                x   x          .       .                .           .      .
States.ResultWriterFailed              x   x          .       .                .           .      .
States.ExceedToleratedFailureThreshold x   x          .       .                .           .      .
States.DataLimitExceeded               x   x          .       .                .           .      .
States.Runtime                         .   .          .       .                .           .      .
-                                      x   x          .       .                .           .      .`

func TestMatches(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(matches), "\n")
	columns := strings.Fields(rows[0])
	for _, row := range rows[1:] {
		cells := strings.Fields(row)
		name, heartbeat := strings.CutSuffix(cells[0], "+heartbeat")
		f := machine.Fault(name, "cause")
		if name == "-" {
			f = machine.Failure{} // a Fail state without Error
		}
		f.Heartbeat = heartbeat
		for i, column := range columns {
			matcher := "States." + column
			if column == "Custom" {
				matcher = column
			}
			assert.Equal(t, cells[i+1] == "x", machine.Matches([]string{matcher}, f), "%s against %s", cells[0], matcher)
			assert.Equal(t, cells[i+1] == "x", machine.Matches([]string{"Other", matcher}, f), "%s against a list with %s", cells[0], matcher)
		}
		assert.False(t, machine.Matches(nil, f))
	}
}

// delays follows a plan through failures of the given names, until it gives up.
func delays(r machine.Retrying, names ...string) (all []time.Duration) {
	for _, name := range names {
		delay, next, again := r.After(machine.Fault(name, ""))
		if !again {
			return all
		}
		all, r = append(all, delay), next
	}
	return all
}

func TestRetryingAfter(t *testing.T) {
	const s = time.Second
	bare := program.Retrier{ErrorEquals: []string{"States.ALL"}, IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2}
	with := func(change func(*program.Retrier)) program.Retrier {
		r := bare
		change(&r)
		return r
	}
	for name, c := range map[string]struct {
		retriers []program.Retrier
		failures string
		want     []time.Duration
	}{
		"none":      {nil, "A", nil},
		"defaults":  {[]program.Retrier{bare}, "A B C D", []time.Duration{s, 2 * s, 4 * s}},
		"zero":      {[]program.Retrier{with(func(r *program.Retrier) { r.MaxAttempts = 0 })}, "A", nil},
		"constant":  {[]program.Retrier{with(func(r *program.Retrier) { r.BackoffRate = 1 })}, "A A A A", []time.Duration{s, s, s}},
		"fraction":  {[]program.Retrier{with(func(r *program.Retrier) { r.BackoffRate = 1.5 })}, "A A A", []time.Duration{s, 1500 * time.Millisecond, 2250 * time.Millisecond}},
		"cap":       {[]program.Retrier{with(func(r *program.Retrier) { r.MaxDelaySeconds = 3 })}, "A A A", []time.Duration{s, 2 * s, 3 * s}},
		"cap first": {[]program.Retrier{with(func(r *program.Retrier) { r.IntervalSeconds, r.MaxDelaySeconds = 9, 5 })}, "A A", []time.Duration{5 * s, 5 * s}},
		"runtime":   {[]program.Retrier{bare}, "States.Runtime", nil},
		"apart": {[]program.Retrier{
			{ErrorEquals: []string{"A"}, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2},
			{ErrorEquals: []string{"B"}, IntervalSeconds: 10, MaxAttempts: 1, BackoffRate: 2}, bare,
		}, "A B A C B", []time.Duration{s, 10 * s, 2 * s, s}},
		"used up ends it": {[]program.Retrier{
			{ErrorEquals: []string{"A"}, IntervalSeconds: 1, MaxAttempts: 1, BackoffRate: 1}, bare,
		}, "A A", []time.Duration{s}},
		"no end of growth": {[]program.Retrier{{ErrorEquals: []string{"A"}, IntervalSeconds: 99_999_999, MaxAttempts: 99_999_999, BackoffRate: 1e300}},
			"A A A", []time.Duration{99_999_999 * s, 99_999_999 * s, 99_999_999 * s}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, delays(machine.Retrying{Retriers: c.retriers}, strings.Fields(c.failures)...))
		})
	}
}

// TestRetryingIsAValue holds that deciding leaves the plan as it is.
func TestRetryingIsAValue(t *testing.T) {
	r := machine.Retrying{
		Retriers: []program.Retrier{{ErrorEquals: []string{"States.ALL"}, IntervalSeconds: 8, MaxAttempts: 9, BackoffRate: 1, FullJitter: true}},
		Random:   expr.Random{Seed: 7},
	}
	first, next, again := r.After(machine.Fault("A", ""))
	require.True(t, again)
	second, _, _ := r.After(machine.Fault("A", ""))
	assert.Equal(t, first, second)
	assert.Nil(t, r.Spent)
	assert.EqualValues(t, 1, next.Count())
	third, after, _ := next.After(machine.Fault("A", ""))
	assert.NotEqual(t, first, third)
	assert.Equal(t, []int64{1}, next.Spent)
	assert.EqualValues(t, 2, after.Count())
}

// TestJitter holds that full jitter spreads evenly over 0 to the delay.
func TestJitter(t *testing.T) {
	const most, draws = 4 * time.Second, 2000
	r := machine.Retrying{
		Retriers: []program.Retrier{{ErrorEquals: []string{"A"}, IntervalSeconds: 9, MaxAttempts: draws, BackoffRate: 2, MaxDelaySeconds: 4, FullJitter: true}},
		Random:   expr.Random{Seed: 1},
	}
	var quarters [4]int
	for range draws {
		delay, next, again := r.After(machine.Fault("A", ""))
		require.True(t, again)
		require.GreaterOrEqual(t, delay, time.Duration(0))
		require.Less(t, delay, most)
		quarters[4*delay/most]++
		r = next
	}
	for _, n := range quarters {
		assert.InDelta(t, draws/4, n, draws/10)
	}
}
