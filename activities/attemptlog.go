package activities

import (
	"encoding/json"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// maxLog is how large an attempt log may be in bytes: heartbeat details count
// against the workflow's mutable state. Causes stand in it whole, for they are
// part of the history; one that does not fit ends the activity, and the machine
// retries.
const maxLog = 4 << 10

// attemptLog is a [wire.AttemptLog] at work. It is a value: adding gives the
// next one.
type attemptLog struct {
	attempts []machine.Attempt
	retrying machine.Retrying
	// activity is the number of activity attempts that the log accounts for.
	activity int32
	// held is since when the attempt to come waits for its circuit, zero when it
	// does not.
	held time.Time
}

// newAttemptLog goes on with the log of the attempts before, or begins one.
func newAttemptLog(call machine.Call, earlier wire.AttemptLog) attemptLog {
	l := attemptLog{attempts: earlier.Attempts, retrying: call.Retrying, activity: earlier.Activity, held: earlier.Held}
	for _, a := range earlier.Attempts {
		_, l.retrying, _ = l.retrying.After(a.Failure)
	}
	return l
}

// details gives the log for the heartbeat.
func (l attemptLog) details() wire.AttemptLog {
	return wire.AttemptLog{Attempts: l.attempts, Activity: l.activity, Held: l.held}
}

// waited gives how much of its TimeoutSeconds the attempt to come has waited for
// its circuit.
func (l attemptLog) waited(now time.Time) time.Duration {
	if l.held.IsZero() {
		return 0
	}
	return now.Sub(l.held)
}

// holding accounts for an activity attempt that found the circuit open.
func (l attemptLog) holding(now time.Time, number int32) attemptLog {
	l.activity = number
	if l.held.IsZero() {
		l.held = now.UTC()
	}
	return l
}

// missing accounts for the activity attempts before this one that left no
// trace: their worker was lost, or could not be reached any more. The failure
// says that the Task is not to be called again.
func (l attemptLog) missing(number int32, now time.Time) (attemptLog, *machine.Failure) {
	for l.activity < number-1 {
		next, again := l.afterLoss(now)
		if !again {
			return l, &lost
		}
		l = next
		l.activity++
	}
	l.activity = number - 1
	return l, nil
}

// lost is the failure of an attempt whose worker was lost.
var lost = machine.Fault(machine.ErrorTimeout, "The worker that performed the task was lost.")

// lossesMadeGood is how often a Task is called again after the loss of its
// worker although its Retry does not ask for it. Losing a worker is no fault of
// the Task; one that loses every worker, though, has to come to an end.
const lossesMadeGood = 3

// afterLoss decides what follows a lost attempt: Retry is asked first.
func (l attemptLog) afterLoss(now time.Time) (next attemptLog, again bool) {
	if _, next, again = l.after(lost, now, now); again {
		return next, true
	}
	losses := 0
	for _, a := range l.attempts {
		if a.Failure.Name() == machine.ErrorTimeout && a.Failure.Cause.Text() == lost.Cause.Text() {
			losses++
		}
	}
	if losses >= lossesMadeGood {
		return l, false
	}
	return l.add(machine.Attempt{Failure: lost, Started: now, Ended: now})
}

// after decides what follows a failed attempt. When another one does, next is
// the log to keep and delay the pause before it. again is false when Retry is
// used up, and when the log would not fit any more: then the machine retries.
func (l attemptLog) after(failure machine.Failure, started, ended time.Time) (delay time.Duration, next attemptLog, again bool) {
	delay, retrying, again := l.retrying.After(failure)
	if !again {
		return 0, l, false
	}
	next, fits := l.add(machine.Attempt{Failure: failure, Started: started, Ended: ended, Delay: delay})
	if !fits {
		return 0, l, false
	}
	next.retrying = retrying
	return delay, next, true
}

// add gives the log with another attempt, and whether it still fits.
func (l attemptLog) add(a machine.Attempt) (next attemptLog, fits bool) {
	next = l
	next.held = time.Time{}
	next.attempts = append(append([]machine.Attempt(nil), l.attempts...), a)
	text, err := json.Marshal(next.details())
	if err != nil || len(text) > maxLog {
		return l, false
	}
	return next, true
}
