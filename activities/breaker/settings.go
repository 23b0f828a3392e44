package breaker

import "time"

// Threshold is what opens a circuit: so many failures one after the other, or so
// many percent of the calls within [Settings.Window], when there are at least
// [leastCalls] of them. One of the two is set.
type Threshold struct {
	InARow  int
	Percent int
}

// leastCalls is how many calls it takes before their rate of failures counts.
const leastCalls = 20

// Settings are those of all circuits of a group.
type Settings struct {
	Threshold Threshold
	// Window is how far back calls count for a rate.
	Window time.Duration
	// Open is how long an open circuit lets nothing through.
	Open time.Duration
	// Probes is how many calls are then let through at once, and have to succeed.
	Probes int
	// Changed, unless nil, is told of each change of a circuit's state. It must
	// not call the circuit.
	Changed func(resource string, to State)
}

// State is the state of a circuit.
type State int

// The states of a circuit.
const (
	// Closed lets calls through.
	Closed State = iota
	// HalfOpen lets probes through.
	HalfOpen
	// Open lets nothing through.
	Open
)

// Verdict is what the end of a call says of its resource.
type Verdict int

// The verdicts.
const (
	// Works is an answer, an error of a function's own among them.
	Works Verdict = iota
	// Fails is a service that is away, overloaded or too slow.
	Fails
	// Unknown is a call that came to nothing for other reasons; it counts neither way.
	Unknown
)
