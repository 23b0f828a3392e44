package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newDoctor(c *console) *cobra.Command {
	var at connection
	var format outputFormat
	command := &cobra.Command{
		Use:   "doctor",
		Short: "Look whether everything that executions need is there",
		Long: `Look whether everything that executions need is there: Temporal, the namespace
and how long it keeps history, a worker on the task queue, S3, the staging
location, and clocks that agree. Each line says OK, WARN or FAIL, and what to do.

It sees what this shell is set up for. The settings of the workers are their own:
give this shell the same AWS_* variables and STEPWELL_STAGING.
It writes one small object below STEPWELL_STAGING and deletes it.

The lines go to stdout. Exits with 1 when something FAILs, else with 0.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := format.check(); err != nil {
				return err
			}
			d := &diagnosis{console: c}
			d.examine(command.Context(), &at)
			if err := command.Context().Err(); err != nil {
				return err
			}
			return d.answer(format)
		},
	}
	at.addFlags(command)
	format.addFlag(command)
	return command
}

// verdicts of a check, the worst last.
const (
	isOK   = "OK"
	isWarn = "WARN"
	isFail = "FAIL"
)

// check is what one look at one thing came to.
type check struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	// Message says what was seen, Fix what to do about it.
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
}

// diagnosis gathers checks.
type diagnosis struct {
	console *console
	checks  []check
	clock   clock
	// retention is how long the namespace keeps ended executions, 0 when that is
	// not known.
	retention time.Duration
}

func (d *diagnosis) ok(name, format string, args ...any) {
	d.checks = append(d.checks, check{name, isOK, fmt.Sprintf(format, args...), ""})
}

func (d *diagnosis) warn(name, fix, format string, args ...any) {
	d.checks = append(d.checks, check{name, isWarn, fmt.Sprintf(format, args...), fix})
}

func (d *diagnosis) fail(name, fix, format string, args ...any) {
	d.checks = append(d.checks, check{name, isFail, fmt.Sprintf(format, args...), fix})
}

// fault notes an error that may say itself what to do.
func (d *diagnosis) fault(name string, err error) {
	next := ""
	var f *fault
	if errors.As(err, &f) {
		next = f.next
	}
	d.fail(name, next, "%s", err)
}

// examine looks at everything, as far as what was seen before allows.
func (d *diagnosis) examine(ctx context.Context, at *connection) {
	d.temporal(ctx, at)
	d.storage(ctx)
	d.skew()
}

func (d *diagnosis) answer(format outputFormat) error {
	result := isOK
	for _, c := range d.checks {
		if c.Result == isFail || c.Result == isWarn && result == isOK {
			result = c.Result
		}
	}
	var err error
	if format.isJSON() {
		err = d.console.answer(struct {
			Result string  `json:"result"`
			Checks []check `json:"checks"`
		}{result, d.checks})
	} else {
		err = put(d.console.out, d.lines())
	}
	if err == nil && result == isFail {
		return told{}
	}
	return err
}

func (d *diagnosis) lines() string {
	var b strings.Builder
	for _, c := range d.checks {
		fmt.Fprintf(&b, "%-4s  %-10s  %s\n", c.Result, c.Name, c.Message)
		for line := range strings.Lines(c.Fix) {
			fmt.Fprintf(&b, "%18s%s\n", "", strings.TrimSuffix(line, "\n"))
		}
	}
	return b.String()
}
