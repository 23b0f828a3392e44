package machine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// TestAttemptsUntilNow holds that what is told of attempts ahead of the outcome
// is what the outcome will tell, as far as it has happened.
func TestAttemptsUntilNow(t *testing.T) {
	p := translate(t, `{"StartAt":"T","States":{"T":`+call+`"Retry":[{"ErrorEquals":["Busy"]}],"End":true}}}`)
	attempts := []machine.Attempt{attempt(2, 4), attempt(7, 10)}
	run := func(look func(*machine.Execution, machine.EffectID, func(int) time.Time)) []string {
		b := beginning(`{}`)
		events := &clock{start: b.Origin.StartTime}
		b.Sink = events
		execution, effects := machine.Start(p, b)
		require.Len(t, effects, 1)
		look(execution, effects[0].ID, func(s int) time.Time { return b.Origin.StartTime.Add(time.Duration(s) * time.Second) })
		return events.events
	}
	whole := run(func(e *machine.Execution, id machine.EffectID, at func(int) time.Time) {
		e.Resume(id, machine.Outcome{Output: value.EmptyObject, Attempts: attempts}, at(60))
	})
	for _, c := range []struct {
		now, attempts, events int
	}{
		{now: 3, attempts: 0, events: 4},
		{now: 5, attempts: 1, events: 5},   // in the pause after it
		{now: 6, attempts: 1, events: 7},   // the second is under way
		{now: 16, attempts: 2, events: 8},  // in the second pause
		{now: 17, attempts: 2, events: 10}, // the third is under way
	} {
		got := run(func(e *machine.Execution, id machine.EffectID, at func(int) time.Time) {
			e.Attempted(id+1, attempts, at(c.now)) // nobody waits for it
			e.Attempted(id, attempts[:c.attempts], at(c.now))
		})
		assert.Equal(t, whole[:c.events], got, "after %d s", c.now)
	}
}
