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
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) == 2 && os.Args[1] == baselineCommand {
		if err := serveBaselines(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) > 1 && os.Args[1] == jsonataCommand {
		os.Exit(runJSONata(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run measures everything and gives the exit code.
func run(ctx context.Context, arguments []string, out, log io.Writer) int {
	b := bench{scale: full, log: log}
	folder := ""
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(log)
	flags.StringVar(&b.devServer, "dev", "bin/stepwell-dev", "the dev server's `binary`")
	flags.StringVar(&b.worker, "worker", "bin/stepwell-worker", "the worker's `binary`")
	flags.StringVar(&folder, "out", "bench/out", "`folder` for bench.json")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil || flags.NArg() > 0 {
		return 2
	}
	if os.Getenv("BENCH_SMALL") != "" {
		b.scale = small
	}
	m, err := b.measure(ctx)
	all := m.figures()
	if err == nil {
		m.print(out)
		all.print(out)
		err = all.write(filepath.Join(folder, "bench.json"))
	}
	if err != nil {
		fmt.Fprintln(log, "bench:", err)
		return 1
	}
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
