package activities

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// A shard is careful after idleLosses attempts in a row that were lost with
	// their worker and came no further, or after mostLosses that were lost at all.
	idleLosses, mostLosses = 2, 3
	// narrowing is into how many chunks a careful shard cuts what it suspects: each
	// further loss leaves one of them.
	narrowing = 32
	// blamedAfter is how many attempts have to be lost while an execution runs as
	// the only one of its shard until it is to blame.
	blamedAfter = 3
)

// care is what a shard knows of attempts that were lost with their worker. It
// stands in the heartbeat details of every attempt but the first, of which its
// absence tells that it never came to an end. Its size follows from the depth of
// Levels and the number of Suspects, not from that of items.
type care struct {
	// Attempt has told this; Ended when it has come to an end of its own, such as
	// an error, so that it was not lost.
	Attempt int  `json:"attempt"`
	Ended   bool `json:"ended,omitempty"`
	// Excused is how many attempts after it came to an end before they had begun.
	Excused int `json:"excused,omitempty"`
	// Lost is how many attempts were lost, Idle the last of them that came no
	// further than Done items, which were done when Attempt began.
	Lost int   `json:"lost,omitempty"`
	Idle int   `json:"idle,omitempty"`
	Done int64 `json:"done,omitempty"`
	// Careful tells that nothing is started unless Temporal knows of it.
	Careful bool `json:"careful,omitempty"`
	// Levels are what is left to run, from all of the shard to what an attempt was
	// lost over last: each within the one before it.
	Levels []span `json:"levels,omitempty"`
	// Under is what Attempt has begun to run, nil for nothing.
	Under    *chunk    `json:"under,omitempty"`
	Suspects []suspect `json:"suspects,omitempty"`
}

// span are places from From up to, and without, To.
type span struct {
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

func (s span) has(place int64) bool { return place >= s.From && place < s.To }

// chunk is a span whose executions run at the same time, or the only one in it.
type chunk struct {
	span
	Alone bool      `json:"alone,omitempty"`
	Began time.Time `json:"began"`
}

// suspect is an execution that was running, as the only one of its shard, when
// attempts were lost: those with the numbers Lost, the first of them at Since.
type suspect struct {
	Place int64     `json:"place"`
	Lost  []int     `json:"lost"`
	Since time.Time `json:"since"`
}

func (s suspect) blamed() bool { return len(s.Lost) >= blamedAfter }

// following gives what an attempt knows from what those before it have told.
// outlived tells that the one before it has not ended with a worker.
func (c care) following(attempt int, done *itemSet, outlived bool) care {
	if c.Attempt >= attempt {
		c = care{} // attempts are counted anew: somebody has reset the activity
	}
	told, over := c.Attempt, max(c.Attempt-1, 0)
	if c.Ended {
		over = told
	}
	if under := c.Under; under != nil && over < told && !(outlived && told == attempt-1) {
		c.charge(*under, done)
	}
	lost := attempt - 1 - over - c.Excused
	if outlived && lost > 0 {
		lost--
	}
	if lost > 0 {
		c.Lost, c.Idle = c.Lost+lost, c.Idle+lost
		if done.len() > c.Done {
			c.Idle = lost - 1
		}
	}
	c.Attempt, c.Ended, c.Excused, c.Done, c.Under = attempt, false, 0, done.len(), nil
	c.Suspects = slices.DeleteFunc(slices.Clone(c.Suspects), func(s suspect) bool { return done.has(s.Place) })
	return c
}

// charge takes it that an attempt was lost over the chunk.
func (c *care) charge(lost chunk, done *itemSet) {
	if done.missing(lost.span) == 0 {
		return // it was lost after it
	}
	if n := len(c.Levels); n == 0 || c.Levels[n-1] != lost.span {
		c.Levels = append(slices.Clone(c.Levels), lost.span)
	}
	if !lost.Alone {
		return
	}
	c.Suspects = slices.Clone(c.Suspects)
	for i, s := range c.Suspects {
		if s.Place == lost.From {
			c.Suspects[i].Lost = append(slices.Clone(s.Lost), c.Attempt)
			return
		}
	}
	c.Suspects = append(c.Suspects, suspect{Place: lost.From, Lost: []int{c.Attempt}, Since: lost.Began})
}

// due reports whether the shard has to become careful.
func (c *care) due() bool { return !c.Careful && (c.Idle >= idleLosses || c.Lost >= mostLosses) }

// suspected gives the suspect at the place.
func (c *care) suspected(place int64) (s suspect) {
	for _, s := range c.Suspects {
		if s.Place == place {
			return s
		}
	}
	return s
}

// clone gives a copy that does not change with c.
func (c *care) clone() *care {
	copied := *c
	copied.Levels, copied.Suspects = slices.Clone(c.Levels), slices.Clone(c.Suspects)
	return &copied
}

// verdict is how an execution ends that is to blame. A vanished attempt counts
// as States.Timeout here as for Tasks (docs/decisions/0005).
func (s suspect) verdict(now time.Time) wire.Ended {
	failure := machine.Fault(machine.ErrorTimeout, fmt.Sprintf(
		"The worker was lost %d times while this execution ran, each time the only one of its shard, first at %s. It was not started again: it seems to take the worker's process down, by memory that it needs or by a crash. Look at how the worker's process ended then (out of memory, exit code, last lines), mend that, and redrive the Map Run.",
		len(s.Lost), s.Since.UTC().Format(time.RFC3339)))
	return wire.Ended{Status: machine.Failed, Failure: &failure, Started: s.Since, Stopped: now}
}

// missing gives how many places of the span are not in the set.
func (s *itemSet) missing(within span) (n int64) {
	for place := within.From; place < within.To; place++ {
		if !s.has(place) {
			n++
		}
	}
	return n
}

// stretch gives the end of the shortest span from a place on that has n places
// which are not in the set, at most end.
func (s *itemSet) stretch(from, end, n int64) int64 {
	to := from
	for ; to < end && n > 0; to++ {
		if !s.has(to) {
			n--
		}
	}
	return to
}
