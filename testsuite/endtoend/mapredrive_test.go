package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// redrive lets an execution that has ended go on, as the command does.
func (e *execution) redrive() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	described, err := e.client.DescribeWorkflowExecution(ctx, e.run.GetID(), "")
	require.NoError(e.t, err)
	was := described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	frame, err := audit.Rest(ctx, audit.Source{
		Service: e.client.WorkflowService(), Namespace: e.server.Namespace, Execution: workflow.Execution{ID: e.run.GetID(), RunID: was},
	})
	require.NoError(e.t, err)
	input := e.input
	input.Input = value.Value{}
	input.Redrive = &wire.Redrive{Count: frame.Redrives + 1, Time: time.Now().UTC(), Run: was}
	for _, run := range frame.UnfinishedMapRuns() {
		id := wire.MapRunID(run.MapRunArn)
		require.Eventually(e.t, func() bool {
			d, err := e.client.DescribeWorkflowExecution(ctx, id, "")
			return err == nil && d.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
		}, time.Minute, 50*time.Millisecond, "the Map Run ends")
		var rest wire.MapRunRest
		e.query(id, wire.MapRunRestQuery, &rest)
		require.Empty(e.t, rest.Reason)
		input.MapRuns = append(input.MapRuns, rest)
	}
	text, err := json.Marshal(frame)
	require.NoError(e.t, err)
	plain := wire.PlainText(string(text))
	input.Frame = &plain
	e.run, err = e.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: e.run.GetID(), TaskQueue: e.queue, WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
	}, machineName, input)
	require.NoError(e.t, err)
}

// replays fails the test unless the histories of the execution's latest runs, and
// of all below them, replay, and no workflow task in them has failed.
func (e *execution) replays(options workflows.Options) {
	e.t.Helper()
	described, err := e.client.DescribeWorkflowExecution(context.Background(), e.run.GetID(), "")
	require.NoError(e.t, err)
	e.visit(e.t, e.run.GetID(), described.GetWorkflowExecutionInfo().GetExecution().GetRunId(), func(v visited) {
		require.Zero(e.t, failedTasks(v.events), "%s", v.kind)
		replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{DataConverter: offload.NewConverter()})
		require.NoError(e.t, err)
		workflows.Register(replayer, options)
		require.NoError(e.t, replayer.ReplayWorkflowHistory(log.NewStructuredLogger(discard()), &historypb.History{Events: v.events}), "%s", v.kind)
	})
}

// trial is a Map Run some of whose items fail until they are mended.
type trial struct {
	*world
	leaf program.LeafKind
	// before and ask are the functions of an item's two states: only the second
	// one fails.
	before, ask *function
	bad         func(i int) bool
	mended      atomic.Bool

	mu   sync.Mutex
	asks map[int]int
	// held is closed to let the items with an index from holds on end.
	held  chan struct{}
	holds int
}

func newTrial(w *world, name string, leaf program.LeafKind) *trial {
	tr := &trial{world: w, leaf: leaf, asks: map[int]int{}, held: make(chan struct{}), holds: 1 << 30}
	index := func(c call) int {
		var input struct{ Index int }
		c.read(&input)
		return input.Index
	}
	tr.before = w.functions.add(name+"-before", double)
	tr.ask = w.functions.add(name, func(c call) (any, error) {
		i := index(c)
		tr.mu.Lock()
		tr.asks[i]++
		tr.mu.Unlock()
		if i >= tr.holds {
			select {
			case <-tr.held:
			case <-c.gone:
			}
		}
		if tr.bad(i) && !tr.mended.Load() {
			return nil, functionError{"Bad.Item", "it is bad"}
		}
		return 2 * i, nil
	})
	return tr
}

// processor is that of the items: Before, and then Ask.
func (tr *trial) processor(name string) string {
	return `"StartAt":"Before","States":{
		"Before":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"` + name + `-before","Payload.$":"$"},"ResultPath":null,"Next":"Ask"},
		"Ask":` + ask(name, `"End":true`) + `}`
}

// asked gives how often Ask was called for each item up to now.
func (tr *trial) asked() map[int]int {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	all := map[int]int{}
	for i, n := range tr.asks {
		all[i] = n
	}
	return all
}

// befores gives how often Before was called for each item.
func (tr *trial) befores() map[int]int {
	tr.before.mu.Lock()
	defer tr.before.mu.Unlock()
	all := map[int]int{}
	for payload, n := range tr.before.calls {
		var input struct{ Index int }
		if json.Unmarshal([]byte(payload), &input) == nil {
			all[input.Index] += n
		}
	}
	return all
}

