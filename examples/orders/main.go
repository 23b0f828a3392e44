package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var commands = []struct {
	name string
	run  func(ctx context.Context, arguments []string) error
}{
	{"upload", upload},
	{"serve", serve},
	{"show", show},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, c := range commands {
		if len(os.Args) > 1 && os.Args[1] == c.name {
			if err := c.run(ctx, os.Args[2:]); err != nil {
				fmt.Fprintln(os.Stderr, "orders:", err)
				os.Exit(1)
			}
			return
		}
	}
	fmt.Fprintln(os.Stderr, "usage: orders upload|serve|show [flags]")
	os.Exit(2)
}
