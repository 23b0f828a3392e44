package workflows

import (
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// startMapRun starts the workflow of a Map Run. It outlives a run of the
// execution that continues as new, and reports its outcome by a signal. As
// long as this run lasts its end as a child is seen too, in case it ends
// without a report.
func (p *performer) startMapRun(e *errand) {
	input, err := p.mapRun(e.effect)
	if err != nil {
		p.fail(e, machine.Fault(machine.ErrorRuntime, err.Error()))
		return
	}
	bytes := mapRunBytes(input)
	if !p.passage.fits(p.ctx, bytes) {
		p.fail(e, p.passage.tooLarge(fmt.Sprintf("The input of the Map Run of %q (its items and what ItemSelector sees)", e.effect.State), bytes))
		return
	}
	p.budget.spendValue(p.ctx, bytes)
	ctx, cancel := workflow.WithCancel(p.ctx)
	e.cancel = cancel
	reuse := enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
	if rest := p.restOf(e.effect.Distribute); rest != nil {
		reuse = enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE
		input.Progress, input.Spec.Started, input.Spec.Redriven = rest.Progress, rest.Started, workflow.Now(p.ctx)
		input.Before = rest.Run
	}
	future := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            wire.MapRunID(e.effect.Distribute.MapRunArn),
		WorkflowIDReusePolicy: reuse,
		ParentClosePolicy:     enumspb.PARENT_CLOSE_POLICY_ABANDON,
		WaitForCancellation:   true,
		StaticSummary:         e.effect.State,
		Memo: map[string]any{
			wire.KindMemo: "mapRun", wire.ArnMemo: e.effect.Distribute.MapRunArn, wire.StartMemo: input.Spec.Started,
		},
	}), wire.MapRunWorkflow, input)
	p.starting++
	p.flights.add(future.GetChildWorkflowExecution(), func(workflow.Future) { p.starting-- })
	p.flights.add(future, func(f workflow.Future) {
		p.fail(e, mapRunFailure(f.Get(p.ctx, nil)))
	})
}

// underway notes a Map Run that an earlier run of the execution has started. To
// this run it is no child whose end would be seen, hence the watch.
func (p *performer) underway(effect machine.Effect) {
	e, id := p.under(effect), wire.MapRunID(effect.Distribute.MapRunArn)
	e.cancel = func() {
		p.budget.spend(p.ctx, 0)
		// It may have ended by itself, which is as good.
		workflow.RequestCancelExternalWorkflow(p.ctx, id, "")
	}
	watch(p.ctx, &p.flights, watched{
		id:   id,
		over: func() bool { return p.errands[effect.ID] != e },
		lost: func() { p.fail(e, mapRunFailure(nil)) },
	})
}

// mapRun gives the input of a Map Run's workflow.
func (p *performer) mapRun(effect machine.Effect) (wire.MapRun, error) {
	state, ok := p.program.State(effect.State)
	if !ok || state.Map == nil || state.Map.Distributed == nil {
		return wire.MapRun{}, fmt.Errorf("the state %q is not a Distributed Map", effect.State)
	}
	distributed := state.Map.Distributed
	return wire.MapRun{
		Spec: wire.MapSpec{
			Definition: wire.Definition{
				Text: wire.PlainText(distributed.Definition),
				Type: string(program.Standard),
				Leaf: p.input.Definition.Leaf,
			},
			State:   effect.State,
			Run:     *effect.Distribute,
			Started: workflow.Now(p.ctx),
		},
		Leaf:       distributed.Leaf.Kind,
		Redrivable: true,
		Edition:    wire.Wide,
		// A report needs the true address, which is not part of what a replay
		// compares.
		Report: wire.Address{WorkflowID: workflow.GetInfo(p.ctx).WorkflowExecution.ID, Effect: effect.ID},
	}, nil
}

// mapRunBytes is about what the input of a Map Run comes to in a payload.
func mapRunBytes(m wire.MapRun) int {
	run := &m.Spec.Run
	bytes := commandBytes + len(m.Spec.Definition.Text.String())
	for _, v := range []value.Value{run.Items, run.Selection.Input, run.Selection.Context, run.Selection.Variables} {
		bytes += wire.PayloadSize(v)
	}
	if run.Reader != nil {
		bytes += wire.PayloadSize(run.Reader.Parameters)
	}
	if run.Batcher != nil {
		bytes += wire.PayloadSize(run.Batcher.BatchInput)
	}
	return bytes
}

// mapRunFailure gives the failure of a Map Run that ended without reporting: a
// report precedes a regular end.
func mapRunFailure(err error) machine.Failure {
	var terminated *temporal.TerminatedError
	switch {
	case err == nil:
		return machine.Fault(machine.ErrorRuntime, "The Map Run ended without reporting its outcome.")
	case errors.As(err, &terminated):
		return machine.Fault(machine.ErrorRuntime, "The Map Run was terminated.")
	}
	failure := failureOf(err)
	return machine.Fault(machine.ErrorRuntime, "The Map Run failed: "+failure.String())
}
