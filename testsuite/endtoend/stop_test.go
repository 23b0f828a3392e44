package endtoend

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	sdkpb "go.temporal.io/api/sdk/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestStop stops an execution in the middle of its Map Run: what was done
// stands in the manifest, and so does what was not.
func TestStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		const quick = 30
		n := 1_500
		if leaf == program.ChildWorkflow {
			n = 150
		}
		name := string(leaf)
		stuck := make(chan struct{}, n)
		w.functions.add(name, func(c call) (any, error) {
			var input struct{ Index int }
			if c.read(&input); input.Index < quick {
				return double(c)
			}
			stuck <- struct{}{}
			<-c.gone
			return nil, functionError{"Gone", "the caller has gone"}
		})
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":10`, processor: asking(name)}, "")
		for range 5 {
			select {
			case <-stuck:
			case <-time.After(time.Minute):
				require.Fail(t, "the items did not start")
			}
		}
		testView(t, e, leaf, int64(n))

		e.stop(machine.Fault("Ops", "enough for today"))
		ended := e.ended()
		assert.Equal(t, machine.Aborted, ended.Status)
		assert.Equal(t, "Ops", ended.Failure.Name())
		assert.Equal(t, "enough for today", ended.Failure.Cause.Text())
		d, err := w.client.DescribeWorkflowExecution(context.Background(), e.run.GetID(), "")
		require.NoError(t, err)
		assert.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED, d.WorkflowExecutionInfo.Status)

		r := w.results(t, prefix)
		r.requireOnce(t, n)
		assert.LessOrEqual(t, len(r.succeeded), quick)
		assert.NotEmpty(t, r.succeeded)
		assert.LessOrEqual(t, len(r.failed), 10)
		assert.Greater(t, len(r.pending), n-quick-2*10)
		inputs := from.inputs()
		for _, one := range r.failed {
			assert.Equal(t, "ABORTED", one.Status)
			assert.JSONEq(t, inputs[one.index(t)], one.Input)
		}
		for _, one := range r.pending {
			require.Equal(t, "PENDING", one.Status)
			require.JSONEq(t, inputs[one.index(t)], one.Input)
			require.Empty(t, one.StartDate)
		}
		run := e.mapRun()
		assert.Equal(t, machine.Aborted, run.Status)
		assert.Equal(t, wire.Counts{Succeeded: int64(len(r.succeeded)), Aborted: int64(len(r.failed)), Pending: int64(len(r.pending))}, run.Items)
		assert.Equal(t, "s3://"+bucket+"/"+r.folder+"manifest.json", run.Manifest)
	})
}

// testView looks at a running execution as Temporal's Web UI and the command
// line do.
func testView(t *testing.T, e *execution, leaf program.LeafKind, n int64) {
	var stands wire.Description
	e.query(e.run.GetID(), wire.DescribeQuery, &stands)
	require.Equal(t, machine.Running, stands.Status)
	require.Equal(t, []string{"Each"}, stands.Paths)
	require.Len(t, stands.MapRuns, 1)
	mapRun := stands.MapRuns[0].WorkflowID
	assert.Equal(t, e.mapRuns(), []string{mapRun})
	assert.Contains(t, e.details(e.run.GetID()), "- **Each**: Map Run "+mapRun)

	d := e.mapRun()
	assert.Equal(t, stands.MapRuns[0].MapRunArn, d.MapRunArn)
	assert.Equal(t, leaf, d.Leaf)
	assert.Equal(t, machine.Running, d.Status)
	assert.True(t, d.Planned)
	assert.Equal(t, n, d.Total)
	assert.Equal(t, n, d.Items.Total()+d.Running)
	assert.Positive(t, d.Running)
	assert.LessOrEqual(t, d.Running, int64(10))
	details := e.details(mapRun)
	assert.Contains(t, details, "**RUNNING**")
	assert.Contains(t, details, "("+string(leaf)+")")
	assert.Contains(t, details, "| pending |")

	described, err := e.client.DescribeWorkflowExecution(context.Background(), mapRun, "")
	require.NoError(t, err)
	assert.Equal(t, wire.MapRunWorkflow, described.WorkflowExecutionInfo.Type.Name)
	assert.Equal(t, `"mapRun"`, string(described.WorkflowExecutionInfo.Memo.Fields[wire.KindMemo].Data))
}

// details gives a workflow's current details, which the Web UI shows.
func (e *execution) details(id string) string {
	e.t.Helper()
	var metadata sdkpb.WorkflowMetadata
	e.query(id, "__temporal_workflow_metadata", &metadata)
	return metadata.GetCurrentDetails()
}

// TestHistoryReadsWell looks for what the Web UI shows of an execution: the
// machine's name as its type, and states and items as summaries.
func TestHistoryReadsWell(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	w.functions.add("double", double)
	want := map[program.LeafKind][]string{
		program.ExpressBatch:  {"page 0", "items 0-29", "results"},
		program.PackedShard:   {"page 0", "items 0-29", "results", "inputs", "Ask of 30 items", "records of segment 0"},
		program.ChildWorkflow: {"page 0", "items 0-29", "results", "inputs", "item 0", "item 29", "Ask", "records of segment 0"},
	}
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		d := distributed{leaf: leaf, reader: fillCSV(t, w, 30).reader, prefix: w.prefix + string(leaf), processor: asking("double")}
		e := w.startMap(t, d, "")
		e.succeeds()
		summaries := map[string]bool{}
		w.visit(t, e.run.GetID(), e.firstRun, func(v visited) {
			for _, event := range v.events {
				summary := string(event.GetUserMetadata().GetSummary().GetData())
				if len(summary) > 2 {
					summaries[summary[1:len(summary)-1]] = true
				}
			}
		})
		assert.True(t, summaries["Each"], "the state that started the Map Run")
		for _, summary := range want[leaf] {
			assert.True(t, summaries[summary], "%q in %v", summary, summaries)
		}
		described, err := w.client.DescribeWorkflowExecution(context.Background(), e.run.GetID(), "")
		require.NoError(t, err)
		assert.Equal(t, machineName, described.WorkflowExecutionInfo.Type.Name)
	})
}
