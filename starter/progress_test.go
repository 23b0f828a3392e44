package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

func mapView(succeeded, failed, running, total int64, planned bool) view {
	return view{states: []string{"Check"}, mapRuns: []mapRunView{{state: "Check", MapRunDescription: wire.MapRunDescription{
		MapRunArn: "arn", Status: machine.Running, Planned: planned, Total: total, Running: running,
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
  Check: 42/200 items: 40 succeeded, 2 failed, 0 timed out, 10 running, 148 pending, 21/s, ETA 7s
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
}

// TestProgressOfAMapRun draws on terminals of some widths what a Map Run does.
func TestProgressOfAMapRun(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		width int
		views []view // a second apart
		want  string
	}{
		{"planning", 80, []view{mapView(0, 0, 1, 10, false)}, "Check: 0/10+  1 running"},
		{"rate without an end in sight", 80, []view{mapView(0, 0, 1, 10, false), mapView(25, 0, 1, 40, false)}, "Check: 25/40+  1 running  25/s"},
		{"rate and ETA", 80, []view{mapView(0, 0, 1, 1000, true), mapView(49, 1, 1, 1000, true)}, "Check: 50/1000 (5%)  1 failed  1 running  50/s  ETA 19s"},
		{"slow", 80, []view{mapView(0, 0, 1, 20000, true), mapView(1, 0, 1, 20000, true)}, "Check: 1/20000 (0%)  1 running  1.0/s  ETA 5h33m"},
		{"at a standstill", 80, []view{mapView(5, 0, 1, 10, true), mapView(5, 0, 1, 10, true)}, "Check: 5/10 (50%)  1 running"},
		{"done", 80, []view{mapView(0, 0, 1, 10, true), mapView(10, 0, 0, 10, true)}, "Check: 10/10 (100%)  10/s"},
		{"narrow", 20, []view{mapView(0, 0, 1, 1000, true), mapView(49, 1, 1, 1000, true)}, "Check: 50/1000 (5%…"},
		{"ended", 80, []view{{states: []string{"Wait"}, mapRuns: []mapRunView{{state: "Check", MapRunDescription: wire.MapRunDescription{Status: machine.Succeeded}}}}}, "Wait"},
		{"beside another state", 80, []view{{states: []string{"Check", "Wait"}, mapRuns: mapView(1, 0, 0, 4, true).mapRuns}}, "Check, Wait  |  Check: 1/4 (25%)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var terminal safeBuffer
			p := newProgress(&console{err: &terminal, width: func() int { return c.width }})
			for second, v := range c.views {
				p.show(v, at.Add(time.Duration(second)*time.Second))
			}
			drawn := strings.Split(terminal.String(), "\r\x1b[K")
			assert.Equal(t, c.want, drawn[len(drawn)-1])
			assert.NotContains(t, terminal.String(), "\n", "one line is drawn again and again")
			for _, line := range drawn {
				assert.Less(t, len([]rune(line)), c.width, "a line that wraps cannot be drawn again")
			}
		})
	}
}

func TestRemaining(t *testing.T) {
	for seconds, want := range map[float64]string{0: "1s", 59.9: "59s", 60: "1m00s", 3599: "59m59s", 3660: "1h01m", 90000: "1d01h", 1e300: "11574d01h"} {
		assert.Equal(t, want, remaining(seconds))
	}
}

func TestRateIsThatOfTheLatestSeconds(t *testing.T) {
	var r rate
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	assert.Zero(t, r.at(0, at))
	assert.Equal(t, 100.0, r.at(100, at.Add(time.Second)))
	assert.Equal(t, 10.0, r.at(100, at.Add(10*time.Second)), "a pause between two shards is no standstill")
	for second := 11; second <= 60; second++ {
		r.at(100, at.Add(time.Duration(second)*time.Second))
	}
	assert.Zero(t, r.at(100, at.Add(61*time.Second)))
	assert.LessOrEqual(t, len(r.samples), 32)
}
