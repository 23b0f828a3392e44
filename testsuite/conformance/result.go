package conformance

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Result is how a run of a case ended.
type Result struct {
	Status  machine.Status
	Output  value.Value
	Failure machine.Failure
	// History are the types of the events; nil when the runtime has none.
	History []string
	// Written are the objects that the run has written, by their URLs; nil when
	// the runtime has no S3.
	Written map[string]string
}

// Of gives the result of an ended execution.
func Of(f *machine.Frame) Result {
	r := Result{Status: f.Status, Output: f.Output}
	if f.Failure != nil {
		r.Failure = *f.Failure
	}
	return r
}

// Difference says in what the result is not what the case wants, "" for nothing.
func (c *Case) Difference(r Result) string {
	var b strings.Builder
	differ := func(what string, want, got any) {
		fmt.Fprintf(&b, "%s\n  want %v\n  got  %v\n", what, want, got)
	}
	if r.Status != c.Status {
		differ("status", c.Status, fmt.Sprintf("%s (%s)", r.Status, r.Failure))
	}
	if got := r.Output.String(); !c.Output.IsAbsent() && c.Output.String() != got && c.Output.String() != r.names(got) {
		differ("output", c.Output, r.Output)
	}
	for name, got := range map[string]value.Value{"error": r.Failure.Error, "cause": r.Failure.Cause} {
		want, ok := c.Failure.Member(name)
		if ok && !value.Equal(want, got.Or(value.NullValue)) {
			differ(name, want, got)
		}
	}
	says, _ := c.Failure.Member("says")
	for _, want := range says.Elements() {
		if !strings.Contains(r.Failure.Cause.Text(), want.Text()) {
			differ("cause that holds", want, r.Failure.Cause)
		}
	}
	if r.History != nil && c.History != nil && strings.Join(r.History, "\n") != strings.Join(c.History, "\n") {
		differ("history", strings.Join(c.History, " "), strings.Join(r.History, " "))
	}
	if r.Written != nil && c.Written != nil {
		b.WriteString(c.unwritten(r))
	}
	return b.String()
}
