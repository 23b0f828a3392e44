package activities

import (
	"encoding/json"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// maxLog is how large an attempt log may be in bytes: heartbeat details
	// count against the workflow's mutable state.
	maxLog = 4 << 10
	// maxLoggedCause is the length in characters of a cause in the log.
	maxLoggedCause = 200
)

// attemptLog is a [wire.AttemptLog] at work. It is a value: adding gives the
// next one.
type attemptLog struct {
	attempts []machine.Attempt
	retrying machine.Retrying
	// activity is the number of activity attempts that the log accounts for.
	activity int32
}

// newAttemptLog goes on with the log of the attempts before, or begins one.
func newAttemptLog(call machine.Call, earlier wire.AttemptLog) attemptLog {
	l := attemptLog{attempts: earlier.Attempts, retrying: call.Retrying, activity: earlier.Activity}
	for _, a := range earlier.Attempts {
		_, l.retrying, _ = l.retrying.After(a.Failure)
	}
	return l
}

// details gives the log for the heartbeat.
func (l attemptLog) details() wire.AttemptLog {
	return wire.AttemptLog{Attempts: l.attempts, Activity: l.activity}
}

// missing accounts for the activity attempts before this one that left no
// trace: their worker was lost, or could not be reached any more. Each counts
// as a States.Timeout and needs a retry. The failure says that there is none.
func (l attemptLog) missing(number int32, now time.Time) (attemptLog, *machine.Failure) {
	for l.activity < number-1 {
		failure := machine.Fault(machine.ErrorTimeout, "The worker that performed the task was lost.")
		_, next, again := l.after(failure, now, now)
		if !again {
			return l, &failure
		}
		l = next
		l.activity++
	}
	l.activity = number - 1
	return l, nil
}

// after decides what follows a failed attempt. When another one does, next is
// the log to keep and delay the pause before it. again is false when Retry is
// used up, and when the log would not fit any more: then the machine retries.
func (l attemptLog) after(failure machine.Failure, started, ended time.Time) (delay time.Duration, next attemptLog, again bool) {
	delay, retrying, again := l.retrying.After(failure)
	if !again {
		return 0, l, false
	}
	failure.Cause = cut(failure.Cause, maxLoggedCause)
	next = attemptLog{retrying: retrying, activity: l.activity}
	next.attempts = append(append(next.attempts, l.attempts...),
		machine.Attempt{Failure: failure, Started: started, Ended: ended, Delay: delay})
	if text, err := json.Marshal(next.details()); err != nil || len(text) > maxLog {
		return 0, l, false
	}
	return delay, next, true
}
