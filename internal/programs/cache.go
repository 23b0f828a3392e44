package programs

import (
	"container/list"
	"fmt"
	"sync"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Compile makes the program of a definition.
type Compile func(wire.Definition) (*program.Program, error)

// Cache holds the programs used last. It is safe for concurrent use.
type Cache struct {
	compile Compile
	limit   int

	mu      sync.Mutex
	entries map[key]*list.Element // of *entry
	recent  *list.List            // the one used last in front
}

// key is a definition as a map key. It holds the text itself and not a digest:
// the program keeps its text alive anyway.
type key struct {
	text, kind, leaf string
	processor        bool
}

type entry struct {
	key     key
	once    sync.Once
	program *program.Program
	err     error
}

// New gives a cache of at most limit programs.
func New(compile Compile, limit int) *Cache {
	return &Cache{compile: compile, limit: max(1, limit), entries: map[key]*list.Element{}, recent: list.New()}
}

// Get gives the program of the definition. A definition is compiled once
// however many ask for it at the same time; a fault is kept as well.
func (c *Cache) Get(d wire.Definition) (*program.Program, error) {
	if url := d.Text.Staged(); url != "" {
		return nil, fmt.Errorf("the definition at %s has to be fetched before it can be compiled", url)
	}
	e := c.entry(key{text: d.Text.String(), kind: d.Type, leaf: d.Leaf, processor: d.Processor})
	e.once.Do(func() {
		e.err = fmt.Errorf("the definition could not be compiled: its compilation panicked")
		e.program, e.err = c.compile(d)
	})
	return e.program, e.err
}

func (c *Cache) entry(k key) *entry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if place, ok := c.entries[k]; ok {
		c.recent.MoveToFront(place)
		return place.Value.(*entry)
	}
	e := &entry{key: k}
	c.entries[k] = c.recent.PushFront(e)
	if c.recent.Len() > c.limit {
		oldest := c.recent.Back()
		c.recent.Remove(oldest)
		delete(c.entries, oldest.Value.(*entry).key)
	}
	return e
}
