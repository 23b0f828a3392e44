package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// table is one in Markdown, so that what is printed can stand in
// docs/performance.md as it is.
type table struct {
	header []string
	rows   [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// print writes the table with its columns aligned: the first to the left, as
// is every one whose header begins with a blank, the others to the right.
func (t *table) print(out io.Writer) {
	width := make([]int, len(t.header))
	rule := make([]string, len(t.header))
	left := func(i int) bool { return i == 0 || strings.HasPrefix(t.header[i], " ") }
	for _, row := range append([][]string{t.header}, t.rows...) {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(strings.TrimSpace(cell)), 3)
		}
	}
	for i, n := range width {
		rule[i] = strings.Repeat("-", n)
		if !left(i) {
			rule[i] = rule[i][1:] + ":"
		}
	}
	for _, row := range append([][]string{t.header, rule}, t.rows...) {
		for i, cell := range row {
			cell = strings.TrimSpace(cell)
			space := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if left(i) {
				cell, space = space, cell
			}
			fmt.Fprint(out, "| ", space, cell, " ")
		}
		fmt.Fprintln(out, "|")
	}
	fmt.Fprintln(out)
}

// printPoints writes what each contender did.
func printPoints(out io.Writer, all []measured) {
	fmt.Fprintf(out, "Processor time in ms, events, actions and writes are for 1,000 items.\n\n")
	t := table{header: []string{"contender", "items", "workers", "items/s", "worker", "Temporal", "S3", "service", "peak MiB", "events", "actions", "writes"}}
	for _, m := range all {
		row := []string{m.contender}
		for _, value := range []float64{
			float64(m.items), float64(m.workers), m.perSecond(),
			m.thousand(m.worker), m.thousand(m.server), m.thousand(m.storage), m.thousand(m.service), mebibytes(m.peak),
			1e3 * m.eventsPerItem(), 1e3 * m.per(float64(m.actions)), 1e3 * m.per(float64(m.writes())),
		} {
			row = append(row, number(value))
		}
		t.add(row...)
	}
	t.print(out)
}

// printActivities writes how long the activities of each contender ran.
func printActivities(out io.Writer, all []measured) {
	t := table{header: []string{"contender", "workers", " activity", "seconds in all", "of the run"}}
	for _, m := range all {
		for _, activity := range slices.Sorted(maps.Keys(m.busy)) {
			took := m.busy[activity]
			t.add(m.contender, number(float64(m.workers)), activity, number(took.Seconds()), number(took.Seconds()/m.elapsed.Seconds()))
		}
	}
	t.print(out)
}

// thousand gives a processor time for 1,000 items in milliseconds.
func (m measured) thousand(spent time.Duration) float64 { return 1e3 * m.milliseconds(spent) }

// printRows writes how many rows of Temporal's database each contender wrote.
func printRows(out io.Writer, all []measured) {
	for _, m := range all {
		t := table{header: []string{"rows per 1,000 items: " + m.contender, "written"}}
		total := int64(0)
		for _, name := range slices.Sorted(maps.Keys(m.rows)) {
			t.add(name, number(1e3*m.per(float64(m.rows[name]))))
			total += m.rows[name]
		}
		t.add("all", number(1e3*m.per(float64(total))))
		t.print(out)
	}
}

// print writes the figures that people ask for: what, target, measured, and
// where that means something, met or not.
func (all figures) print(out io.Writer, judged bool) {
	t := table{header: []string{"figure", " target", "measured", " ", " what"}}
	for _, f := range all {
		if f.what == "" {
			continue
		}
		verdict := ""
		if judged {
			verdict = f.verdict()
		}
		t.add("`"+f.name+"`", f.bound(), number(f.value), verdict, f.what)
	}
	t.print(out)
}

// verdict says whether the figure's target is met, "" when it has none.
func (f figure) verdict() string {
	switch {
	case f.bound() == "":
		return ""
	case f.kept():
		return "met"
	}
	return "not met"
}

// bound says what the figure must be, "" when it has no bound.
func (f figure) bound() string {
	switch {
	case f.least > 0:
		return "at least " + number(f.least)
	case f.most > 0:
		return "at most " + number(f.most)
	}
	return ""
}

// number gives a value with about three significant digits.
func number(value float64) string {
	switch {
	case value >= 10_000:
		text := strconv.FormatFloat(value, 'f', 0, 64)
		for i := len(text) - 3; i > 0; i -= 3 {
			text = text[:i] + "," + text[i:]
		}
		return text
	case value >= 100 || value == float64(int64(value)):
		return strconv.FormatFloat(value, 'f', 0, 64)
	case value >= 1:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
