package main

import "sync"

// remembered is how many keys are known. A workflow task is repeated within
// seconds or not at all.
const remembered = 10_000

// once tells the first time of something from later ones, as far back as the
// last [remembered] keys. It is safe for concurrent use.
type once struct {
	mu    sync.Mutex
	known map[string]struct{}
	order []string // a ring
	next  int
}

// first reports whether the key is new.
func (o *once) first(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, ok := o.known[key]; ok {
		return false
	}
	if o.known == nil {
		o.known = map[string]struct{}{}
	}
	if len(o.order) < remembered {
		o.order = append(o.order, key)
	} else {
		delete(o.known, o.order[o.next])
		o.order[o.next] = key
		o.next = (o.next + 1) % remembered
	}
	o.known[key] = struct{}{}
	return true
}