func itemsOfRedrive(leaf program.LeafKind) int {
	if leaf == program.ChildWorkflow {
		return 60
	}
	return 1_300
}

// TestRedriveOfAMapRun lets a Map Run fail twice and redrives it: each time only
// items that have not succeeded run, Standard ones from the state that failed.
func TestRedriveOfAMapRun(t *testing.T) {
	t.Parallel()
	testRedrive(t, workflows.Options{})
}

// TestRedriveContinuesAsNew does the same with Map Runs and shards that continue
// as new again and again.
func TestRedriveContinuesAsNew(t *testing.T) {
	t.Parallel()
	testRedrive(t, workflows.Options{ContinueAfter: 80})
}

func testRedrive(t *testing.T, options workflows.Options) {
	w := newWorld(t, settings{workflows: options})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		name := fmt.Sprintf("redrive-%d-%s", options.ContinueAfter, leaf)
		n := itemsOfRedrive(leaf)
		tr := newTrial(w, name, leaf)
		tr.bad = func(i int) bool { return i%7 == 3 }
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{
			leaf: leaf, reader: from.reader, prefix: prefix, processor: tr.processor(name), more: `"ToleratedFailureCount":3,"MaxConcurrency":20`,
		}, "")
		e.fails(machine.ErrorExceedTolerance)
		arn := ""
		for redrive := range 2 {
			r := w.results(t, prefix)
			r.requireOnce(t, n)
			arn = r.mapRun
			require.NotEmpty(t, r.failed)
			if redrive == 0 {
				require.NotEmpty(t, r.pending)
			}
			asks, befores := tr.asked(), tr.befores()
			if redrive == 1 {
				tr.mended.Store(true)
			}
			e.redrive()
			if redrive == 0 {
				e.fails(machine.ErrorExceedTolerance)
			} else {
				e.succeeds()
			}
			e.replays(options)
			after, beforesAfter := tr.asked(), tr.befores()
			for _, one := range r.succeeded {
				i := one.index(t)
				require.Equal(t, asks[i], after[i], "item %d succeeded and is not run again", i)
				require.Equal(t, befores[i], beforesAfter[i], "item %d succeeded and is not run again", i)
			}
			for _, one := range r.failed {
				i := one.index(t)
				if one.Status == "FAILED" && leaf != program.ExpressBatch {
					require.Equal(t, befores[i], beforesAfter[i], "item %d goes on from the state that failed", i)
				}
				if one.Status == "FAILED" && redrive == 1 {
					require.Equal(t, asks[i]+1, after[i], "item %d runs again", i)
					if leaf == program.ExpressBatch {
						require.Equal(t, befores[i]+1, beforesAfter[i], "item %d begins again", i)
					}
				}
			}
			for _, one := range r.pending {
				if i := one.index(t); one.Status == "PENDING" {
					require.Zero(t, asks[i], "item %d had not run", i)
				}
			}
		}
		r := w.results(t, prefix)
		require.Len(t, r.succeeded, n)
		r.requireOnce(t, n)
		assert.Equal(t, arn, r.mapRun, "the same Map Run")
		redriven := 0
		inputs := from.inputs()
		for _, one := range r.succeeded {
			i := one.index(t)
			require.JSONEq(t, output(i, inputs[i]), one.Output)
			if *one.RedriveCount > 0 {
				redriven++
			}
		}
		assert.GreaterOrEqual(t, redriven, 4)
		for _, o := range w.list(t, prefix+"/") {
			assert.NotContains(t, *o.Key, "FAILED")
			assert.NotContains(t, *o.Key, "PENDING")
			assert.NotContains(t, *o.Key, intermediate)
		}
		d := e.mapRun()
		assert.Equal(t, wire.Counts{Succeeded: int64(n)}, d.Items)
		assert.Equal(t, wire.Counts{Succeeded: int64(n)}, d.Executions)
		assert.EqualValues(t, 2, d.RedriveCount)
		assert.False(t, d.RedriveDate.IsZero())
		assert.EqualValues(t, n, d.Written)
	})
}

