package kill

import (
	"cmp"
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

// concurrency is the MaxConcurrency of maps that say nothing else.
const concurrency = 20

// asking are the states of an item's execution unless a map has others: it calls
// the function with its input and adds the answer. A Task whose worker is lost may
// be called again.
const asking = `"StartAt": "Ask", "States": {"Ask": {
	"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": %q, "Payload.$": "$"},
	"Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 3}],
	"ResultSelector": {"is.$": "$.Payload"}, "ResultPath": "$.answer", "End": true}}`

// order is what a map is to do: one Distributed Map over rows of S3, whose items
// call the function named like the leaf.
type order struct {
	leaf  program.LeafKind
	items int
	// concurrency is the MaxConcurrency, 0 for the usual.
	concurrency int
	// padding is how many characters each row is longer; mark, unless nil, is what
	// its id ends with.
	padding int
	mark    func(index int) string
	// states are those of the items, with one %q for the function's name; more are
	// further fields of the Map.
	states, more string
	// seed is that of the execution, 0 for any.
	seed uint64
	// ends says how an item ends; nil when all succeed.
	ends func(index int) end
}

// end is how an item's execution ends: with an output, or with an error.
type end struct {
	status, output, err string
}

func (w *world) definition(o order) string {
	kind := program.Standard
	if o.leaf == program.ExpressBatch {
		kind = program.Express
	}
	return fmt.Sprintf(`{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", "MaxConcurrency": %d,
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": %q, "Key": %q}},
		"ItemSelector": {"index.$": "$$.Map.Item.Index", "row.$": "$$.Map.Item.Value"},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": %q, "Prefix": %q}},%s
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": %q}, %s},
		"End": true}}}`, cmp.Or(o.concurrency, concurrency), bucket, w.source(o.leaf), bucket, w.results(o.leaf), o.more, kind, fmt.Sprintf(o.states, o.leaf))
}

func (w *world) source(leaf program.LeafKind) string  { return w.prefix + string(leaf) + ".csv" }
func (w *world) results(leaf program.LeafKind) string { return w.prefix + "results-" + string(leaf) }

// id is the only column of a row.
func (o order) id(i int) string {
	id := fmt.Sprintf("order-%05d", i) + strings.Repeat("x", o.padding)
	if o.mark != nil {
		id += o.mark(i)
	}
	return id
}

// input is what ItemSelector makes of a row.
func (o order) input(i int) string { return fmt.Sprintf(`{"index":%d,"row":{"id":"%s"}}`, i, o.id(i)) }

// output is what an item's execution gives that calls the function.
func (o order) output(i int) string {
	return strings.TrimSuffix(o.input(i), "}") + fmt.Sprintf(`,"answer":{"is":%d}}`, 2*i)
}

// execution is one of a map on a leaf, with all that it needs.
type execution struct {
	*world
	order
	run client.WorkflowRun
}

// start writes the source and starts an execution over it.
func (w *world) start(t *testing.T, o order) *execution {
	t.Helper()
	if o.states == "" {
		o.states = asking
	}
	if o.ends == nil {
		o.ends = func(i int) end { return end{status: "SUCCEEDED", output: o.output(i)} }
	}
	e := &execution{world: w, order: o}
	var rows strings.Builder
	rows.WriteString("id\n")
	for i := range o.items {
		rows.WriteString(o.id(i) + "\n")
	}
	_, err := w.s3.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String(w.source(o.leaf)), Body: strings.NewReader(rows.String())})
	require.NoError(t, err)

	asked := ""
	if o.leaf == program.ChildWorkflow {
		asked = string(o.leaf) // the definition alone would give packed shards
	}
	name := string(o.leaf) + "-" + w.queue
	now := time.Now().UTC()
	if o.seed == 0 {
		o.seed = uint64(now.UnixNano())
	}
	e.run, err = w.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: wire.ExecutionID(machineName, name), TaskQueue: w.queue,
	}, machineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(w.definition(o)), Type: string(program.Standard), Leaf: asked},
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:000000000000:execution:" + machineName + ":" + name,
			Name:             name,
			StateMachineID:   "arn:aws:states:us-east-1:000000000000:stateMachine:" + machineName,
			StateMachineName: machineName,
			StartTime:        now,
			Seed:             o.seed,
		},
		Input: value.EmptyObject,
	})
	require.NoError(t, err)
	return e
}

