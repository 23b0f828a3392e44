package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// outputFormat is the flag --output: text or json.
type outputFormat struct{ value string }

func (f *outputFormat) addFlag(command *cobra.Command) {
	command.Flags().StringVarP(&f.value, "output", "o", "text", "`form` of the answer: text or json")
}

func (f *outputFormat) check() error {
	if f.value != "text" && f.value != "json" {
		return misused("use text or json", "--output %q is no form of output", f.value)
	}
	return nil
}

func (f outputFormat) isJSON() bool { return f.value == "json" }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// duration gives a duration for people.
func duration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		return d.Round(time.Second).String()
	}
}
