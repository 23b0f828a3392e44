package main

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// print writes what each contender did.
func (m measurements) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "items\titems/s\tevents/item\tworker CPU ms/item\tserver CPU ms/item\tworker peak MiB\t ")
	for _, c := range m.contenders() {
		for _, value := range []float64{
			float64(c.items), c.perSecond(), c.eventsPerItem(),
			c.per(c.worker.Seconds() * 1e3), c.per(c.server.Seconds() * 1e3), float64(c.peak) / (1 << 20),
		} {
			fmt.Fprintf(w, "%s\t", number(value))
		}
		fmt.Fprintf(w, " %s\n", c.contender)
	}
	_ = w.Flush() // to a terminal
	fmt.Fprintln(out)
}

// print writes the figures that people ask for, with their bounds.
func (all figures) print(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range all {
		if f.what != "" {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.name, number(f.value), f.bound(), f.what)
		}
	}
	_ = w.Flush()
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
	case value >= 100 || value == float64(int64(value)):
		return strconv.FormatFloat(value, 'f', 0, 64)
	case value >= 1:
		return strconv.FormatFloat(value, 'f', 1, 64)
	}
	return strconv.FormatFloat(value, 'g', 3, 64)
}
