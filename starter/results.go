package main

import (
	"bufio"
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

func newResults(c *console) *cobra.Command {
	var at connection
	var w resultsWish
	command := &cobra.Command{
		Use:   "results EXECUTION|MAPRUN-ARN|s3://BUCKET/KEY/manifest.json",
		Short: "Show the results that Map Runs have written to S3",
		Long: `Show the results that Map Runs have written to S3 by their ResultWriter: those of
an execution, of one Map Run by its ARN, or those that a manifest names, for
which no Temporal is needed. Files are read as streams, however large they are.

Without more flags it counts the records in the files by category, and those
that failed by their error. With --succeeded, --failed or --pending it gives the
records themselves: as a table, as an array (json), one a line (jsonl), or as csv.

Results go to stdout in every form.`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: executionNames(c, &at),
		RunE: func(command *cobra.Command, references []string) error {
			if err := w.check(command); err != nil {
				return err
			}
			ctx := command.Context()
			s, err := c.storage(ctx)
			if err != nil {
				return err
			}
			exports, err := w.find(ctx, c, &at, references[0])
			if err != nil {
				return err
			}
			r := &resultsReading{storage: s, console: c, wish: &w}
			return r.run(ctx, exports)
		},
	}
	at.addFlags(command)
	flags := command.Flags()
	flags.StringVar(&w.machine, "machine", "", "`name` of the state machine, for an execution given by its name alone")
	flags.BoolVar(&w.succeeded, "succeeded", false, "give the records of items that succeeded")
	flags.BoolVar(&w.failed, "failed", false, "give the records of items that failed, timed out or were aborted")
	flags.BoolVar(&w.pending, "pending", false, "give the records of items that were never started")
	flags.Int64Var(&w.limit, "limit", 0, "give at most so many records (`number`); 0 gives all")
	flags.StringVar(&w.format, "format", "table", "`form` of the results: "+choice(resultForms()))
	flags.StringVarP(&w.format, "output", "o", "table", "the same as --format")
	completeFlag(command, "format", resultForms()...)
	completeFlag(command, "output", resultForms()...)
	return command
}

func resultForms() []string { return []string{"table", "json", "jsonl", "csv"} }

// resultsWish are the flags that say which results are shown, and how.
type resultsWish struct {
	machine                    string
	succeeded, failed, pending bool
	limit                      int64
	format                     string
}

func (w *resultsWish) check(command *cobra.Command) error {
	if w.format == "text" { // as the other commands call it
		w.format = "table"
	}
	switch {
	case !slices.Contains(resultForms(), w.format):
		return misused("use "+choice(resultForms()), "--format %q is no form of results", w.format)
	case w.limit < 0:
		return misused("use a number from 1", "--limit %d gives nothing", w.limit)
	case command.Flags().Changed("limit") && len(w.categories()) == 0:
		return misused("say which: --failed, --succeeded or --pending", "--limit bounds records, and no records are asked for")
	}
	return nil
}

// categories gives the categories whose records are asked for.
func (w *resultsWish) categories() (asked []wire.Category) {
	for _, c := range []struct {
		asked    bool
		category wire.Category
	}{{w.succeeded, wire.SucceededFile}, {w.failed, wire.FailedFile}, {w.pending, wire.PendingFile}} {
		if c.asked {
			asked = append(asked, c.category)
		}
	}
	return asked
}

// errEnough ends the reading of records when the limit is reached.
var errEnough = errors.New("enough")

// resultsReading shows the results of Map Runs.
type resultsReading struct {
	*storage
	console *console
	wish    *resultsWish
}

func (r *resultsReading) run(ctx context.Context, exports []export) error {
	var runs []runResults
	for _, e := range exports {
		m, err := r.manifest(ctx, e)
		if err != nil {
			return err
		}
		runs = append(runs, runResults{export: e, manifest: m})
	}
	if len(r.wish.categories()) > 0 {
		return r.records(ctx, runs)
	}
	for i := range runs {
		if err := r.count(ctx, &runs[i]); err != nil {
			return err
		}
	}
	return writeCounts(r.console, runs, r.wish.format)
}

// records gives the records of the categories that were asked for.
func (r *resultsReading) records(ctx context.Context, runs []runResults) error {
	out := bufio.NewWriter(r.console.out)
	to := newRecordWriter(out, r.wish.format)
	left := r.wish.limit
	var err error
	for _, run := range runs {
		for _, category := range r.wish.categories() {
			if err == nil {
				err = r.each(ctx, &run, category, func(record []byte) error {
					if err := to.write(category, record); err != nil {
						return err
					}
					if left--; left == 0 {
						return errEnough
					}
					return nil
				})
			}
		}
	}
	if closing := to.close(); err == nil || errors.Is(err, errEnough) {
		err = closing
	}
	if flushing := out.Flush(); err == nil && flushing != nil {
		err = &writeError{flushing}
	}
	return err
}