// TestRedriveOfAnArray redrives Map Runs whose results are the state's output,
// with staging and without: it is in the order of items.
func TestRedriveOfAnArray(t *testing.T) {
	t.Parallel()
	for _, staging := range []string{"", "s3://" + bucket + "/redriven-staging"} {
		kind := "staged"
		if staging == "" {
			kind = "inline"
		}
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings{staging: staging})
			eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
				const n = 40
				name := "array-" + kind + "-" + string(leaf)
				tr := newTrial(w, name, leaf)
				tr.bad = func(i int) bool { return i == 5 || i == 17 }
				items := make([]string, n)
				for i := range items {
					items[i] = fmt.Sprint(i)
				}
				e := w.startMap(t, distributed{leaf: leaf, reader: `"ItemsPath":"$"`, processor: tr.processor(name), more: `"MaxConcurrency":4,"ToleratedFailureCount":1`}, "["+strings.Join(items, ",")+"]")
				e.fails(machine.ErrorExceedTolerance)
				befores := tr.befores()
				tr.mended.Store(true)
				e.redrive()
				ended := e.ended()
				require.Equal(t, machine.Succeeded, ended.Status, "%v", ended.Failure)
				require.Equal(t, n, ended.Output.Len())
				for i := range n {
					index, _ := ended.Output.At(i).Get("index").Int()
					require.EqualValues(t, i, index, "the order of items")
				}
				if leaf != program.ExpressBatch {
					after := tr.befores()
					assert.Equal(t, befores[5], after[5])
					assert.Equal(t, befores[17], after[17])
				}
			})
		})
	}
}

// TestRedriveOfBatches redrives batches: with the items that they had.
func TestRedriveOfBatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		const n = 95
		name := "batches-" + string(leaf)
		var broken atomic.Bool
		broken.Store(true)
		asked := w.functions.add(name, func(c call) (any, error) {
			var input struct{ Items []struct{ Index int } }
			c.read(&input)
			if broken.Load() && input.Items[0].Index == 20 {
				return nil, functionError{"Bad.Batch", "it is bad"}
			}
			return len(input.Items), nil
		})
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, processor: asking(name), more: `"ItemBatcher":{"MaxItemsPerBatch":10}`}, "")
		e.fails(machine.ErrorExceedTolerance)
		broken.Store(false)
		e.redrive()
		e.succeeds()
		require.Len(t, w.results(t, prefix).succeeded, 10)
		d := e.mapRun()
		assert.Equal(t, wire.Counts{Succeeded: n}, d.Items)
		assert.Equal(t, wire.Counts{Succeeded: 10}, d.Executions)
		assert.GreaterOrEqual(t, asked.count(), 11)
	})
}

// TestRedriveWhileRunning puts items back that failed while the Map Run goes on.
func TestRedriveWhileRunning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		name := "while-" + string(leaf)
		n := itemsOfRedrive(leaf)
		tr := newTrial(w, name, leaf)
		tr.bad = func(i int) bool { return i == 2 || i == 4 }
		tr.holds = n - 1
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{
			leaf: leaf, reader: from.reader, prefix: prefix, processor: tr.processor(name), more: `"ToleratedFailureCount":10,"MaxConcurrency":20`,
		}, "")
		require.Eventually(t, func() bool {
			asks := tr.asked()
			return asks[2] > 0 && asks[4] > 0 && asks[n-1] > 0
		}, time.Minute, 50*time.Millisecond)
		befores := tr.befores()
		tr.mended.Store(true)
		update := func() error {
			h, err := w.client.UpdateWorkflow(context.Background(), client.UpdateWorkflowOptions{
				WorkflowID: e.mapRuns()[0], UpdateName: wire.MapRunUpdateName, WaitForStage: client.WorkflowUpdateStageCompleted,
				Args: []any{wire.MapRunUpdate{Redrive: true}},
			})
			if err != nil {
				return err
			}
			return h.Get(context.Background(), nil)
		}
		var err error
		require.Eventually(t, func() bool { err = update(); return err == nil }, time.Minute, 300*time.Millisecond, "%v", err)
		if leaf == program.PackedShard { // its first shards have ended
			require.ErrorContains(t, update(), "no items that did not succeed")
		}
		close(tr.held)
		e.succeeds()
		r := w.results(t, prefix)
		require.Len(t, r.succeeded, n)
		r.requireOnce(t, n)
		asks, after := tr.asked(), tr.befores()
		for i := range n {
			want := 1
			if i == 2 || i == 4 {
				want = 2
			}
			require.Equal(t, want, asks[i], "item %d", i)
		}
		if leaf != program.ExpressBatch {
			assert.Equal(t, befores[2], after[2], "from the state that failed")
		}
		assert.Equal(t, wire.Counts{Succeeded: int64(n)}, e.mapRun().Items)
		e.replays(workflows.Options{})
	})
}
