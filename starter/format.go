package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// outputFormat is the flag --output. The first of its forms stands when the
// flag is not given; without forms these are text and json.
type outputFormat struct {
	value string
	forms []string
}

// jsonFirst is for commands whose answer is JSON unless text is asked for.
func jsonFirst() outputFormat { return outputFormat{forms: []string{"json", "text"}} }

func (f *outputFormat) addFlag(command *cobra.Command) {
	if len(f.forms) == 0 {
		f.forms = []string{"text", "json"}
	}
	command.Flags().StringVarP(&f.value, "output", "o", f.forms[0], "`form` of the answer: "+choice(f.forms))
	completeFlag(command, "output", f.forms...)
}

func (f *outputFormat) check() error {
	if !slices.Contains(f.forms, f.value) {
		return misused("use "+choice(f.forms), "--output %q is no form of output", f.value)
	}
	return nil
}

func (f outputFormat) isJSON() bool { return f.value == "json" }

// choice gives "a, b or c".
func choice(of []string) string {
	last := len(of) - 1
	return strings.Join(of[:last], ", ") + " or " + of[last]
}

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
