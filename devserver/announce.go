package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"go.temporal.io/server/common/headers"
)

// announcement is what a person at the terminal is told once all is ready.
type announcement struct {
	ready   ready
	options options
	ports   *ports
	took    time.Duration
}

func announce(out io.Writer, a announcement) {
	var text strings.Builder
	line := func(name, address string, remarks ...string) {
		text.WriteString(strings.TrimRight(fmt.Sprintf("  %-9s %-28s %s", name, address, strings.Join(remarks, "; ")), " ") + "\n")
	}
	fmt.Fprintf(&text, "Stepwell dev server is ready after %.1f s.\n\n", a.took.Seconds())
	line("Temporal", a.ready.TemporalAddress, remarks(a.ports.frontend,
		"server "+headers.ServerVersion, counted("namespace", a.options.namespaces))...)
	line("Web UI", a.ready.UIAddress, remarks(a.ports.ui)...)
	line("S3", a.ready.S3Endpoint, remarks(a.ports.s3, "path-style", counted("bucket", a.options.buckets))...)
	line("Data", a.ready.DataDir)
	fmt.Fprintf(&text, "\nPoint a shell at it, or run: eval \"$(stepwell-dev env --ready-file %s)\"\n\n", shellWord(a.options.readyFile))
	for _, export := range exports(a.ready) {
		text.WriteString("  " + export + "\n")
	}
	text.WriteString("\nStop it with Ctrl-C or SIGTERM; the data stays.\n")
	io.WriteString(out, text.String())
}

// remarks puts a port that is not the one asked for first: who has the usual
// address in mind must not miss it.
func remarks(c claim, others ...string) []string {
	var all []string
	if c.moved() {
		all = append(all, fmt.Sprintf("PORT %d IS IN USE, so this one", c.wanted))
	}
	for _, other := range others {
		if other != "" {
			all = append(all, other)
		}
	}
	return all
}

func counted(noun string, names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return noun + " " + names[0]
	default:
		return noun + "s " + strings.Join(names, ", ")
	}
}
