package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"

	"go.temporal.io/sdk/contrib/envconfig"
)

// version is set by the build (-ldflags "-X main.version=...").
var version = "dev"

// gcPercent is how much the heap may grow between collections where GOGC does not
// say: a worker allocates much that does not last.
const gcPercent = 200

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], surroundings{environment: processEnvironment{}, out: os.Stdout, err: os.Stderr}))
}

// surroundings are what the process has around it.
type surroundings struct {
	environment envconfig.EnvLookup
	out, err    io.Writer
}

// processEnvironment is the process's own environment.
type processEnvironment struct{}

// Environ gives all variables as NAME=VALUE.
func (processEnvironment) Environ() []string { return os.Environ() }

// LookupEnv gives one variable.
func (processEnvironment) LookupEnv(name string) (string, bool) { return os.LookupEnv(name) }

// misuse is an error in the command line or the settings.
type misuse struct{ error }

// run runs the worker until ctx ends and gives the exit code.
func run(ctx context.Context, arguments []string, around surroundings) int {
	s, err := parseSettings(arguments, around)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil && s.version {
		fmt.Fprintf(around.out, "stepwell-worker %s (%s)\n", version, runtime.Version())
		return 0
	}
	if err == nil {
		err = serve(ctx, s, around)
	}
	var wrong misuse
	switch {
	case err == nil:
		return 0
	case errors.As(err, &wrong):
		fmt.Fprintf(around.err, "stepwell-worker: %v\nTry 'stepwell-worker --help'.\n", err)
		return 2
	}
	fmt.Fprintf(around.err, "stepwell-worker: %v\n", err)
	return 1
}
