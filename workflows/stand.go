package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

const (
	// shownThreads and describedThreads bound what is shown of an execution in
	// the Web UI and to a query.
	shownThreads     = 20
	describedThreads = 200
)

// stand is where an execution stands, for people.
type stand struct {
	paths, waits []string
	mapRuns      []wire.MapRunLink
	more         int
}

// standOf walks the threads of a frame up to a number of them.
func standOf(frame *machine.Frame, most int) *stand {
	s := &stand{}
	if frame.Root != nil && frame.Status == machine.Running {
		s.add(frame.Root, "", most)
	}
	return s
}

func (s *stand) add(t *machine.Thread, outer string, most int) {
	if t.Children != nil {
		for _, child := range t.Children.Active {
			path := ""
			if len(s.paths) < most {
				path = fmt.Sprintf("%s%s[%d] > ", outer, t.State, child.Index)
			}
			s.add(child, path, most)
		}
		return
	}
	if t.Pending != nil && t.Pending.Distribute != nil {
		arn := t.Pending.Distribute.MapRunArn
		s.mapRuns = append(s.mapRuns, wire.MapRunLink{MapRunArn: arn, WorkflowID: wire.MapRunID(arn), State: t.State})
	}
	if len(s.paths) >= most {
		s.more++
		return
	}
	s.paths = append(s.paths, outer+t.State)
	s.waits = append(s.waits, waitsFor(t.Pending))
}

func waitsFor(effect *machine.Effect) string {
	switch {
	case effect == nil:
		return ""
	case effect.Call != nil:
		return "task " + effect.Call.Resource.String()
	case effect.Await != nil:
		return awaits(effect.Await)
	case effect.Distribute != nil:
		return "Map Run " + wire.MapRunID(effect.Distribute.MapRunArn)
	case effect.Wait.Reason == machine.WaitForRetry:
		return "retry at " + clock(effect.Wait.Until)
	}
	return "until " + clock(effect.Wait.Until)
}

func awaits(a *machine.Await) string {
	switch a.Resource.Pattern {
	case program.Sync:
		return "job of " + a.Resource.String()
	case program.Activity:
		return "worker of " + a.Resource.ARN
	}
	return "callback of " + a.Resource.String()
}

func clock(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// markdown gives the text that the Web UI shows.
func (s *stand) markdown() string {
	var b strings.Builder
	for i, path := range s.paths {
		fmt.Fprintf(&b, "- **%s**", path)
		if s.waits[i] != "" {
			fmt.Fprintf(&b, ": %s", s.waits[i])
		}
		b.WriteByte('\n')
	}
	if s.more > 0 {
		fmt.Fprintf(&b, "- and %d more\n", s.more)
	}
	return b.String()
}

// show lets the Web UI tell where the execution stands. It costs no event.
func (e *execution) show() {
	if text := standOf(e.machine.Frame(), shownThreads).markdown(); text != e.shown {
		e.shown = text
		workflow.SetCurrentDetails(e.ctx, text)
	}
}

// describe answers the query for where the execution stands.
func (e *execution) describe() (wire.Description, error) {
	if e.machine == nil {
		return wire.Description{Status: machine.Running}, nil
	}
	frame := e.machine.Frame()
	s := standOf(frame, describedThreads)
	return wire.Description{Status: frame.Status, Paths: s.paths, MapRuns: s.mapRuns, Failure: frame.Failure}, nil
}
