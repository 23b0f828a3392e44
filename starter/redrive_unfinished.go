package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// This file says what the redrive of an execution makes of its Map Runs that have
// not succeeded. The command for one Map Run stands in maprun_redrive.go.

// redrivenMapRun is what becomes of a Map Run when its execution is redriven.
type redrivenMapRun struct {
	MapRunARN string `json:"mapRunArn"`
	State     string `json:"state"`
	// Items is how many it runs, as far as they have been read.
	Items int64 `json:"items"`
	// Replaced tells that a new Map Run over all items takes its place.
	Replaced bool `json:"replaced"`

	rest wire.MapRunRest
}

// said says it to people.
func (r redrivenMapRun) said() string {
	switch {
	case r.Replaced:
		return fmt.Sprintf("%s: a new Map Run over all items takes the place of %s", r.State, r.MapRunARN)
	case r.Items > 0:
		return fmt.Sprintf("%s: %s goes on with %d %s", r.State, r.MapRunARN, r.Items, noun(r.Items, "item"))
	case r.rest.Progress == nil:
		return fmt.Sprintf("%s: %s begins again: it had not read any item", r.State, r.MapRunARN)
	}
	return fmt.Sprintf("%s: %s goes on, no item has to run again", r.State, r.MapRunARN)
}

// mapRunsOf says what becomes of the Map Runs of an execution that rests like
// this, or why one of them cannot go on.
func (r *redriving) mapRunsOf(ctx context.Context, arn string, rest *machine.Frame) (all []redrivenMapRun, err error) {
	var unfinished []machine.UnfinishedMapRun
	if rest != nil {
		unfinished = rest.UnfinishedMapRuns()
	}
	if r.mapRun != "" && !slices.ContainsFunc(unfinished, func(u machine.UnfinishedMapRun) bool { return u.MapRunArn == r.mapRun }) {
		return nil, failed("redrive the execution with what it has not left: stepwell redrive "+arn,
			"a redrive of %s would not go on with %s: its state was left, or begins again as a whole", arn, r.mapRun)
	}
	for _, u := range unfinished {
		run := redrivenMapRun{MapRunARN: u.MapRunArn, State: u.State}
		if run.rest, err = r.restOf(ctx, u); err != nil {
			return nil, err
		}
		if why := run.rest.Reason; why != "" {
			return nil, failed("run all its items again: stepwell redrive --new-map-runs "+r.id.workflowID()+
				"\nsee which did not succeed: stepwell maprun items "+u.MapRunArn,
				"ExecutionNotRedrivable: the Map Run %s of %q cannot go on: %s: '%s'", u.MapRunArn, u.State, why, arn)
		}
		run.Items, run.Replaced = run.rest.Items, run.rest.Replaced
		all = append(all, run)
	}
	return all, nil
}

// restOf asks a Map Run that a redrive would go on with what is left of it, once
// it has ended.
func (r *redriving) restOf(ctx context.Context, u machine.UnfinishedMapRun) (left wire.MapRunRest, err error) {
	id := wire.MapRunID(u.MapRunArn)
	run, err := r.awaitMapRun(ctx, u, id)
	var missing *serviceerror.NotFound
	switch {
	case errors.As(err, &missing) && !r.newMapRuns:
		return wire.MapRunRest{Reason: "Temporal has no such workflow: it never began, or is no longer kept"}, nil
	case err != nil && !errors.As(err, &missing):
		return left, err
	case r.newMapRuns:
		return wire.MapRunRest{MapRunArn: u.MapRunArn, Replaced: true}, nil
	}
	if left, err = r.queryRest(ctx, id, run); err != nil {
		return left, failed("is a worker running? 'stepwell doctor' says so", "the Map Run %s cannot be asked what is left of it: %s", u.MapRunArn, rootCause(err))
	}
	left.Run = run
	return left, nil
}

// awaitMapRun waits until a Map Run has ended, and gives its latest run. It may
// still write its results although its execution has ended.
func (r *redriving) awaitMapRun(ctx context.Context, u machine.UnfinishedMapRun, id string) (run string, err error) {
	waiting, cancel := context.WithTimeout(ctx, r.wait)
	defer cancel()
	for said := false; ; said = true {
		described, err := r.DescribeWorkflowExecution(ctx, id, "")
		var missing *serviceerror.NotFound
		switch {
		case errors.As(err, &missing):
			return "", err
		case err != nil:
			return "", r.explain(err, "the Map Run cannot be looked at")
		}
		info := described.GetWorkflowExecutionInfo()
		if info.GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			return info.GetExecution().GetRunId(), nil
		}
		if waiting.Err() != nil {
			next := "try again when it has ended; 'stepwell maprun describe " + u.MapRunArn + "' shows how it stands"
			if polled, err := r.polled(ctx); err == nil && !polled {
				next = fmt.Sprintf("no worker polls task queue %s: start one with stepwell-worker\n", r.taskQueue) + next
			}
			return "", failed(next, "the Map Run %s of %q is still finishing after %v; nothing was redriven", u.MapRunArn, u.State, r.wait)
		}
		if !said {
			r.console.say("stepwell: waiting for %s of %q, which is still finishing", u.MapRunArn, u.State)
		}
		_ = r.GetWorkflow(waiting, id, "").Get(waiting, nil) // how it ended is looked at again
		if ctx.Err() != nil {
			return "", failed("", "interrupted; nothing was redriven")
		}
	}
}

// queryRest asks a run of a Map Run that has ended. A worker has to replay it.
func (n *cluster) queryRest(ctx context.Context, mapRunID, run string) (left wire.MapRunRest, err error) {
	ctx, cancel := context.WithTimeout(ctx, restTime)
	defer cancel()
	answer, err := n.QueryWorkflow(ctx, mapRunID, run, wire.MapRunRestQuery)
	if err == nil {
		err = answer.Get(&left)
	}
	return left, err
}

// restTime bounds how long a worker may take to replay a Map Run.
const restTime = 30 * time.Second
