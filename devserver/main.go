package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitFailure = 1
	exitUsage   = 2
)

func main() {
	os.Exit(command(os.Args[1:], os.Stdout, os.Stderr))
}

// command runs one invocation and answers with its exit code: 0 for success,
// help and a requested stop, 1 for a failure, 2 for a wrong command line.
func command(args []string, stdout, stderr io.Writer) int {
	var err error
	if len(args) > 0 && args[0] == "env" {
		err = printEnvironment(args[1:], stdout)
	} else {
		err = start(args, stdout, stderr)
	}

	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, helpText())
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "stepwell-dev: %v\nSee stepwell-dev --help.\n", err)
		return exitUsage
	default:
		fmt.Fprintf(stderr, "stepwell-dev: %v\n", err)
		return exitFailure
	}
}

func start(args []string, stdout, stderr io.Writer) error {
	options, err := parseOptions(args)
	if err != nil {
		return err
	}
	ctx, release := untilSignal(stderr)
	defer release()
	return serve(ctx, options, stdout, stderr)
}

// untilSignal returns a context that the first SIGINT or SIGTERM cancels. The
// second one ends the process at once, for the case that stopping hangs.
func untilSignal(stderr io.Writer) (context.Context, func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-signals
		fmt.Fprintln(stderr, "stepwell-dev: stopping; a second signal kills")
		cancel()
		if second, ok := (<-signals).(syscall.Signal); ok {
			os.Exit(128 + int(second))
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel()
	}
}
