package breaker

import "sync"

// mostCircuits bounds the circuits of a process. Definitions may compute whom
// they call, so there may be any number of resources.
const mostCircuits = 10_000

// Group holds the circuits of a process, by resource. It is safe for concurrent
// use. The nil Group has none.
type Group struct {
	settings Settings

	mu       sync.RWMutex
	circuits map[string]*Circuit
}

// New makes a group without circuits.
func New(s Settings) *Group { return &Group{settings: s, circuits: map[string]*Circuit{}} }

// Of gives the circuit of a resource; nil, which lets everything through, for "".
func (g *Group) Of(resource string) *Circuit {
	if g == nil || resource == "" {
		return nil
	}
	g.mu.RLock()
	c, ok := g.circuits[resource]
	g.mu.RUnlock()
	if ok {
		return c
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if c, ok = g.circuits[resource]; ok {
		return c
	}
	if len(g.circuits) >= mostCircuits {
		g.forget()
	}
	c = newCircuit(resource, g.settings)
	g.circuits[resource] = c
	return c
}

// forget drops the circuits that have nothing to remember. It needs the lock.
func (g *Group) forget() {
	for resource, c := range g.circuits {
		if c.idle() {
			delete(g.circuits, resource)
		}
	}
}
