package main

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
)

// scraped gives what Prometheus reads, one sample a line, without comments.
func scraped(t *testing.T, g prometheus.Gatherer) (samples []string) {
	t.Helper()
	recorder := httptest.NewRecorder()
	promhttp.HandlerFor(g, promhttp.HandlerOpts{}).ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	assert.Equal(t, 200, recorder.Code, recorder.Body.String())
	for line := range strings.Lines(recorder.Body.String()) {
		if !strings.HasPrefix(line, "#") {
			samples = append(samples, strings.TrimSpace(line))
		}
	}
	return samples
}

func TestNamesAreBounded(t *testing.T) {
	n := newNames()
	for i := range mostNames {
		assert.Equal(t, fmt.Sprint(i), n.of(fmt.Sprint(i)))
	}
	assert.Equal(t, other, n.of("one more"))
	assert.Equal(t, "7", n.of("7"), "a known name stays")
	assert.Empty(t, n.of(""), "no name is not a name")
}

func TestCountersAreBounded(t *testing.T) {
	r := prometheus.NewRegistry()
	c := newCounter(r, prometheus.CounterOpts{Name: "test_total"}, 2, "machine", "error", "status")
	for i := range mostSeries {
		c.add(1, fmt.Sprintf("m%d", i), "", "SUCCEEDED")
	}
	c.add(2, "late", "", "SUCCEEDED")
	c.add(3, "later", "E", "FAILED")
	c.add(4, "latest", "F", "FAILED")
	c.add(5, "m0", "", "SUCCEEDED")
	c.add(0, "m1", "never", "FAILED")
	samples := scraped(t, r)
	assert.Contains(t, samples, `test_total{error="",machine="other",status="SUCCEEDED"} 2`)
	assert.Contains(t, samples, `test_total{error="other",machine="other",status="FAILED"} 7`)
	assert.Contains(t, samples, `test_total{error="",machine="m0",status="SUCCEEDED"} 6`)
	assert.Len(t, samples, mostSeries+2)
}

func TestNamesThatAreNoText(t *testing.T) {
	r := prometheus.NewRegistry()
	newCounter(r, prometheus.CounterOpts{Name: "test_total"}, 1, "error").add(1, "a\xffb")
	assert.Equal(t, []string{`test_total{error="a?b"} 1`}, scraped(t, r))
}

func TestOnce(t *testing.T) {
	var o once
	for i := range 2 * remembered {
		assert.True(t, o.first(fmt.Sprint(i)))
		assert.False(t, o.first(fmt.Sprint(i)))
	}
	assert.False(t, o.first(fmt.Sprint(remembered)), "the last ones are known")
	assert.True(t, o.first("0"), "early ones are forgotten")
	assert.True(t, o.beyond("0", 3))
	assert.False(t, o.beyond("0", 2))
	assert.True(t, o.beyond("0", 4))
	assert.Len(t, o.known, remembered)
}
