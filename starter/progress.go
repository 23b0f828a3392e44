package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
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
	// rateWindow is the time over which a rate is taken.
	rateWindow = 10 * time.Second
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
	var counts []string
	for _, m := range v.mapRuns {
		counts = append(counts, p.countsOf(m, now))
	}
	all := strings.Join(counts, "; ")
	if width := p.console.width(); width > 0 {
		p.draw(strings.Join(slices.DeleteFunc([]string{states, all}, func(s string) bool { return s == "" }), "  |  "), width)
		return
	}
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

// countsOf gives one line of counts of a Map Run that goes on.
func (p *progress) countsOf(m mapRunView, now time.Time) string {
	ended := m.Items.Total() - m.Items.Pending
	r := p.rates[m.MapRunArn]
	if r == nil {
		r = &rate{}
		p.rates[m.MapRunArn] = r
	}
	total := fmt.Sprint(m.Total)
	if !m.Planned {
		total += "+"
	}
	line := fmt.Sprintf("%s: %d/%s items: %d succeeded, %d failed, %d timed out, %d running, %d pending",
		m.state, ended, total, m.Items.Succeeded, m.Items.Failed, m.Items.TimedOut, m.Running, m.Items.Pending)
	if perSecond := r.at(ended, now); perSecond > 0 {
		line += fmt.Sprintf(", %.0f/s", perSecond)
	}
	if m.Manifest != "" {
		line += ", " + m.Manifest
	}
	return line
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
