package main

import "time"

const (
	// skewWarn and skewFail are how far clocks may be apart. S3 refuses requests
	// from 15 minutes on; Wait states and timeouts are off by the skew.
	skewWarn = 5 * time.Second
	skewFail = 5 * time.Minute
)

// clock compares this machine's clock with those of servers.
type clock struct {
	// source has a clock that is ahead of ours by skew, as far as that is known.
	source string
	skew   time.Duration
	known  bool
	// seen is a time that Temporal's clock has passed.
	seen time.Time
}

// is notes what a server's clock says now. It tells whole seconds.
func (c *clock) is(at time.Time, source string) {
	c.source, c.known = source, true
	if c.skew = time.Until(at); c.skew.Abs() <= time.Second {
		c.skew = 0
	}
}

// atLeast notes a time that Temporal's clock has passed.
func (c *clock) atLeast(at time.Time) {
	if at.After(c.seen) {
		c.seen = at
	}
}

// skew judges the clocks. Temporal does not tell its time, but that of a
// worker's last poll cannot lie in the future.
func (d *diagnosis) skew() {
	c := &d.clock
	if ahead := time.Until(c.seen); ahead > skewWarn && (!c.known || ahead > c.skew) {
		c.skew, c.source, c.known = ahead, "Temporal", true
	}
	const fix = "set this machine's clock and those of workers and servers, by NTP"
	apart := c.skew.Abs().Round(time.Second)
	switch {
	case !c.known && c.seen.IsZero():
		d.warn("clock", "with S3 or a worker there, it can", "no server's clock could be read")
	case !c.known:
		d.ok("clock", "this machine's clock is not behind Temporal's")
	case apart > skewFail:
		d.fail("clock", fix, "this machine's clock and that of %s are %v apart", c.source, apart)
	case apart > skewWarn:
		d.warn("clock", fix, "this machine's clock and that of %s are %v apart", c.source, apart)
	default:
		d.ok("clock", "this machine's clock agrees with that of %s", c.source)
	}
}
