package main

import (
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// other stands for every name beyond those that a metric may have.
	other = "other"
	// mostNames bounds the names of one kind, such as those of errors. They are
	// users' data: a definition may put an order number into an error name.
	mostNames = 200
	// mostSeries bounds the label sets of one metric.
	mostSeries = 5_000
	// mostLabels is how many labels a counter has at most.
	mostLabels = 5
)

// names lets the first [mostNames] names through and makes all later ones
// [other]. It is safe for concurrent use.
type names struct {
	mu    sync.RWMutex
	known map[string]struct{}
}

func newNames() *names { return &names{known: map[string]struct{}{}} }

// of gives the name, or other.
func (n *names) of(name string) string {
	n.mu.RLock()
	_, ok := n.known[name]
	n.mu.RUnlock()
	if ok || name == "" {
		return name
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.known[name]; !ok && len(n.known) >= mostNames {
		return other
	}
	n.known[name] = struct{}{}
	return name
}

// counter is a metric that only grows. Of its labels the first are named by
// users: when there are [mostSeries] label sets, those of a new one become
// [other]. It is safe for concurrent use.
type counter struct {
	vec   *prometheus.CounterVec
	named int

	mu    sync.RWMutex
	known map[[mostLabels]string]prometheus.Counter
}

// newCounter makes a counter whose first named labels hold what users name.
func newCounter(r prometheus.Registerer, options prometheus.CounterOpts, named int, labels ...string) *counter {
	c := &counter{
		vec:   prometheus.NewCounterVec(options, labels),
		named: named,
		known: map[[mostLabels]string]prometheus.Counter{},
	}
	r.MustRegister(c.vec)
	return c
}

// add counts n, with one value for each label.
func (c *counter) add(n int64, values ...string) {
	if n == 0 {
		return
	}
	var key [mostLabels]string
	copy(key[:], values)
	c.mu.RLock()
	one, ok := c.known[key]
	c.mu.RUnlock()
	if !ok {
		one = c.series(key, len(values))
	}
	one.Add(float64(n))
}

// series gives the counter of a label set that is not known.
func (c *counter) series(key [mostLabels]string, labels int) prometheus.Counter {
	c.mu.Lock()
	defer c.mu.Unlock()
	full := len(c.known) >= mostSeries
	values := make([]string, labels)
	for i := range values {
		values[i] = strings.ToValidUTF8(key[i], "?")
		if full && i < c.named && key[i] != "" {
			values[i] = other
		}
	}
	one := c.vec.WithLabelValues(values...)
	if !full {
		c.known[key] = one
	}
	return one
}
