package breaker

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
)

var (
	errFails   = errors.New("the resource fails")
	errUnknown = errors.New("the call says nothing of the resource")
)

// Circuit guards one resource. It is safe for concurrent use. The nil Circuit
// lets everything through.
type Circuit struct {
	resource string
	settings Settings
	// turns has a notice for each call that may be worth to try now.
	turns chan struct{}

	// mu is held whenever the breaker is called, so that what follows from a
	// change of its state is done at once.
	mu      sync.Mutex
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]
	running int
	// width is how many calls may run at once while the circuit closes step by
	// step, 0 for any number; it is given up beyond peak, the highest number that
	// ran before the circuit opened.
	width, peak int
	// until is the end of the time that the circuit is open.
	until time.Time
	// promised are calls that were told to start and have not come yet, told when
	// the last of them was.
	promised int
	told     time.Time
}

// turnsKept is how many calls are woken at once at most.
const turnsKept = 64

func newCircuit(resource string, s Settings) *Circuit {
	s.Probes = max(s.Probes, 1)
	c := &Circuit{resource: resource, settings: s, turns: make(chan struct{}, turnsKept)}
	c.breaker = gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:          resource,
		MaxRequests:   uint32(s.Probes),
		Interval:      s.Window,
		BucketPeriod:  s.Window / 10,
		Timeout:       s.Open,
		ReadyToTrip:   s.Threshold.reached,
		IsExcluded:    func(err error) bool { return err == errUnknown },
		OnStateChange: func(_ string, _, to gobreaker.State) { c.changed(to) },
	})
	return c
}

func (t Threshold) reached(c gobreaker.Counts) bool {
	if t.InARow > 0 {
		return int(c.ConsecutiveFailures) >= t.InARow
	}
	ended := int(c.TotalSuccesses + c.TotalFailures)
	return ended >= leastCalls && int(c.TotalFailures)*100 >= t.Percent*ended
}

// changed follows a change of the breaker's state. It needs the lock.
func (c *Circuit) changed(to gobreaker.State) {
	state := Closed
	switch to {
	case gobreaker.StateOpen:
		state = Open
		c.until = time.Now().Add(c.settings.Open)
		c.width = c.settings.Probes
	case gobreaker.StateHalfOpen:
		state = HalfOpen
	default:
		c.width = 2 * c.settings.Probes
	}
	if c.settings.Changed != nil {
		c.settings.Changed(c.resource, state)
	}
}

// Enter lets a call through, and gives what is to be called with its end; or it
// gives how long the call should wait before it tries again.
func (c *Circuit) Enter() (leave func(Verdict), wait time.Duration) {
	if c == nil {
		return func(Verdict) {}, 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if wait, _ = c.hold(0); wait > 0 {
		return nil, wait
	}
	done, err := c.breaker.Allow()
	if err != nil { // all probes are on their way
		return nil, c.moment()
	}
	c.running++
	c.promised = max(c.promised-1, 0)
	if c.width == 0 {
		c.peak = max(c.peak, c.running)
	}
	return func(v Verdict) { c.leave(v, done) }, 0
}

func (c *Circuit) leave(v Verdict, done func(error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running--
	switch v {
	case Fails:
		done(errFails)
	case Unknown:
		done(errUnknown)
	default:
		closed := c.width > 0 && c.breaker.State() == gobreaker.StateClosed
		done(nil)
		if closed {
			if c.width++; c.width > c.peak {
				c.width, c.peak = 0, c.running
			}
		}
	}
	// Each call that ends makes room for one, and for another one while the
	// circuit grows wider.
	for range 2 {
		select {
		case c.turns <- struct{}{}:
		default:
		}
	}
}

// Hold gives how long nothing should be started that calls the resource; 0 for
// not at all. While the circuit lets few calls through, one that is told 0 is
// taken to come within a moment.
func (c *Circuit) Hold() time.Duration {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.told) > c.least() {
		c.promised = 0
	}
	wait, few := c.hold(c.promised)
	if wait == 0 && few {
		c.promised++
		c.told = time.Now()
	}
	return wait
}

// hold gives how long to wait when so many calls are on their way beside those
// that have been let through, and whether few are let through now. It needs the
// lock.
func (c *Circuit) hold(coming int) (wait time.Duration, few bool) {
	switch c.breaker.State() {
	case gobreaker.StateOpen:
		// Those who wait do not all come back at once.
		rest := max(time.Until(c.until), time.Millisecond)
		return rest + time.Duration(rand.Int64N(int64(c.settings.Open)/10+1)), true
	case gobreaker.StateHalfOpen:
		if n := c.breaker.Counts(); int(n.Requests)-int(n.TotalExclusions)+coming >= c.settings.Probes {
			return c.moment(), true
		}
		return 0, true
	default:
		if c.width > 0 && c.running+coming >= c.width {
			return c.moment(), true
		}
	}
	return 0, c.width > 0
}

// Rest gives how long the circuit is still open, 0 when it is not. Other than
// with [Circuit.Hold], nobody is taken to come.
func (c *Circuit) Rest() time.Duration {
	if c == nil {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.breaker.State() != gobreaker.StateOpen {
		return 0
	}
	return max(time.Until(c.until), 0)
}

// moment is how long to wait for calls on their way: nobody knows.
func (c *Circuit) moment() time.Duration {
	return c.least() + time.Duration(rand.Int64N(int64(2*c.least())))
}

func (c *Circuit) least() time.Duration {
	return min(max(c.settings.Open/20, 10*time.Millisecond), 500*time.Millisecond)
}

// Await waits until the call is let through, or ctx ends.
func (c *Circuit) Await(ctx context.Context) (leave func(Verdict), err error) {
	for {
		leave, wait := c.Enter()
		if wait == 0 {
			return leave, nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-c.turns:
			timer.Stop()
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}

// idle reports that the circuit has nothing to remember.
func (c *Circuit) idle() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running == 0 && c.width == 0 && c.breaker.State() == gobreaker.StateClosed && c.breaker.Counts().ConsecutiveFailures == 0
}
