package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// describeItem tells of an item of a Map Run without a workflow of its own, from
// its history.
func (n *cluster) describeItem(ctx context.Context, s *subject) (*execution, error) {
	e := &execution{
		ExecutionARN:    s.origin.ID,
		StateMachineARN: s.origin.StateMachineID,
		Name:            s.origin.Name,
		Status:          machine.Running,
		MapRunARN:       s.mapRun,
		WorkflowID:      s.workflow.ID,
		RunID:           s.workflow.RunID,
		Note:            fmt.Sprintf("item %d of its Map Run, in the workflow of a shard", s.first),
	}
	read, seen := scopes{}, false
	err := audit.Read(ctx, audit.Source{
		Service: n.WorkflowService(), Namespace: n.namespace, Execution: s.workflow, Item: s.item, Earlier: s.earlier,
	}, func(event machine.Event) error {
		seen = true
		if state := read.state(event); state != "" {
			e.States = []string{state}
		}
		e.take(event)
		return nil
	})
	var mismatch *audit.MismatchError
	switch {
	case errors.As(err, &mismatch):
		return nil, failed("use the stepwell of the version of the workers that ran it", "%s", mismatch)
	case err != nil:
		return nil, n.explain(err, "the item cannot be described")
	case !seen:
		return nil, failed("'stepwell describe' of its execution shows the counts of the Map Run", "%s has not been started", s.item)
	}
	switch e.Status {
	case machine.Running, machine.Succeeded:
		e.RedriveStatus, e.RedriveStatusReason = notRedrivableStatus, "Execution is "+string(e.Status)+" and cannot be redriven"
	default:
		e.RedriveStatus, e.RedriveStatusReason = redrivableByMapRun, childReason
	}
	return e, nil
}

// take takes an event that begins or ends an execution.
func (e *execution) take(event machine.Event) {
	detail := func(name string) *string { return text(event.Details.Get(name)) }
	switch event.Type {
	case "ExecutionStarted":
		e.StartDate = event.Time.UTC().Truncate(time.Millisecond)
		if input := detail("input"); input != nil {
			e.Input = *input
		}
		return
	case "ExecutionRedriven":
		e.RedriveCount++
		if count, ok := event.Details.Get("redriveCount").Int(); ok { // earlier ones may not be kept
			e.RedriveCount = int(count)
		}
		e.RedriveDate = event.Time.UTC().Truncate(time.Millisecond)
		e.Status, e.StopDate, e.Error, e.Cause = machine.Running, time.Time{}, nil, nil
		return
	case "ExecutionSucceeded":
		e.Status, e.Output = machine.Succeeded, detail("output")
	case "ExecutionFailed":
		e.Status, e.Error, e.Cause = machine.Failed, detail("error"), detail("cause")
	case "ExecutionAborted":
		e.Status, e.Error, e.Cause = machine.Aborted, detail("error"), detail("cause")
	case "ExecutionTimedOut":
		e.Status = machine.TimedOut
	default:
		return
	}
	e.StopDate, e.States = event.Time.UTC().Truncate(time.Millisecond), nil
}
