package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"github.com/seed-a99ddb6e/stepwell/testsuite/jsonata/suite"
)

func main() {
	folder := flag.String("cases", "", "the folder that holds jsonata/groups and jsonata/datasets")
	run := flag.String("run", "", "only the cases whose id matches this regular expression")
	flag.Parse()
	failed, err := runAll(*folder, *run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || failed > 0 {
		os.Exit(1)
	}
}

// runAll runs the cases, prints what it finds and gives the number of failures.
func runAll(folder, run string) (failed int, err error) {
	chosen, err := regexp.Compile(run)
	if err != nil {
		return 0, err
	}
	cases, err := suite.Load(filepath.Join(folder, "jsonata"))
	if err != nil {
		return 0, err
	}
	passed, skipped := 0, 0
	for _, c := range cases {
		if !chosen.MatchString(c.ID) {
			continue
		}
		if reason := c.Skip(); reason != "" {
			skipped++
			fmt.Printf("SKIP %s: %s\n", c.ID, reason)
			continue
		}
		if difference := c.Run(); difference != "" {
			failed++
			fmt.Printf("FAIL %s: %s\n     %s\n", c.ID, c.Text, difference)
			continue
		}
		passed++
	}
	fmt.Printf("jsonata: %d passed, %d failed, %d skipped\n", passed, failed, skipped)
	return failed, nil
}
