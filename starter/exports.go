package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// export is where the results of a Map Run stand, or will stand.
type export struct {
	mapRunARN string
	// state is the name of the Map state, "" when it is not known.
	state    string
	manifest objects.Location
	// running tells that the Map Run goes on.
	running bool
}

// find gives the exports that a reference means: a manifest's URL, a Map Run's
// ARN, or an execution.
func (w *resultsWish) find(ctx context.Context, c *console, at *connection, reference string) ([]export, error) {
	if strings.HasPrefix(reference, "s3://") {
		manifest, err := objects.Parse(reference)
		if err != nil || !strings.HasSuffix(manifest.Key, ".json") {
			return nil, misused("use s3://BUCKET/PREFIX/MAP-RUN-UUID/manifest.json, as 'stepwell describe' shows it", "%s names no manifest", reference)
		}
		return []export{{manifest: manifest}}, nil
	}
	n, err := at.dial(ctx, c)
	if err != nil {
		return nil, err
	}
	defer n.Close()
	if strings.HasPrefix(reference, "arn:") && wire.MapRunID(reference) != "" {
		e, exported, err := n.exportOf(ctx, reference)
		if err == nil && !exported {
			err = failed("give the Map a ResultWriter; without one its results are the output of its state: 'stepwell describe' shows the execution's",
				"the Map Run %s has written no results to S3: its Map has no ResultWriter", reference)
		}
		return []export{e}, err
	}
	id, err := n.find(ctx, reference, w.machine)
	if err != nil {
		return nil, err
	}
	return n.exports(ctx, c, id)
}

// exports gives the exports of an execution's Map Runs.
func (n *cluster) exports(ctx context.Context, c *console, id identity) ([]export, error) {
	l, err := n.look(ctx, id)
	if err != nil {
		return nil, err
	}
	var arns []string
	add := func(arn string) {
		for _, known := range arns {
			if wire.MapRunID(known) == wire.MapRunID(arn) {
				return
			}
		}
		arns = append(arns, arn)
	}
	for _, workflowID := range n.listMapRuns(ctx, id) {
		add(n.account.arn("mapRun", workflowID))
	}
	var told []export
	if l.running() {
		if d, err := n.query(ctx, id); err == nil {
			for _, link := range d.MapRuns {
				add(link.MapRunArn)
			}
		}
	} else {
		e := l.execution()
		if err := n.conclude(ctx, e, l.info); err != nil {
			return nil, err
		}
		if e.Output != nil {
			told = exportsIn(*e.Output)
		}
	}
	for _, e := range told {
		add(e.mapRunARN)
	}
	var found []export
	for _, arn := range arns {
		e, exported, err := n.exportOf(ctx, arn)
		var gone *fault
		switch {
		case err == nil && !exported:
			c.say("stepwell: the results of %s are its state's output: its Map has no ResultWriter", e.name())
		case err == nil:
			found = append(found, e)
		case errors.As(err, &gone): // the output may still tell
			for _, e := range told {
				if e.mapRunARN == arn {
					found = append(found, e)
				}
			}
		default:
			return nil, err
		}
	}
	switch {
	case len(arns) == 0:
		return nil, failed("only a Distributed Map has results of its own; 'stepwell describe "+id.workflowID()+"' shows the execution's output",
			"%s has no Map Runs", id.workflowID())
	case len(found) == 0:
		return nil, failed("give the Map a ResultWriter; 'stepwell describe "+id.workflowID()+"' shows the execution's output",
			"no Map Run of %s has written results to S3", id.workflowID())
	}
	return found, nil
}

// exportOf gives the export of a Map Run from what it was started with;
// exported is false when it has no ResultWriter.
func (n *cluster) exportOf(ctx context.Context, arn string) (e export, exported bool, err error) {
	e.mapRunARN = arn
	id := wire.MapRunID(arn)
	described, err := n.DescribeWorkflowExecution(ctx, id, "")
	var missing *serviceerror.NotFound
	if errors.As(err, &missing) {
		return e, false, failed("Temporal may no longer keep it; with its manifest the results can still be read: stepwell results s3://BUCKET/PREFIX/MAP-RUN-UUID/manifest.json",
			"ResourceNotFound: Resource not found: '%s' (no workflow %s in namespace %s at %s)", arn, id, n.namespace, n.address)
	}
	if err != nil {
		return e, false, n.explain(err, "the Map Run cannot be read")
	}
	info := described.GetWorkflowExecutionInfo()
	e.running = info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
	first, err := n.firstEvent(ctx, id, info.GetExecution().GetRunId())
	if err != nil {
		return e, false, n.explain(err, "the Map Run cannot be read")
	}
	var input wire.MapRun
	payloads := first.GetWorkflowExecutionStartedEventAttributes().GetInput()
	if converter.GetDefaultDataConverter().FromPayloads(payloads, &input) != nil || input.Spec.Run.MapRunArn == "" {
		return e, false, failed("'stepwell describe EXECUTION' shows its Map Runs", "the workflow %s is no Map Run of Stepwell", id)
	}
	e.mapRunARN, e.state = input.Spec.Run.MapRunArn, input.Spec.State
	at, exported, err := results.Destination(input.Spec.Run)
	if err != nil {
		return e, false, failed("correct the ResultWriter of the Map", "%s", err)
	}
	e.manifest = at.At(at.Key + "manifest.json")
	return e, exported, nil
}

func (e export) name() string {
	switch {
	case e.state != "":
		return e.state
	case e.mapRunARN != "":
		return e.mapRunARN
	}
	return e.manifest.String()
}

// exportsIn finds what states with a ResultWriter have left in an output.
func exportsIn(output string) (found []export) {
	v, err := value.ParseString(output)
	if err != nil {
		return nil
	}
	var visit func(v value.Value)
	visit = func(v value.Value) {
		arn, details := v.Get("MapRunArn"), v.Get("ResultWriterDetails")
		if at := (objects.Location{Bucket: details.Get("Bucket").Text(), Key: details.Get("Key").Text()}); at.Bucket != "" && at.Key != "" {
			found = append(found, export{mapRunARN: arn.Text(), manifest: at})
			return
		}
		if v.Kind() == value.Object || v.Kind() == value.Array {
			for _, element := range v.Elements() {
				visit(element)
			}
		}
	}
	visit(v)
	return found
}

// manifest reads the manifest of an export.
func (s *storage) manifest(ctx context.Context, e export) (m results.Manifest, err error) {
	text, err := objects.Load(ctx, s, e.manifest)
	var refused *objects.Error
	if errors.As(err, &refused) && refused.Kind == objects.NotFound {
		if e.running {
			return m, failed("wait for its end: 'stepwell describe --follow' shows how it goes", "%s goes on; its results are written when it ends", e.name())
		}
		return m, failed("a Map Run that failed at its start or was terminated writes none; is this the S3 that the workers use ("+s.place()+")? AWS_ENDPOINT_URL_S3 says where it is",
			"there is no manifest %s", e.manifest)
	}
	if err != nil {
		return m, s.explain(ctx, err, "the manifest cannot be read")
	}
	if err := json.Unmarshal(text, &m); err != nil || m.DestinationBucket == "" {
		return m, failed("use the manifest.json of a Map Run, as 'stepwell describe' shows it", "%s is no manifest of a Map Run", e.manifest)
	}
	return m, nil
}
