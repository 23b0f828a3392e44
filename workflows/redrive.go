package workflows

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// redrive lets an execution that had ended go on from its last frame
// (docs/decisions/0014).
func (e *execution) redrive(p *program.Program, frame string, r machine.Redriving) ([]machine.Effect, error) {
	e.now = r.Now
	r.NewMapRuns = e.input.Redrive.NewMapRuns
	for _, run := range e.input.MapRuns {
		r.MapRuns = append(r.MapRuns, run.MapRunArn)
	}
	var refused error
	effects := e.advance(func() (effects []machine.Effect) {
		e.machine, effects, refused = machine.Redrive(p, []byte(frame), r)
		return effects
	})
	if refused != nil {
		return nil, refusal(machine.ErrorRuntime, "The execution cannot be redriven: %v", refused)
	}
	e.w.attach(e.machine)
	return effects, nil
}

// restOf gives what is left to do of a Map Run that is redriven, nil for one that
// begins.
func (p *performer) restOf(run *machine.Distribute) *wire.MapRunRest {
	if run.Redrives == 0 {
		return nil
	}
	for i := range p.input.MapRuns {
		if rest := &p.input.MapRuns[i]; rest.MapRunArn == run.MapRunArn {
			return rest
		}
	}
	return nil
}

// rest tells whether the run, which has ended, can go on, and from where. One
// that had not planned anything begins anew; one that had run all its items with
// success, but could not write their results, writes them.
func (m *mapRun) rest() (wire.MapRunRest, error) {
	rest := wire.MapRunRest{MapRunArn: m.in.Spec.Run.MapRunArn, Started: m.in.Spec.Started}
	s := m.state
	var err error
	switch total := s.Tally.Total; {
	case m.ended == "":
		rest.Reason = "it was terminated"
	case s.Ref == nil:
	case s.Ending == nil && s.Tally.Items.Succeeded == total:
		rest.Progress, err = s.text()
	case s.Tally.Items.Succeeded == total:
		rest.Reason = "it was stopped after its last item"
	default:
		rest.Reason = fmt.Sprintf("%d of its %d items did not succeed", total-s.Tally.Items.Succeeded, total)
	}
	return rest, err
}
