package main

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// meter gives what counts the states of executions in workflows, when there are
// metrics.
func (m *metrics) meter() func(workflow.Context, machine.Origin) machine.Meter {
	if m == nil {
		return nil
	}
	return func(ctx workflow.Context, origin machine.Origin) machine.Meter {
		run := workflow.GetInfo(ctx).WorkflowExecution.RunID
		return &workflowStates{ctx: ctx, metrics: m, run: run, machine: origin.StateMachineName}
	}
}

// workflowStates counts the states of one run of a workflow as they end: not
// again under replay, nor when the workflow task is repeated, as it is when
// Temporal refuses an end because it has a signal. The states of a run end in the
// same order then, so that their number tells.
type workflowStates struct {
	ctx     workflow.Context
	metrics *metrics
	run     string
	machine string
	ended   int
}

// StateEnded counts a state.
func (s *workflowStates) StateEnded(state *program.State, status machine.Status, errorName string) {
	s.ended++
	if !workflow.IsReplaying(s.ctx) && s.metrics.visits.beyond(s.run, s.ended) {
		s.metrics.statesEnded(s.machine, activities.StateEnd{Type: state.Type, Status: status, Error: errorName}, 1)
	}
}
