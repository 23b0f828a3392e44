package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"go.temporal.io/sdk/contrib/envconfig"
	"golang.org/x/term"
)

// console is what commands see of the process that they run in.
type console struct {
	in       io.Reader
	out, err io.Writer
	// environment holds the settings of the environment.
	environment envconfig.EnvLookup
	// width gives the number of columns of the terminal that err is, 0 when it
	// is none.
	width func() int
}

// newConsole gives the console of this process.
func newConsole() *console {
	return &console{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		environment: envconfig.EnvLookupOS,
		width: func() int {
			columns, _, err := term.GetSize(int(os.Stderr.Fd()))
			if err != nil || os.Getenv("TERM") == "dumb" {
				return 0
			}
			return columns
		},
	}
}

// setting gives a setting of the environment, or what stands for an empty one.
func (c *console) setting(name, otherwise string) string {
	if v, ok := c.environment.LookupEnv(name); ok && v != "" {
		return v
	}
	return otherwise
}

// say tells people something.
func (c *console) say(format string, args ...any) {
	fmt.Fprintf(c.err, format+"\n", args...)
}

// answerWith writes the answer in the form that was asked for.
func (c *console) answerWith(format outputFormat, v any, text func() string) error {
	if format.isJSON() {
		return c.answer(v)
	}
	return put(c.out, text())
}

// answer writes the answer of the command as JSON.
func (c *console) answer(v any) error {
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return &writeError{err}
	}
	return nil
}
