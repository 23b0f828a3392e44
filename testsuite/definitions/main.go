package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
)

func main() {
	cases := flag.String("cases", "../shared/cases", "the folder with definitions/valid and definitions/invalid")
	run := flag.String("run", "", "look only at files whose path matches the regular expression")
	verbose := flag.Bool("v", false, "name every file")
	flag.Parse()
	wanted, err := regexp.Compile(*run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	claims, err := load(*cases, wanted)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var all verdicts
	for _, c := range claims {
		all = append(all, judge(c))
	}
	all.write(os.Stdout, *verbose)
	if all.count(failed) > 0 {
		os.Exit(1)
	}
}
