package workflows

import (
	"encoding/json"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// redrive lets an execution that had ended go on from its last frame
// (docs/decisions/0014).
func (e *execution) redrive(p *program.Program, frame string, r machine.Redriving) ([]machine.Effect, error) {
	e.now = r.Now
	r.NewMapRuns = e.input.Redrive.NewMapRuns
	if err := e.askMapRuns(frame); err != nil {
		return nil, err
	}
	for _, run := range e.input.MapRuns {
		if run.Replaced {
			r.Replaced = append(r.Replaced, run.MapRunArn)
		} else {
			r.MapRuns = append(r.MapRuns, run.MapRunArn)
		}
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

// askMapRuns asks the unfinished Map Runs of an item that is redriven what is left
// of them; other executions are redriven with that.
func (e *execution) askMapRuns(frame string) error {
	var was machine.Frame
	if !e.input.Item || json.Unmarshal([]byte(frame), &was) != nil {
		return nil
	}
	var arns []string
	for _, run := range was.UnfinishedMapRuns() {
		arns = append(arns, run.MapRunArn)
	}
	if len(arns) == 0 {
		return nil
	}
	ctx := workflow.WithActivityOptions(e.work, chunkOptions("what is left of Map Runs"))
	if err := workflow.ExecuteActivity(ctx, wire.RestActivity, arns).Get(ctx, &e.input.MapRuns); err != nil {
		return refusal(machine.ErrorRuntime, "The execution cannot be redriven: its Map Runs cannot be asked what is left of them: %v", err)
	}
	for _, rest := range e.input.MapRuns {
		if rest.Reason != "" {
			return refusal(machine.ErrorRuntime, "The execution cannot be redriven: of its Map Run %s, %s", rest.MapRunArn, rest.Reason)
		}
	}
	return nil
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
