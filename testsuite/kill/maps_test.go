package kill

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const machineName = "Shop"

// concurrency is the MaxConcurrency of all maps here.
const concurrency = 20

// definition is a machine of one Distributed Map over rows of S3: each item
// calls the function named like the leaf with its index and adds the answer. A
// Task whose worker is lost may be called again.
func (w *world) definition(leaf program.LeafKind) string {
	kind := program.Standard
	if leaf == program.ExpressBatch {
		kind = program.Express
	}
	return fmt.Sprintf(`{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "MaxConcurrency": %d,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": %q, "Key": %q}},
		"ItemSelector": {"index.$": "$$.Map.Item.Index", "row.$": "$$.Map.Item.Value"},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": %q, "Prefix": %q}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": %q}, "StartAt": "Ask", "States": {"Ask": {
			"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": %q, "Payload.$": "$"},
			"Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 3}],
			"ResultSelector": {"is.$": "$.Payload"}, "ResultPath": "$.answer", "End": true}}},
		"End": true}}}`, concurrency, bucket, w.source(leaf), bucket, w.results(leaf), kind, leaf)
}

func (w *world) source(leaf program.LeafKind) string  { return w.prefix + string(leaf) + ".csv" }
func (w *world) results(leaf program.LeafKind) string { return w.prefix + "results-" + string(leaf) }

// input is what ItemSelector makes of a row.
func input(i int) string { return fmt.Sprintf(`{"index":%d,"row":{"id":"order-%05d"}}`, i, i) }

// output is what an item's execution gives.
func output(i int) string {
	return strings.TrimSuffix(input(i), "}") + fmt.Sprintf(`,"answer":{"is":%d}}`, 2*i)
}

// execution is one of a map on a leaf, with all that it needs.
type execution struct {
	*world
	leaf  program.LeafKind
	items int
	run   client.WorkflowRun
}

// start writes a source of so many items and starts an execution over it.
func (w *world) start(t *testing.T, leaf program.LeafKind, items int) *execution {
	t.Helper()
	e := &execution{world: w, leaf: leaf, items: items}
	var rows strings.Builder
	rows.WriteString("id\n")
	for i := range e.items {
		fmt.Fprintf(&rows, "order-%05d\n", i)
	}
	_, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String(w.source(leaf)), Body: strings.NewReader(rows.String())})
	require.NoError(t, err)

	asked := ""
	if leaf == program.ChildWorkflow {
		asked = string(leaf) // the definition alone would give packed shards
	}
	name := string(leaf) + "-" + w.queue
	now := time.Now().UTC()
	e.run, err = w.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: wire.ExecutionID(machineName, name), TaskQueue: w.queue,
	}, machineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(w.definition(leaf)), Type: string(program.Standard), Leaf: asked},
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:000000000000:execution:" + machineName + ":" + name,
			Name:             name,
			StateMachineID:   "arn:aws:states:us-east-1:000000000000:stateMachine:" + machineName,
			StateMachineName: machineName,
			StartTime:        now,
			Seed:             uint64(now.UnixNano()),
		},
		Input: value.EmptyObject,
	})
	require.NoError(t, err)
	return e
}

// calls gives how often the Task was called for any item.
func (e *execution) calls() int { return e.tasks.count(string(e.leaf)) }

// output waits for the end of the execution, which has to succeed. That
// Temporal is away meanwhile is no end.
func (e *execution) output(t *testing.T) (output value.Value) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		err := e.run.Get(ctx, &output)
		if err == nil {
			return output
		}
		if ended := new(temporal.WorkflowExecutionError); errors.As(err, &ended) || ctx.Err() != nil {
			require.NoError(t, err, "%s after %d calls", e.run.GetID(), e.calls())
		}
		<-time.After(100 * time.Millisecond)
	}
}

// requireComplete waits for the end and fails the test unless every item is in
// the counts and in the result files exactly once, with the right output. It
// gives how many calls of the Task there were more than items.
func (e *execution) requireComplete(t *testing.T) (again int) {
	t.Helper()
	end := e.output(t)
	e.requireCounts(t, end.Get("MapRunArn").Text())
	seen := make([]int, e.items)
	names := map[string]bool{}
	for _, r := range e.records(t, end.Get("ResultWriterDetails").Get("Key").Text()) {
		i := r.index(t)
		require.Less(t, i, e.items)
		seen[i]++
		names[r.Name] = true
		require.Equal(t, "SUCCEEDED", r.Status)
		require.Equal(t, input(i), r.Input)
		require.Equal(t, output(i), r.Output)
	}
	for i, times := range seen {
		require.Equal(t, 1, times, "records of item %d", i)
	}
	require.Len(t, names, e.items, "every item has an execution of its own")

	calls := e.tasks.callsOf(string(e.leaf))
	require.Len(t, calls, e.items, "items for which the Task was called")
	return e.calls() - e.items
}

// requireCounts asks the Map Run, which has ended, for its counts.
func (e *execution) requireCounts(t *testing.T, arn string) {
	t.Helper()
	answer, err := e.client.QueryWorkflow(t.Context(), wire.MapRunID(arn), "", wire.MapRunQuery)
	require.NoError(t, err)
	var d wire.MapRunDescription
	require.NoError(t, answer.Get(&d))
	assert.Equal(t, e.leaf, d.Leaf)
	assert.Equal(t, wire.Counts{Succeeded: int64(e.items)}, d.Items)
	assert.Equal(t, wire.Counts{Succeeded: int64(e.items)}, d.Executions)
	assert.Equal(t, int64(e.items), d.Total)
	assert.Zero(t, d.Running)
	assert.True(t, d.Planned)
}
