package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
)

func TestTemporalMetrics(t *testing.T) {
	r := prometheus.NewRegistry()
	m := newTemporalMetrics()
	r.MustRegister(m)
	root := m.handler()
	tagged := root.WithTags(map[string]string{"operation": "Poll", "namespace": "a"})
	tagged.WithTags(map[string]string{"namespace": "b"}).Counter("temporal_request").Inc(2)
	tagged.Counter("temporal_request").Inc(1)
	// The same name with other tags.
	root.WithTags(map[string]string{"task_queue": "q"}).Counter("temporal_request").Inc(4)
	root.Gauge("temporal_num_pollers").Update(3)
	root.Gauge("temporal_num_pollers").Update(2)
	root.Timer("temporal_request_latency").Record(20 * time.Millisecond)

	samples := scraped(t, r)
	for _, want := range []string{
		`temporal_request_total{namespace="b",operation="Poll"} 2`,
		`temporal_request_total{namespace="a",operation="Poll"} 1`,
		`temporal_request_total{task_queue="q"} 4`,
		`temporal_num_pollers 2`,
		`temporal_request_latency_seconds_bucket{le="0.01"} 0`,
		`temporal_request_latency_seconds_bucket{le="0.025"} 1`,
		`temporal_request_latency_seconds_count 1`,
	} {
		assert.Contains(t, samples, want)
	}
}

func TestTemporalMetricsOfManyMachines(t *testing.T) {
	r := prometheus.NewRegistry()
	m := newTemporalMetrics()
	r.MustRegister(m)
	var all sync.WaitGroup
	for i := range mostNames + 50 {
		all.Go(func() {
			m.handler().WithTags(map[string]string{"workflow_type": fmt.Sprint("machine", i)}).Counter("temporal_workflow_completed").Inc(1)
		})
	}
	all.Wait()
	samples := scraped(t, r)
	assert.Len(t, samples, mostNames+1)
	assert.Contains(t, strings.Join(samples, "\n"), `temporal_workflow_completed_total{workflow_type="other"} 50`)
}
