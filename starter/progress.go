package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// view is where an execution stands.
type view struct {
	states  []string
	mapRuns []mapRunView
}

type mapRunView struct {
	// state is the Distributed Map that the run belongs to.
	state string
	wire.MapRunDescription
}

const (
	// shownStates is how many of the states that an execution stands in are named.
	shownStates = 3
	// linePause is how long a log of counts pauses between two lines.
	linePause = 2 * time.Second
	// rateWindow is the time over which a rate is taken. Shards tell from time to
	// time what they have done, so that a shorter one would jump.
	rateWindow = 30 * time.Second
)

// progress shows people how an execution goes: on a terminal as one line that
// is drawn again and again, elsewhere as lines when something has changed.
type progress struct {
	console *console
	// drawn tells that the terminal's last line is ours.
	drawn bool
	// states and counts are what was written last, when counts were.
	states, counts string
	counted        time.Time
	rates          map[string]*rate
}

func newProgress(c *console) *progress { return &progress{console: c, rates: map[string]*rate{}} }

// show shows where the execution stands now.
func (p *progress) show(v view, now time.Time) {
	states := named(v.states)
	width := p.console.width()
	var counts []string
	for _, m := range v.mapRuns {
		perSecond := p.rateOf(m, now)
		switch {
		case width == 0:
			counts = append(counts, countsOf(m, perSecond))
		case m.Status == machine.Running: // one that has ended is told of at the end
			counts = append(counts, drawnCounts(m, perSecond))
		}
	}
	if width > 0 {
		parts := counts
		if len(v.states) != len(counts) { // else the counts name all that goes on
			parts = append([]string{states}, counts...)
		}
		p.draw(strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "  |  "), width)
		return
	}
	all := strings.Join(counts, "; ")
	if states != p.states && states != "" {
		p.states = states
		p.console.say("in %s", states)
	}
	if all != p.counts && all != "" && now.Sub(p.counted) >= linePause {
		p.counts, p.counted = all, now
		for _, line := range counts {
			p.console.say("  %s", line)
		}
	}
}

func (p *progress) draw(line string, width int) {
	if runes := []rune(line); len(runes) >= width {
		line = string(runes[:max(0, width-2)]) + "…"
	}
	fmt.Fprintf(p.console.err, "\r\x1b[K%s", line)
	p.drawn = true
}

// clear takes the drawn line away.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.console.err, "\r\x1b[K")
		p.drawn = false
	}
}

// note tells people something that stays.
func (p *progress) note(format string, args ...any) {
	p.clear()
	p.console.say("stepwell: "+format, args...)
}

// named names the states that an execution stands in.
func named(states []string) string {
	if len(states) > shownStates {
		return fmt.Sprintf("%s and %d more", strings.Join(states[:shownStates], ", "), len(states)-shownStates)
	}
	return strings.Join(states, ", ")
}

// rateOf gives the items per second that a Map Run ends.
func (p *progress) rateOf(m mapRunView, now time.Time) float64 {
	r := p.rates[m.MapRunArn]
	if r == nil {
		r = &rate{}
		p.rates[m.MapRunArn] = r
	}
	return r.at(m.ended(), now)
}

// ended counts the items that have ended, however they did.
func (m *mapRunView) ended() int64 { return m.Items.Ended() }

func (m *mapRunView) total() string {
	if !m.Planned {
		return fmt.Sprintf("%d+", m.Total) // and more to come
	}
	return fmt.Sprint(m.Total)
}

// countsOf gives the line of a log for a Map Run that goes on.
func countsOf(m mapRunView, perSecond float64) string {
	line := fmt.Sprintf("%s: %d/%s items: %d succeeded, %d failed, %d timed out, %d running, %d pending",
		m.state, m.ended(), m.total(), m.Items.Succeeded, m.Items.Failed, m.Items.TimedOut, m.Running, m.Items.Pending)
	if n := m.Items.PendingRedrive; n > 0 {
		line += fmt.Sprintf(", %d pending redrive", n)
	}
	line += pace(m, perSecond, ", ")
	if m.Limits.Paused {
		line += ", paused"
	}
	if m.Manifest != "" {
		line += ", " + m.Manifest
	}
	return line
}

// drawnCounts gives the part of a terminal's line for a Map Run: what matters
// first, since the end may be cut off.
func drawnCounts(m mapRunView, perSecond float64) string {
	line := fmt.Sprintf("%s: %d/%s", m.state, m.ended(), m.total())
	if m.Planned && m.Total > 0 {
		line += fmt.Sprintf(" (%d%%)", 100*m.ended()/m.Total)
	}
	if bad := m.Items.Failed + m.Items.TimedOut; bad > 0 {
		line += fmt.Sprintf("  %d failed", bad)
	}
	if n := m.Items.PendingRedrive; n > 0 {
		line += fmt.Sprintf("  %d to be redriven", n)
	}
	if m.Running > 0 {
		line += fmt.Sprintf("  %d running", m.Running)
	}
	if m.Limits.Paused {
		line += "  paused"
	}
	return line + pace(m, perSecond, "  ")
}

// pace tells how fast a Map Run goes and when it will be done, as far as that
// is known.
func pace(m mapRunView, perSecond float64, separator string) string {
	left := m.Total - m.ended()
	switch {
	case perSecond <= 0:
		return ""
	case !m.Planned || left <= 0:
		return separator + perSecondText(perSecond)
	}
	return separator + perSecondText(perSecond) + separator + "ETA " + remaining(float64(left)/perSecond)
}

func perSecondText(perSecond float64) string {
	if perSecond < 10 {
		return fmt.Sprintf("%.1f/s", perSecond)
	}
	return fmt.Sprintf("%.0f/s", perSecond)
}

// remaining gives a time that is only guessed: two units are enough.
func remaining(seconds float64) string {
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	switch n := int64(min(max(seconds, 1), 1e9)); {
	case n < minute:
		return fmt.Sprintf("%ds", n)
	case n < hour:
		return fmt.Sprintf("%dm%02ds", n/minute, n%minute)
	case n < day:
		return fmt.Sprintf("%dh%02dm", n/hour, n%hour/minute)
	default:
		return fmt.Sprintf("%dd%02dh", n/day, n%day/hour)
	}
}

// rate takes the rate of a count that grows, over the latest rateWindow.
type rate struct{ samples []sample }

type sample struct {
	at    time.Time
	count int64
}

// at gives the rate per second when the count is so much now, 0 when it is not
// known yet.
func (r *rate) at(count int64, now time.Time) float64 {
	for len(r.samples) > 1 && now.Sub(r.samples[1].at) >= rateWindow {
		r.samples = r.samples[1:]
	}
	r.samples = append(r.samples, sample{now, count})
	first := r.samples[0]
	if seconds := now.Sub(first.at).Seconds(); seconds > 0 {
		return float64(count-first.count) / seconds
	}
	return 0
}
