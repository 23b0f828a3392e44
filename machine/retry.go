package machine

import (
	"math"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Retrying is a state's Retry and what one visit to the state has spent of it.
// It is a value: deciding gives the next one.
type Retrying struct {
	Retriers []program.Retrier `json:"retriers,omitempty"`
	// Spent counts the attempts of each retrier, parallel to Retriers; nil
	// means none.
	Spent []int64 `json:"spent,omitempty"`
	// Random gives the jitter.
	Random expr.Random `json:"random,omitzero"`
}

// IsZero makes `omitzero` leave out a plan without retriers.
func (r Retrying) IsZero() bool { return len(r.Retriers) == 0 }

// After decides what follows a failure: another attempt after the delay, or
// none. The retrier is the first whose ErrorEquals matches; when it is used up
// no later one is asked (AWS, "Retrying after an error").
func (r Retrying) After(f Failure) (delay time.Duration, next Retrying, again bool) {
	for i, retrier := range r.Retriers {
		if !Matches(retrier.ErrorEquals, f) {
			continue
		}
		spent := int64(0)
		if r.Spent != nil {
			spent = r.Spent[i]
		}
		if spent >= retrier.MaxAttempts {
			return 0, r, false
		}
		next = r
		next.Spent = make([]int64, len(r.Retriers))
		copy(next.Spent, r.Spent)
		next.Spent[i]++
		return backoff(retrier, spent, &next.Random), next, true
	}
	return 0, r, false
}

// Count gives the number of retries of this visit to the state.
func (r Retrying) Count() (n int64) {
	for _, spent := range r.Spent {
		n += spent
	}
	return n
}

// longestDelay keeps a delay within what a time can be added to: it is the
// service's bound for IntervalSeconds.
const longestDelay = 99_999_999 * time.Second

// backoff gives IntervalSeconds * BackoffRate^n, capped by MaxDelaySeconds,
// then jittered over 0 to that delay.
func backoff(retrier program.Retrier, n int64, random *expr.Random) time.Duration {
	seconds := float64(retrier.IntervalSeconds) * math.Pow(retrier.BackoffRate, float64(n))
	if cap := float64(retrier.MaxDelaySeconds); cap > 0 {
		seconds = min(seconds, cap)
	}
	seconds = min(seconds, longestDelay.Seconds())
	if retrier.FullJitter {
		seconds *= random.Float64()
	}
	return time.Duration(seconds * float64(time.Second))
}

// Matches reports whether an ErrorEquals list catches the failure
// (AWS, "Error names"). States.Runtime is never caught. States.ALL matches
// everything else, States.TaskFailed everything but timeouts.
func Matches(errorEquals []string, f Failure) bool {
	name := f.Name()
	if name == ErrorRuntime {
		return false
	}
	timeout := name == ErrorTimeout || name == ErrorHeartbeatTimeout
	return slices.ContainsFunc(errorEquals, func(matcher string) bool {
		switch matcher {
		case ErrorAll:
			return true
		case ErrorTaskFailed:
			return !timeout
		case ErrorHeartbeatTimeout:
			return name == matcher || f.Heartbeat
		}
		return name == matcher
	})
}
