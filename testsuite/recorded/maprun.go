package recorded

import (
	"context"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// endedMapRun is a Map Run that the virtual runtime has performed.
type endedMapRun struct {
	outcome     machine.Outcome
	description wire.MapRunDescription
}

// mapRun performs a Map Run for the virtual runtime: by its workflow, in a test
// environment of its own, with real objects. It takes no time.
func (v Virtual) mapRun(ctx context.Context, c *Case, p *program.Program, e machine.Effect, a *answers) (endedMapRun, time.Duration) {
	ended, err := v.runMap(ctx, c, p, e, a)
	if err != nil {
		f := machine.Fault("Recorded.NoMapRun", err.Error())
		ended.outcome.Failure = &f
	}
	return ended, 0
}

func (v Virtual) runMap(ctx context.Context, c *Case, p *program.Program, e machine.Effect, a *answers) (ended endedMapRun, err error) {
	store, err := v.Objects.store(ctx, c)
	if err != nil {
		return ended, err
	}
	state, _ := p.State(e.State)
	env := environment(newService(c, p, a), store, nil)
	env.RegisterWorkflow(waitForMapRun)
	env.ExecuteWorkflow(waitForMapRun, wire.MapRun{
		Spec: wire.MapSpec{
			Definition: wire.Definition{Text: wire.PlainText(state.Map.Distributed.Definition), Type: string(program.Standard)},
			State:      e.State,
			Run:        *e.Distribute,
			Started:    env.Now(),
		},
		Leaf:   state.Map.Distributed.Leaf.Kind,
		Report: wire.Address{Effect: e.ID},
	})
	if err := env.GetWorkflowError(); err != nil {
		return ended, err
	}
	var report wire.OutcomeReport
	if err := env.GetWorkflowResult(&report); err != nil {
		return ended, err
	}
	ended.outcome = report.Outcome
	ended.description, err = describeMapRun(env, e.Distribute.MapRunArn)
	return ended, err
}

// waitForMapRun is the workflow of an execution as far as a Map Run sees it.
func waitForMapRun(ctx workflow.Context, run wire.MapRun) (report wire.OutcomeReport, err error) {
	run.Report.WorkflowID = workflow.GetInfo(ctx).WorkflowExecution.ID
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: wire.MapRunID(run.Spec.Run.MapRunArn)})
	ended := workflow.ExecuteChildWorkflow(ctx, wire.MapRunWorkflow, run)
	if err := ended.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
		return report, err
	}
	workflow.GetSignalChannel(ctx, wire.OutcomeSignal).Receive(ctx, &report)
	return report, nil
}