// begun gives for how many items the Task was called.
func (e *execution) begun() int { return e.tasks.begun(string(e.leaf)) }

// await waits for the end of the execution, which has to succeed. That
// Temporal is away meanwhile is no end, and as long as further items begin there
// is time.
func (e *execution) await(t *testing.T) (output value.Value) {
	t.Helper()
	begun, since := e.begun(), time.Now()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		err := e.run.Get(ctx, &output)
		cancel()
		if err == nil {
			return output
		}
		if ended := new(temporal.WorkflowExecutionError); errors.As(err, &ended) {
			require.NoError(t, err, "%s after %d items, of which have failed: %s", e.run.GetID(), e.begun(), e.failures(t))
		}
		if n := e.begun(); n > begun {
			begun, since = n, time.Now()
		}
		require.Less(t, time.Since(since), patience, "%s after %d items: %v", e.run.GetID(), begun, err)
		<-time.After(100 * time.Millisecond)
	}
}

// failures gives what there is in a file of failures, cut short.
func (e *execution) failures(t *testing.T) string {
	t.Helper()
	there, err := e.s3.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket), Prefix: aws.String(e.results(e.leaf) + "/")})
	require.NoError(t, err)
	for _, o := range there.Contents {
		if strings.HasSuffix(*o.Key, "/FAILED_0.json") {
			var records []record
			e.load(t, *o.Key, &records)
			return fmt.Sprintf("%.5000v", records)
		}
	}
	return "none"
}

// requireComplete waits for the end and fails the test unless every item is in
// the counts and in the result files exactly once, as it should have ended.
func (e *execution) requireComplete(t *testing.T) {
	t.Helper()
	output := e.await(t)
	e.requireCounts(t, output.Get("MapRunArn").Text())
	seen := make([]int, e.items)
	names := map[string]bool{}
	for _, r := range e.records(t, output.Get("ResultWriterDetails").Get("Key").Text()) {
		i := r.index(t)
		require.Less(t, i, e.items)
		seen[i]++
		names[r.Name] = true
		require.Equal(t, e.input(i), r.Input)
		require.Equal(t, e.ends(i), end{r.Status, r.Output, r.Error}, "item %d, with the cause %.300s", i, r.Cause)
	}
	for i, times := range seen {
		require.Equal(t, 1, times, "records of item %d", i)
	}
	require.Len(t, names, e.items, "every item has an execution of its own")
}

// requireCounts asks the Map Run, which has ended, for its counts.
func (e *execution) requireCounts(t *testing.T, arn string) {
	t.Helper()
	answer, err := e.client.QueryWorkflow(t.Context(), wire.MapRunID(arn), "", wire.MapRunQuery)
	require.NoError(t, err)
	var d wire.MapRunDescription
	require.NoError(t, answer.Get(&d))
	var counts wire.Counts
	for i := range e.items {
		if e.ends(i).status == "SUCCEEDED" {
			counts.Succeeded++
		} else {
			counts.Failed++
		}
	}
	assert.Equal(t, e.leaf, d.Leaf)
	for _, told := range []wire.Counts{d.Items, d.Executions} {
		assert.Equal(t, counts.Succeeded, told.Succeeded)
		assert.Equal(t, counts.Failed, told.Failed)
		assert.Equal(t, counts.Total(), told.Total())
	}
	assert.Equal(t, int64(e.items), d.Total)
	assert.Zero(t, d.Running)
	assert.True(t, d.Planned)
}
