package machine_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// clock is a Sink that writes down when what happened, in seconds from the start.
type clock struct {
	start  time.Time
	events []string
}

func (c *clock) Record(e machine.Event) {
	c.events = append(c.events, e.Time.Sub(c.start).String()+" "+e.Type)
}

// Attempts that the runtime has made on its own happened when it made them, not
// when the machine learned of them. Clocks differ: nothing happens before the
// state was entered, after now, or in another order.
func TestTimesOfAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		attempts []machine.Attempt
		want     []string
	}{
		"with times": {
			attempts: []machine.Attempt{attempt(2, 4), attempt(7, 1)},
			want: []string{"2s TaskFailed", "6s TaskScheduled", "6s TaskStarted",
				"7s TaskFailed", "8s TaskScheduled", "8s TaskStarted"},
		},
		"without times": {
			attempts: []machine.Attempt{{Failure: machine.Fault("Busy", "")}},
			want:     []string{"1m0s TaskFailed", "1m0s TaskScheduled", "1m0s TaskStarted"},
		},
		"by a clock that is slow": {
			attempts: []machine.Attempt{attempt(-5, 1), attempt(-9, 15)},
			want: []string{"0s TaskFailed", "0s TaskScheduled", "0s TaskStarted",
				"0s TaskFailed", "6s TaskScheduled", "6s TaskStarted"},
		},
		"by a clock that is fast": {
			attempts: []machine.Attempt{attempt(59, 30)},
			want:     []string{"59s TaskFailed", "1m0s TaskScheduled", "1m0s TaskStarted"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := beginning(`{}`)
			events := &clock{start: b.Origin.StartTime}
			b.Sink = events
			execution, effects := machine.Start(translate(t, `{"StartAt":"T","States":{"T":`+call+`"Retry":[{"ErrorEquals":["Busy"]}],"End":true}}}`), b)
			require.Len(t, effects, 1)
			asked := len(events.events)
			outcome := machine.Outcome{Output: value.EmptyObject, Attempts: c.attempts}
			execution.Resume(effects[0].ID, outcome, b.Origin.StartTime.Add(time.Minute))
			require.Equal(t, machine.Succeeded, execution.Status())
			want := append(c.want, "1m0s TaskSucceeded", "1m0s TaskStateExited", "1m0s ExecutionSucceeded")
			assert.Equal(t, want, events.events[asked:])
		})
	}
}

// attempt is one that failed so many seconds after the start.
func attempt(ended, delay int) machine.Attempt {
	return machine.Attempt{
		Failure: machine.Fault("Busy", ""),
		Ended:   beginning(`{}`).Origin.StartTime.Add(time.Duration(ended) * time.Second),
		Delay:   time.Duration(delay) * time.Second,
	}
}
