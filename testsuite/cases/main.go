package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/testsuite/recorded"
)

type flags struct {
	cases, run, runtime, json string
	server, verbose           bool
}

func main() {
	var f flags
	flag.StringVar(&f.cases, "cases", "../shared/cases", "the folder with aws/*.jsonl")
	flag.StringVar(&f.run, "run", "", "run only cases whose id matches the regular expression")
	flag.StringVar(&f.runtime, "runtime", "virtual", "virtual, express or durable")
	flag.BoolVar(&f.server, "server", false, "durable: on a real Temporal server, where time passes")
	flag.StringVar(&f.json, "json", "", "write a report to the file")
	flag.BoolVar(&f.verbose, "v", false, "name every case")
	flag.Parse()
	failed, err := execute(context.Background(), f)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case failed:
		os.Exit(1)
	}
}

func execute(ctx context.Context, f flags) (failed bool, err error) {
	wanted, err := regexp.Compile(f.run)
	if err != nil {
		return false, err
	}
	cases, err := recorded.Load(f.cases)
	if err != nil {
		return false, err
	}
	cases = slices.DeleteFunc(cases, func(c *recorded.Case) bool { return !wanted.MatchString(c.ID) })
	r, atOnce, end, err := runtimeOf(f)
	if err != nil {
		return false, err
	}
	defer end()
	report := recorded.ReportOf(f.runtime, recorded.Run(ctx, cases, r, atOnce))
	if f.json != "" {
		file, err := os.Create(f.json)
		if err != nil {
			return false, err
		}
		if err := report.JSON(file); err != nil {
			return false, err
		}
		if err := file.Close(); err != nil {
			return false, err
		}
	}
	return report.Failed > 0, report.Write(os.Stdout, f.verbose)
}
