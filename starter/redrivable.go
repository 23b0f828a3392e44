package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// AWS's redriveStatus (AWS API, DescribeExecution).
const (
	redrivable          = "REDRIVABLE"
	redrivableByMapRun  = "REDRIVABLE_BY_MAP_RUN"
	notRedrivableStatus = "NOT_REDRIVABLE"
)

const (
	// redrivePeriod is how long after its end AWS lets an execution be redriven.
	redrivePeriod = 14 * 24 * time.Hour
	// childReason is why an item of a Map Run cannot be redriven by itself.
	childReason = "Execution is a child workflow execution and is redriven with its Map Run"
)

// unredrivable says what is known at the first look of why an execution cannot
// be redriven, "" when it may (AWS API, DescribeExecution: redriveStatusReason).
// AWS's period is kept by strict executions: others can be redriven for as long
// as Temporal keeps them.
func (l *look) unredrivable() string {
	const cannot = " and cannot be redriven"
	switch status := statusOf(l.info.GetStatus(), ""); {
	case status == machine.Running, status == machine.Succeeded:
		return "Execution is " + string(status) + cannot
	case l.input.Origin.Express:
		return "Execution is of type EXPRESS" + cannot
	case l.isItem():
		return childReason
	case l.input.Origin.Strict && time.Since(l.info.GetCloseTime().AsTime()) > redrivePeriod:
		return "Execution redrivable period exceeded"
	}
	return ""
}

// redriveStatus gives AWS's redriveStatus and why it is that.
func (l *look) redriveStatus() (status, reason string) {
	switch reason = l.unredrivable(); reason {
	case "":
		return redrivable, ""
	case childReason:
		return redrivableByMapRun, reason
	}
	return notRedrivableStatus, reason
}

// isItem reports that the execution is one of a Map Run's.
func (l *look) isItem() bool { return l.id.uuid != "" && !l.input.Origin.Express }

// mapRunARN gives the ARN of the Map Run that an item with a workflow of its own
// belongs to, "" for other executions: its parent is <Map Run>/shard-<number>.
func (l *look) mapRunARN() string {
	shard := l.info.GetParentExecution().GetWorkflowId()
	end := strings.LastIndexByte(shard, '/')
	if !l.isItem() || end <= 0 {
		return ""
	}
	prefix, _, _ := strings.Cut(l.input.Origin.ID, ":execution:")
	return prefix + ":mapRun:" + shard[:end]
}

func notRedrivable(arn, why string) *fault {
	return failed("", "ExecutionNotRedrivable: %s: '%s'", why, arn)
}

// noneByItself refuses the redrive of an item of a Map Run.
func (n *cluster) noneByItself(arn, mapRun string) *fault {
	f := notRedrivable(arn, childReason)
	f.next = "redrive the execution that its Map Run belongs to"
	if mapRun != "" {
		f.next += ": stepwell maprun redrive " + mapRun
	}
	return f
}

func (n *cluster) explainRedrive(err error, l *look) error {
	var refused *machine.NotRedrivableError
	var mismatch *audit.MismatchError
	var exists *serviceerror.WorkflowExecutionAlreadyStarted
	arn := l.input.Origin.ID
	switch {
	case errors.As(err, &refused):
		return notRedrivable(arn, refused.Reason)
	case errors.As(err, &mismatch):
		return failed("use the stepwell of the version of the workers that ran it", "%s cannot be redriven: %s", arn, mismatch)
	case errors.As(err, &exists): // somebody else was faster
		return notRedrivable(arn, "Execution is RUNNING and cannot be redriven")
	case errors.Is(err, audit.ErrNotBegun):
		return failed("start another execution", "%s cannot be redriven: %s, so that there is nothing to go on from", arn, err)
	}
	return n.explain(err, "the execution cannot be redriven")
}

// barred says which of an execution's Map Runs keeps it from being redriven, ""
// for none as far as workers tell.
func (n *cluster) barred(ctx context.Context, l *look, runs []mapRun) string {
	var cannot []string
	var reasons []string
	for _, run := range runs {
		if run.ItemCounts == nil || run.Status == machine.Succeeded || run.Status == machine.Running {
			continue
		}
		asking, cancel := context.WithTimeout(ctx, queryTime)
		left, err := n.queryRest(asking, run.WorkflowID, run.RunID)
		cancel()
		if err == nil && left.Reason != "" {
			cannot, reasons = append(cannot, run.MapRunARN), append(reasons, left.Reason)
		}
	}
	if len(cannot) == 0 {
		return ""
	}
	rest, err := n.restOfExecution(ctx, l)
	if err != nil || rest == nil {
		return ""
	}
	for _, u := range rest.UnfinishedMapRuns() { // others are done with
		if i := slices.Index(cannot, u.MapRunArn); i >= 0 {
			return fmt.Sprintf("Map Run %s cannot go on: %s", u.MapRunArn, strings.TrimSuffix(reasons[i], "."))
		}
	}
	return ""
}
