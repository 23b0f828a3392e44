package activities

import (
	"context"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// shardCircuits is the Caller of an express shard's items: it remembers the
// circuits of whom they have called. While one of these is open no further item
// is started, for items of a map call the same ones. Items that have been started
// wait, or fail, at the Call itself.
type shardCircuits struct {
	express.Caller
	circuit func(machine.Call) *breaker.Circuit

	mu   sync.RWMutex
	seen []*breaker.Circuit
}

// mostSeen bounds the circuits that a shard remembers.
const mostSeen = 16

// withCircuits gives the Caller of a shard, and how long nothing should be
// started now. A Caller that never hesitates stays as it is.
func withCircuits(caller express.Caller) (of express.Caller, hold func() time.Duration) {
	h, ok := caller.(hesitant)
	if !ok {
		return caller, func() time.Duration { return 0 }
	}
	s := &shardCircuits{Caller: caller, circuit: h.Circuit}
	return s, s.hold
}

// Call makes one attempt.
func (s *shardCircuits) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	if c := s.circuit(call); c != nil {
		s.remember(c)
	}
	return s.Caller.Call(ctx, from, call)
}

func (s *shardCircuits) remember(c *breaker.Circuit) {
	if s.has(c) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.seen) < mostSeen {
		s.seen = append(s.seen, c)
	}
}

func (s *shardCircuits) has(c *breaker.Circuit) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, known := range s.seen {
		if known == c {
			return true
		}
	}
	return false
}

func (s *shardCircuits) hold() (longest time.Duration) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, c := range s.seen {
		longest = max(longest, c.Hold())
	}
	return longest
}
