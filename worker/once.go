package main

import "sync"

// remembered is how many keys are known. A workflow task is repeated within
// seconds or not at all.
const remembered = 10_000

// once tells the first time of something from later ones, as far back as the
// last [remembered] keys. It is safe for concurrent use.
type once struct {
	mu    sync.Mutex
	known map[string]int
	order []string // a ring
	next  int
}

// first reports whether the key is new.
func (o *once) first(key string) bool { return o.beyond(key, 1) }

// beyond reports whether n, at least 1, is greater than any before with the key.
func (o *once) beyond(key string, n int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if most, ok := o.known[key]; ok {
		o.known[key] = max(most, n)
		return n > most
	}
	if o.known == nil {
		o.known = map[string]int{}
	}
	if len(o.order) < remembered {
		o.order = append(o.order, key)
	} else {
		delete(o.known, o.order[o.next])
		o.order[o.next] = key
		o.next = (o.next + 1) % remembered
	}
	o.known[key] = n
	return true
}
