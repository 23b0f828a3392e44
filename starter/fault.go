package main

import (
	"errors"
	"fmt"
	"strings"
)

// The exit codes.
const (
	exitSucceeded = 0
	exitFailed    = 1
	exitUsage     = 2
)

// fault is an error for people: what is wrong, and what to do next.
type fault struct {
	what, next string
	// usage tells that the command line is wrong rather than the world.
	usage bool
}

func (f *fault) Error() string { return f.what }

// failed gives the fault of something that did not work.
func failed(next, format string, args ...any) *fault {
	return &fault{what: fmt.Sprintf(format, args...), next: next}
}

// misused gives the fault of a wrong command line.
func misused(next, format string, args ...any) *fault {
	return &fault{what: fmt.Sprintf(format, args...), next: next, usage: true}
}

// told is the failure of a command that has said all there is to say.
type told struct{}

func (told) Error() string { return "failed" }

// conclude gives the exit code of a command that ended with err, and tells
// people about the error.
func (c *console) conclude(err error) int {
	var f *fault
	switch {
	case err == nil:
		return exitSucceeded
	case errors.Is(err, told{}):
		return exitFailed
	case !errors.As(err, &f):
		f = failed("", "%s", err)
	}
	c.say("stepwell: %s", f.what)
	for line := range strings.Lines(f.next) {
		c.say("  %s", strings.TrimSuffix(line, "\n"))
	}
	if f.usage {
		return exitUsage
	}
	return exitFailed
}
