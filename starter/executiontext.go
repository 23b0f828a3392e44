package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

// text tells all of an execution to people.
func (e *execution) text() string {
	var b strings.Builder
	row := func(name, told string) {
		if told != "" {
			fmt.Fprintf(&b, "  %-8s %s\n", name, told)
		}
	}
	optional := func(text *string) string {
		if text == nil {
			return ""
		}
		return shorten(*text, 4*shownDetails)
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(timeForm)
	}
	fmt.Fprintf(&b, "%s\n", e.ExecutionARN)
	row("status", string(e.Status))
	row("started", moment(e.StartDate))
	if e.RedriveCount > 0 {
		row("redriven", fmt.Sprintf("%s (redrive %d)", moment(e.RedriveDate), e.RedriveCount))
	}
	row("stopped", moment(e.StopDate))
	row("in", strings.Join(e.States, ", "))
	row("input", shorten(e.Input, 4*shownDetails))
	row("output", optional(e.Output))
	row("error", optional(e.Error))
	row("cause", optional(e.Cause))
	if e.Status != machine.Running && e.Status != machine.Succeeded {
		row("redrive", strings.TrimSuffix(e.RedriveStatus+": "+e.RedriveStatusReason, ": "))
	}
	row("item of", e.MapRunARN)
	row("note", e.Note)
	for _, r := range e.MapRuns {
		row("map run", r.line())
		row("", r.Manifest)
	}
	row("workflow", fmt.Sprintf("%s, run %s", e.WorkflowID, e.RunID))
	return b.String()
}
