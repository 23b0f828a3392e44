package workflows

import (
	"go.temporal.io/sdk/workflow"
)

const (
	// resumesPerTurn is how many outcomes a workflow takes before it yields:
	// the SDK gives up on a coroutine that runs for a second.
	resumesPerTurn = 5
	// stepsPerTask is how many times an execution may use up the machine's
	// budget of transitions before the workflow task is ended, so that a
	// cancellation is seen; a task must end within 10 seconds.
	stepsPerTask = 40
	// pausesPerRun is how many such tasks a run may have: a later worker
	// replays all of them within one task.
	pausesPerRun = 10
)

// pace keeps a workflow that computes from holding its worker too long. The
// zero pace is ready to use.
type pace struct {
	resumes, steps, pauses int
}

// resumed is called after the machine has taken an outcome.
func (p *pace) resumed(ctx workflow.Context) {
	if p.resumes++; p.resumes >= resumesPerTurn {
		p.resumes = 0
		yield(ctx)
	}
}

// stepped is called after the machine used up its budget of transitions.
func (p *pace) stepped(ctx workflow.Context) {
	p.resumes = 0
	if p.steps++; p.steps < stepsPerTask {
		yield(ctx)
		return
	}
	p.steps = 0
	p.pauses++
	endTask(ctx)
}

// rested is called when the workflow has blocked for something else.
func (p *pace) rested() { p.resumes, p.steps = 0, 0 }

// tired reports that the run has computed for so long that it should continue
// as new.
func (p *pace) tired() bool { return p.pauses >= pausesPerRun }

// yield lets the SDK see that the coroutine lives, without a command.
func yield(ctx workflow.Context) {
	called := false
	workflow.Go(ctx, func(workflow.Context) { called = true })
	_ = workflow.Await(ctx, func() bool { return called })
}
