package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// runResults are the results of one Map Run.
type runResults struct {
	export
	manifest results.Manifest
	counts   []categoryCount
}

// categoryCount counts what the files of a category hold.
type categoryCount struct {
	Category wire.Category `json:"category"`
	Records  int64         `json:"records"`
	Files    int           `json:"files"`
	Bytes    int64         `json:"bytes"`
	// Errors counts the records that failed by their error.
	Errors []errorCount `json:"errors,omitempty"`
}

type errorCount struct {
	Error   string `json:"error"`
	Records int64  `json:"records"`
}

const (
	// countedErrors bounds how many different errors are told apart.
	countedErrors = 100
	// otherErrors stands for the rest.
	otherErrors = "(others)"
	// shownErrors is how many of them a table shows.
	shownErrors = 5
)

// count counts the records of a run, category by category.
func (r *resultsReading) count(ctx context.Context, run *runResults) error {
	for _, category := range []wire.Category{wire.SucceededFile, wire.FailedFile, wire.PendingFile} {
		c := categoryCount{Category: category}
		for _, file := range files(run.manifest, category) {
			c.Files++
			c.Bytes += file.Size
		}
		byError := map[string]int64{}
		err := r.each(ctx, run, category, func(record []byte) error {
			c.Records++
			if category == wire.FailedFile {
				name := errorOf(record)
				if _, known := byError[name]; !known && len(byError) >= countedErrors {
					name = otherErrors
				}
				byError[name]++
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, name := range slices.SortedFunc(maps.Keys(byError), func(a, b string) int {
			return cmp.Or(cmp.Compare(byError[b], byError[a]), strings.Compare(a, b))
		}) {
			c.Errors = append(c.Errors, errorCount{name, byError[name]})
		}
		run.counts = append(run.counts, c)
	}
	return nil
}

// errorOf gives the error of a record, or its status when it has none.
func errorOf(record []byte) string {
	var told struct{ Error, Status string }
	// A record that is not an object tells nothing.
	_ = json.Unmarshal(record, &told)
	return cmp.Or(told.Error, told.Status, "(none)")
}

// writeCounts writes the counts of runs in a form of results.
func writeCounts(c *console, runs []runResults, format string) error {
	switch format {
	case "json":
		return c.answer(countsAnswer(runs))
	case "jsonl":
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		for _, run := range countsAnswer(runs).MapRuns {
			if err := e.Encode(run); err != nil {
				return &writeError{err}
			}
		}
		return nil
	case "csv":
		w := csv.NewWriter(c.out)
		rows := [][]string{{"State", "MapRunArn", "Category", "Records", "Files", "Bytes"}}
		for _, run := range runs {
			for _, n := range run.counts {
				rows = append(rows, []string{run.state, run.mapRunARN, string(n.Category), fmt.Sprint(n.Records), fmt.Sprint(n.Files), fmt.Sprint(n.Bytes)})
			}
		}
		if err := w.WriteAll(rows); err != nil {
			return &writeError{err}
		}
		return nil
	}
	for _, run := range runs {
		if err := put(c.out, run.table()); err != nil {
			return err
		}
	}
	return nil
}

// exportCounts are the counts as they are answered.
type exportCounts struct {
	MapRuns []runCounts `json:"mapRuns"`
}

type runCounts struct {
	MapRunARN  string          `json:"mapRunArn"`
	State      string          `json:"state,omitempty"`
	Manifest   string          `json:"manifest"`
	Categories []categoryCount `json:"categories"`
}

func countsAnswer(runs []runResults) (answer exportCounts) {
	for _, run := range runs {
		answer.MapRuns = append(answer.MapRuns, runCounts{run.arn(), run.state, run.export.manifest.String(), run.counts})
	}
	return answer
}

func (r *runResults) arn() string { return cmp.Or(r.mapRunARN, r.manifest.MapRunArn) }

func (r *runResults) table() string {
	var b strings.Builder
	if r.state != "" {
		fmt.Fprintf(&b, "%s: ", r.state)
	}
	fmt.Fprintf(&b, "%s\n  %s\n", r.arn(), r.export.manifest)
	for _, c := range r.counts {
		fmt.Fprintf(&b, "  %-9s  %10d %-7s  %3d %-5s  %8s", c.Category, c.Records, noun(c.Records, "record"), c.Files, noun(int64(c.Files), "file"), size(c.Bytes))
		for i, e := range c.Errors {
			if i == shownErrors {
				fmt.Fprintf(&b, ", and %d more", len(c.Errors)-i)
				break
			}
			separator := ", "
			if i == 0 {
				separator = "  "
			}
			fmt.Fprintf(&b, "%s%s: %d", separator, shorten(e.Error, shownText), e.Records)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func noun(n int64, one string) string {
	if n == 1 {
		return one
	}
	return one + "s"
}

// size gives a number of bytes for people.
func size(bytes int64) string {
	const step = 1000
	n, units := float64(bytes), []string{"B", "kB", "MB", "GB", "TB"}
	i := 0
	for n >= step && i < len(units)-1 {
		n /= step
		i++
	}
	if i == 0 {
		return fmt.Sprintf("%d B", bytes)
	}
	return fmt.Sprintf("%.1f %s", n, units[i])
}
