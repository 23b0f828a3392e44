package main

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/client"
)

// temporalBuckets are for what the Temporal SDK times, from a request to a
// workflow of a day, in seconds.
var temporalBuckets = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200, 86400}

// userTags are the tags of the SDK that hold what users name.
var userTags = []string{"workflow_type", "activity_type"}

// temporalMetrics hands what the Temporal SDK measures to Prometheus. Counters
// get the suffix _total and timers become histograms with the suffix _seconds,
// as in Temporal's own dashboards.
//
// The SDK does not declare its metrics, and one name may come with different
// sets of tags: so this is a collector that declares nothing either, and a
// name has one vector for each set of tags.
type temporalMetrics struct {
	users *names

	mu      sync.RWMutex
	vectors map[vectorKey]prometheus.Collector
}

// vectorKey is a metric's name and the names of its tags.
type vectorKey struct{ name, tags string }

func newTemporalMetrics() *temporalMetrics {
	return &temporalMetrics{users: newNames(), vectors: map[vectorKey]prometheus.Collector{}}
}

// Describe declares nothing.
func (t *temporalMetrics) Describe(chan<- *prometheus.Desc) {}

// Collect gives all metrics.
func (t *temporalMetrics) Collect(out chan<- prometheus.Metric) {
	t.mu.RLock()
	all := slices.Collect(maps.Values(t.vectors))
	t.mu.RUnlock()
	for _, vector := range all {
		vector.Collect(out)
	}
}

// handler gives what the SDK is to report to.
func (t *temporalMetrics) handler() client.MetricsHandler { return &temporalHandler{to: t} }

// vector gives the vector of this key; make makes it the first time.
func vector[V prometheus.Collector](t *temporalMetrics, key vectorKey, make func() V) V {
	t.mu.RLock()
	known, ok := t.vectors[key]
	t.mu.RUnlock()
	if !ok {
		t.mu.Lock()
		defer t.mu.Unlock()
		if known, ok = t.vectors[key]; !ok {
			known = make()
			t.vectors[key] = known
		}
	}
	return known.(V)
}

// temporalHandler reports with certain tags, sorted by name.
type temporalHandler struct {
	to            *temporalMetrics
	names, values []string
	joined        string // the names
}

// WithTags gives a handler with further tags; known ones are replaced.
func (h *temporalHandler) WithTags(tags map[string]string) client.MetricsHandler {
	all := make(map[string]string, len(h.names)+len(tags))
	for i, name := range h.names {
		all[name] = h.values[i]
	}
	for name, value := range tags {
		if slices.Contains(userTags, name) {
			value = h.to.users.of(value)
		}
		all[name] = strings.ToValidUTF8(value, "?")
	}
	next := &temporalHandler{to: h.to, names: slices.Sorted(maps.Keys(all))}
	for _, name := range next.names {
		next.values = append(next.values, all[name])
	}
	next.joined = strings.Join(next.names, ",")
	return next
}

// Counter gives a counter.
func (h *temporalHandler) Counter(name string) client.MetricsCounter {
	name += "_total"
	v := vector(h.to, vectorKey{name, h.joined}, func() *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: temporalHelp}, h.names)
	})
	return temporalCounter{v.WithLabelValues(h.values...)}
}

// Gauge gives a gauge.
func (h *temporalHandler) Gauge(name string) client.MetricsGauge {
	v := vector(h.to, vectorKey{name, h.joined}, func() *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: temporalHelp}, h.names)
	})
	return temporalGauge{v.WithLabelValues(h.values...)}
}

// Timer gives a histogram of seconds.
func (h *temporalHandler) Timer(name string) client.MetricsTimer {
	name += "_seconds"
	v := vector(h.to, vectorKey{name, h.joined}, func() *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: temporalHelp, Buckets: temporalBuckets}, h.names)
	})
	return temporalTimer{v.WithLabelValues(h.values...)}
}

const temporalHelp = "See https://docs.temporal.io/references/sdk-metrics"

type temporalCounter struct{ prometheus.Counter }

func (c temporalCounter) Inc(n int64) { c.Add(float64(n)) }

type temporalGauge struct{ prometheus.Gauge }

func (g temporalGauge) Update(v float64) { g.Set(v) }

type temporalTimer struct{ prometheus.Observer }

func (t temporalTimer) Record(d time.Duration) { t.Observe(d.Seconds()) }
