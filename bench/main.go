package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	arguments := os.Args[1:]
	command := ""
	if len(arguments) > 0 {
		command = arguments[0]
	}
	switch command {
	case baselineCommand:
		fail(serveBaselines(ctx))
	case plainLoopCommand:
		if len(arguments) != 4 {
			fail(errors.New(plainLoopCommand + " needs a bucket, a key and a prefix"))
		}
		fail(runPlainLoop(ctx, arguments[1], arguments[2], arguments[3]))
	case jsonataCommand:
		os.Exit(runJSONata(ctx, arguments[1:], os.Stdout, os.Stderr))
	case mapCommand:
		os.Exit(runMap(ctx, arguments[1:], os.Stdout, os.Stderr))
	default:
		os.Exit(run(ctx, arguments, os.Stdout, os.Stderr))
	}
}

// fail ends the process when there is an error.
func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// commandLine is one that begins a bench.
type commandLine struct {
	name string
	// only is set for a command that can measure a part.
	only bool
}

// parse reads flags and environment. There is no bench when it is not to begin;
// then there is an exit code.
func (c commandLine) parse(arguments []string, log io.Writer) (b *bench, folder string, code int) {
	b = &bench{scale: full, log: log}
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&b.devServer, "dev", "bin/stepwell-dev", "the dev server's `binary`")
	flags.StringVar(&b.worker, "worker", "bin/stepwell-worker", "the worker's `binary`")
	flags.StringVar(&folder, "out", "bench/out", "`folder` for the figures")
	if c.only {
		flags.Func("only", "measure the points whose names this regular `expression` matches, and write no file", func(text string) (err error) {
			b.only, err = regexp.Compile(text)
			return err
		})
		flags.BoolVar(&b.rows, "rows", false, "count the rows written to Temporal's database with the command sqlite3, which disturbs all other figures")
		flags.StringVar(&b.profiles, "perf", "", "`folder` for profiles of all processes, which perf records")
	}
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return nil, "", 0
	} else if err != nil || flags.NArg() > 0 {
		return nil, "", 2
	}
	if os.Getenv("BENCH_SMALL") != "" {
		b.scale = small
	}
	return b, folder, 0
}

// run measures what is in bench.json and gives the exit code.
func run(ctx context.Context, arguments []string, out, log io.Writer) int {
	b, folder, code := commandLine{name: "bench"}.parse(arguments, log)
	if b == nil {
		return code
	}
	m, err := b.measure(ctx)
	all := m.figures()
	if err == nil {
		m.print(out)
		all.print(out, b.scale.judged)
		err = all.write(filepath.Join(folder, "bench.json"))
	}
	if err != nil {
		fmt.Fprintln(log, "bench:", err)
		return 1
	}
	return b.judge(all, out, log)
}

// judge says which figures miss their bounds and gives the exit code.
func (b *bench) judge(all figures, out, log io.Writer) int {
	if !b.scale.judged {
		fmt.Fprintln(out, "BENCH_SMALL is set: nothing is judged, and no figure means anything.")
		return 0
	}
	missed := all.missed()
	for _, f := range missed {
		fmt.Fprintf(log, "bench: missed: %s is %s, it must be %s\n", f.name, number(f.value), f.bound())
	}
	return min(len(missed), 1)
}

// bench is what all measurements have in common.
type bench struct {
	devServer, worker string
	scale             scale
	log               io.Writer
	// only matches the names of the points to be measured; nil for all.
	only *regexp.Regexp
	// rows is set to count the rows that are written to Temporal's database.
	rows bool
	// profiles is the folder for profiles; "" for none.
	profiles string
}

// measure makes all measurements, one after the other.
func (b *bench) measure(ctx context.Context) (m measurements, err error) {
	fmt.Fprintln(b.log, "the machine alone ...")
	if m.transitions, err = transitionsPerSecond(b.scale.machine); err != nil {
		return m, err
	}
	for _, each := range []struct {
		contender contender
		items     int
		into      *measured
	}{
		{expressItems(b.worker), b.scale.express, &m.express},
		{packedItems(b.worker), b.scale.packed, &m.packed},
		{childItems(b.worker), b.scale.child, &m.child},
		{childPerItem(), b.scale.baselineChild, &m.baselineChild},
		{activityPerItem(), b.scale.baselineActivity, &m.baselineActivity},
	} {
		fmt.Fprintf(b.log, "%s, %d items ...\n", each.contender.name, each.items)
		if *each.into, err = b.try(ctx, each.contender, each.items); err != nil {
			return m, fmt.Errorf("%s: %w", each.contender.name, err)
		}
	}
	return m, nil
}
