package staging

import "sync"

// Cache keeps values that never change, at most a number of them: the one that
// was used longest ago goes first. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	mu      sync.Mutex
	limit   int
	clock   int64
	entries map[K]*entry[V]
}

type entry[V any] struct {
	value V
	used  int64
}

// NewCache gives a cache of at most limit values.
func NewCache[K comparable, V any](limit int) *Cache[K, V] {
	return &Cache[K, V]{limit: limit, entries: make(map[K]*entry[V], limit)}
}

// Get gives the value of the key, if it is there.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.clock++
	e.used = c.clock
	return e.value, true
}

// Put keeps the value of the key.
func (c *Cache[K, V]) Put(key K, value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clock++
	if _, ok := c.entries[key]; !ok && len(c.entries) >= c.limit {
		delete(c.entries, c.oldest())
	}
	c.entries[key] = &entry[V]{value, c.clock}
}

func (c *Cache[K, V]) oldest() (key K) {
	least := c.clock
	for k, e := range c.entries {
		if e.used < least {
			key, least = k, e.used
		}
	}
	return key
}
