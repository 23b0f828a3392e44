package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"

	"github.com/seed-a99ddb6e/stepwell/testsuite/teststate/cases"
)

func main() {
	folder := flag.String("cases", "../shared/cases", "`folder` of recorded cases")
	pattern := flag.String("run", "", "run only cases whose id matches the `regexp`")
	flag.Parse()
	matching, err := regexp.Compile(*pattern)
	if err != nil {
		fatal(err)
	}
	all, err := cases.Load(*folder)
	if err != nil {
		fatal(err)
	}
	if report(os.Stdout, all, matching) > 0 {
		os.Exit(1)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "teststate:", err)
	os.Exit(2)
}

// report runs the cases that match and gives the number of those that failed.
func report(out io.Writer, all []*cases.Case, matching *regexp.Regexp) (failed int) {
	passed, skipped := 0, map[string]int{}
	for _, c := range all {
		if !matching.MatchString(c.ID) {
			continue
		}
		if reason := c.Skip(); reason != "" {
			skipped[reason]++
			continue
		}
		if err := c.Run(); err != nil {
			failed++
			fmt.Fprintf(out, "FAIL %s\n     %s\n", c.Name(), err)
			continue
		}
		passed++
	}
	total := 0
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		total += skipped[reason]
		fmt.Fprintf(out, "skipped: %d: %s\n", skipped[reason], reason)
	}
	fmt.Fprintf(out, "test-state cases: %d passed, %d failed, %d skipped\n", passed, failed, total)
	return failed
}
