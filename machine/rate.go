package machine

import (
	"math"
	"time"
)

// rateBurst is how much of its time a Rate makes up for when items start late,
// as those do that wait for a timer of Temporal's, which ticks about once a
// second. It is also what more than the rate may start in any stretch of time.
const rateBurst = 1500 * time.Millisecond

// Rate paces the start of items: a token bucket that is written as the time at
// which it has its next token, so that all of it is plain data and its
// arithmetic is that of whole nanoseconds. The zero Rate holds nothing up.
type Rate struct {
	// Every is the time from the start of one item to that of the next; 0 is no
	// bound.
	Every time.Duration `json:"every,omitempty"`
	// Next is when the next item may start. It lies ahead by Every for each item
	// of a batch that has been started.
	Next time.Time `json:"next,omitzero"`
}

// RateEvery gives Every for each of so many that share a number of items per
// second; 0 items per second are no bound.
func RateEvery(perSecond float64, among int) time.Duration {
	if perSecond <= 0 {
		return 0
	}
	nanoseconds := float64(time.Second) * float64(max(among, 1)) / perSecond
	return time.Duration(max(min(nanoseconds, float64(longestRate)), 1))
}

// longestRate bounds Every, and by how much Next lies ahead.
const longestRate = math.MaxInt64 / 4 * time.Nanosecond

// Wait gives how long it is until an item may start, 0 when it may start now.
func (r *Rate) Wait(now time.Time) time.Duration {
	if r.Every <= 0 {
		return 0
	}
	return max(r.Next.Sub(now), 0)
}

// Change gives the rate its new Every. What the items that have been started
// still take up shrinks or grows with it. A Next that lies later holds.
func (r *Rate) Change(now time.Time, to Rate) {
	if left := r.Wait(now); left > 0 && to.Every > 0 {
		r.Next = now.Add(time.Duration(min(float64(left)/float64(r.Every)*float64(to.Every), float64(longestRate))))
	}
	if to.Next.After(r.Next) {
		r.Next = to.Next
	}
	r.Every = to.Every
}

// Take notes that an execution of n items starts now.
func (r *Rate) Take(now time.Time, n int64) {
	if r.Every <= 0 {
		return
	}
	taken := longestRate
	if n < int64(longestRate/r.Every) {
		taken = time.Duration(n) * r.Every
	}
	if earliest := now.Add(-rateBurst); r.Next.Before(earliest) {
		r.Next = earliest
	}
	r.Next = r.Next.Add(taken)
}
