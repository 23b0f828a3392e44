package recorded

import (
	"context"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// mapRun performs a Map Run for the virtual runtime: by its workflow, in a test
// environment of its own, with real objects. It takes no time.
func (v Virtual) mapRun(ctx context.Context, c *Case, p *program.Program, e machine.Effect, a *answers) (machine.Outcome, time.Duration) {
	outcome, err := v.runMap(ctx, c, p, e, a)
	if err != nil {
		f := machine.Fault("Recorded.NoMapRun", err.Error())
		outcome.Failure = &f
	}
	return outcome, 0
}

func (v Virtual) runMap(ctx context.Context, c *Case, p *program.Program, e machine.Effect, a *answers) (machine.Outcome, error) {
	store, err := v.Objects.store(ctx, c)
	if err != nil {
		return machine.Outcome{}, err
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
		return machine.Outcome{}, err
	}
	var report wire.OutcomeReport
	err = env.GetWorkflowResult(&report)
	return report.Outcome, err
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
