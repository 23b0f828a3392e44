package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func mapView(succeeded, failed, running, total int64, planned bool) view {
	return view{states: []string{"Check"}, mapRuns: []mapRunView{{state: "Check", MapRunDescription: wire.MapRunDescription{
		MapRunArn: "arn", Planned: planned, Total: total, Running: running,
		Items: wire.Counts{Succeeded: succeeded, Failed: failed, Pending: total - succeeded - failed - running},
	}}}}
}

func TestProgressOffATerminal(t *testing.T) {
	var errs safeBuffer
	p := newProgress(&console{err: &errs, width: func() int { return 0 }})
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p.show(view{states: []string{"A"}}, now)
	p.show(view{states: []string{"A"}}, now.Add(time.Second))
	p.show(mapView(0, 0, 10, 100, false), now.Add(2*time.Second))
	p.show(mapView(20, 1, 10, 200, true), now.Add(3*time.Second)) // too soon
	p.show(mapView(40, 2, 10, 200, true), now.Add(4*time.Second))
	p.show(mapView(40, 2, 10, 200, true), now.Add(4*time.Second+time.Millisecond))
	p.clear()
	assert.Equal(t, `in A
in Check
  Check: 0/100+ items: 0 succeeded, 0 failed, 0 timed out, 10 running, 90 pending
  Check: 42/200 items: 40 succeeded, 2 failed, 0 timed out, 10 running, 148 pending, 21/s
`, errs.String())
}

func TestProgressOnATerminal(t *testing.T) {
	var errs safeBuffer
	p := newProgress(&console{err: &errs, width: func() int { return 20 }})
	p.show(view{states: []string{"A", "B", "C", "D", "E"}}, time.Now())
	p.show(view{states: []string{"Z"}}, time.Now())
	p.note("look")
	p.clear()
	assert.Equal(t, "\r\x1b[KA, B, C and 2 more\r\x1b[KZ\r\x1b[Kstepwell: look\n", errs.String())
	errs = safeBuffer{}
	p.show(mapView(1, 2, 3, 4, true), time.Now())
	line := strings.TrimPrefix(errs.String(), "\r\x1b[K")
	assert.Less(t, len([]rune(line)), 20, "a line that wraps cannot be drawn again: %q", line)
}

func TestRateIsThatOfTheLatestSeconds(t *testing.T) {
	var r rate
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	assert.Zero(t, r.at(0, at))
	assert.Equal(t, 100.0, r.at(100, at.Add(time.Second)))
	for second := 2; second <= 30; second++ {
		r.at(100, at.Add(time.Duration(second)*time.Second))
	}
	assert.Zero(t, r.at(100, at.Add(31*time.Second)))
	assert.LessOrEqual(t, len(r.samples), 12)
}
