package workflows

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	sdkpb "go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestMain(m *testing.M) {
	devtest.AtOnce(6) // most of them wait for timers
	os.Exit(devtest.Run(m))
}

// cluster is a worker on a real server.
type cluster struct {
	t       *testing.T
	client  client.Client
	queue   string
	options Options
	first   map[string]string // the first run of each execution
}

// onServer starts a worker with the workflows, a Task that does work, and more.
func onServer(t *testing.T, options Options, register func(worker.Worker)) cluster {
	t.Helper()
	t.Parallel()
	c := devtest.Start(t).Client(t)
	queue := strings.ReplaceAll(t.Name(), "/", "-")
	w := worker.New(c, queue, worker.Options{WorkerStopTimeout: time.Second, MaxHeartbeatThrottleInterval: 200 * time.Millisecond})
	register(w)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return cluster{t: t, client: c, queue: queue, options: options, first: map[string]string{}}
}

func withTask(options Options, work task) func(worker.Worker) {
	return func(w worker.Worker) {
		Register(w, options)
		w.RegisterActivityWithOptions(work, activity.RegisterOptions{Name: invocation})
	}
}

func (c cluster) start(definition, input string) client.WorkflowRun {
	c.t.Helper()
	in := executionOf(definition, input)
	in.Origin.StartTime = time.Now().UTC()
	in.Origin.Seed = uint64(in.Origin.StartTime.UnixNano())
	run, err := c.client.ExecuteWorkflow(c.t.Context(), client.StartWorkflowOptions{
		ID:        wire.ExecutionID("Orders", c.t.Name()),
		TaskQueue: c.queue,
		Memo:      map[string]any{wire.KindMemo: "execution"},
	}, "Orders", in)
	require.NoError(c.t, err)
	c.first[run.GetID()] = run.GetRunID()
	return run
}

// output waits for an execution that succeeds.
func (c cluster) output(run client.WorkflowRun) value.Value {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	var output value.Value
	require.NoError(c.t, run.Get(ctx, &output))
	return output
}

// ended waits for an execution that does not succeed.
func (c cluster) ended(run client.WorkflowRun) wire.Ended {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	err := run.Get(ctx, nil)
	require.Error(c.t, err)
	return endedOf(err)
}

// histories gives the histories of all runs of an execution, and checks that
// each replays and had no failed workflow task.
func (c cluster) histories(run client.WorkflowRun) (all [][]*historypb.HistoryEvent) {
	c.t.Helper()
	for id := c.first[run.GetID()]; id != ""; {
		var events []*historypb.HistoryEvent
		for pages := c.client.GetWorkflowHistory(c.t.Context(), run.GetID(), id, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
			event, err := pages.Next()
			require.NoError(c.t, err)
			if attributes := event.GetWorkflowTaskFailedEventAttributes(); attributes != nil &&
				attributes.Cause != enumspb.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND {
				assert.Fail(c.t, "a workflow task failed", "%s %s", attributes.Cause, attributes.GetFailure().GetMessage())
			}
			events = append(events, event)
		}
		all = append(all, events)
		c.replay(events)
		id = events[len(events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
	return all
}

func (c cluster) replay(events []*historypb.HistoryEvent) {
	c.t.Helper()
	replayer := worker.NewWorkflowReplayer()
	Register(replayer, c.options)
	assert.NoError(c.t, replayer.ReplayWorkflowHistory(silent{}, &historypb.History{Events: events}))
}

func count(histories [][]*historypb.HistoryEvent, kind enumspb.EventType) (n int) {
	for _, events := range histories {
		for _, event := range events {
			if event.EventType == kind {
				n++
			}
		}
	}
	return n
}

func TestServerTakesTwentyLargeInputs(t *testing.T) {
	branch := `{"StartAt":"T%d","States":{"T%d":{"Type":"Task",` + function + `,"End":true}}}`
	var branches []string
	for i := range 20 {
		branches = append(branches, fmt.Sprintf(branch, i, i))
	}
	c := onServer(t, Options{}, withTask(Options{}, func(_ context.Context, task wire.Task) (wire.TaskResult, error) {
		return wire.TaskResult{Output: value.OfInt(int64(len(task.Call.Input.Text())))}, nil
	}))
	run := c.start(`{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[`+strings.Join(branches, ",")+`]}}}`,
		`"`+strings.Repeat("x", 250<<10)+`"`)
	assert.Equal(t, "["+strings.TrimSuffix(strings.Repeat("256000,", 20), ",")+"]", c.output(run).String())
	c.histories(run)
}

func TestServerRunsThreeThousandIterations(t *testing.T) {
	items := make([]value.Value, 3_000)
	for i := range items {
		items[i] = value.OfInt(int64(i))
	}
	all := value.OfArray(items).String()
	c := onServer(t, Options{}, withTask(Options{}, echo))
	run := c.start(`{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{
		"StartAt":"A","States":{"A":{"Type":"Task",`+function+`,"End":true}}}}}}`, all)
	assert.Equal(t, all, c.output(run).String())
	histories := c.histories(run)
	assert.Greater(t, len(histories), 1, "the server suggests to continue as new")
	assert.Equal(t, 3_000, count(histories, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED))
}

const counting = `{"StartAt":"Add","States":{
	"Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)","to.$":"$.to"},"Next":"More"},
	"More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThanPath":"$.to","Next":"Add"}],"Default":"Done"},
	"Done":{"Type":"Succeed"}}}`

func TestServerRunsTwentyThousandTransitions(t *testing.T) {
	c := onServer(t, Options{}, withTask(Options{}, echo))
	run := c.start(counting, `{"n":0,"to":10000}`)
	assert.JSONEq(t, `{"n":10000,"to":10000}`, c.output(run).String())
	c.histories(run)
}

func TestServerStopsAnEndlessLoop(t *testing.T) {
	c := onServer(t, Options{}, withTask(Options{}, echo))
	run := c.start(counting, `{"n":0,"to":1000000000}`)
	time.Sleep(2 * time.Second)
	require.NoError(t, c.client.SignalWorkflow(t.Context(), run.GetID(), "", wire.StopSignal, machine.Fault("Ops", "enough")))
	require.NoError(t, c.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	ended := c.ended(run)
	assert.Equal(t, machine.Aborted, ended.Status)
	assert.Equal(t, "enough", ended.Failure.Cause.Text())
	c.histories(run)
}

// everything keeps a Parallel, an inline Map, a loop and waits under way at the
// same time.
const everything = `{"TimeoutSeconds":120,"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
	{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":3,"End":true,"ItemsPath":"$.items","ItemProcessor":{
		"StartAt":"A","States":{
			"A":{"Type":"Task",` + function + `,"Next":"W"},
			"W":{"Type":"Wait","Seconds":1,"End":true}}}}}},
	{"StartAt":"Add","States":{
		"Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"Do"},
		"Do":{"Type":"Task",` + function + `,"Next":"More"},
		"More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":25,"Next":"Add"}],"Default":"Done"},
		"Done":{"Type":"Succeed"}}},
	{"StartAt":"Long","States":{"Long":{"Type":"Wait","Seconds":4,"Next":"U"},"U":{"Type":"Pass","Result":"waited","End":true}}}]}}}`

func TestServerContinuesAsNewInsideParallelAndMap(t *testing.T) {
	options := Options{ContinueAfter: 20}
	var calls atomic.Int32
	c := onServer(t, options, withTask(options, func(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
		calls.Add(1)
		return echo(ctx, task)
	}))
	run := c.start(everything, `{"items":[1,2,3,4,5,6,7,8,9,10],"n":0}`)
	assert.Equal(t, `[[1,2,3,4,5,6,7,8,9,10],{"n":25},"waited"]`, c.output(run).String())
	assert.Greater(t, len(c.histories(run)), 4)
	d, err := c.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
	require.NoError(t, err)
	assert.Equal(t, `"execution"`, string(d.WorkflowExecutionInfo.GetMemo().GetFields()[wire.KindMemo].GetData()))
	assert.EqualValues(t, 35, calls.Load(), "no task runs twice or is lost")
}

func TestServerTimesAnExecutionOut(t *testing.T) {
	for name, options := range map[string]Options{"in one run": {}, "over runs": {ContinueAfter: 15}} {
		t.Run(name, func(t *testing.T) {
			c := onServer(t, options, withTask(options, echo))
			run := c.start(`{"TimeoutSeconds":3,"StartAt":"A","States":{"A":{"Type":"Task",`+function+`,"Next":"W"},"W":{"Type":"Wait","Seconds":1,"Next":"C"},
				"C":{"Type":"Choice","Choices":[{"Variable":"$.never","IsPresent":true,"Next":"D"}],"Default":"A"},"D":{"Type":"Succeed"}}}`, `{}`)
			ended := c.ended(run)
			assert.Equal(t, machine.TimedOut, ended.Status)
			assert.Equal(t, "States.Timeout", ended.Failure.Name())
			assert.InDelta(t, 3, ended.Stopped.Sub(ended.Started).Seconds(), 2)
			d, err := c.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
			require.NoError(t, err)
			assert.Equal(t, `"TIMED_OUT"`, string(d.WorkflowExecutionInfo.GetMemo().GetFields()[wire.StatusMemo].GetData()))
			c.histories(run)
		})
	}
}

func TestServerCancelsTasks(t *testing.T) {
	cancelled := make(chan struct{})
	c := onServer(t, Options{}, withTask(Options{}, func(ctx context.Context, _ wire.Task) (wire.TaskResult, error) {
		for {
			activity.RecordHeartbeat(ctx)
			select {
			case <-ctx.Done():
				close(cancelled)
				return wire.TaskResult{}, ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
	}))
	run := c.start(`{"StartAt":"A","States":{"A":{"Type":"Task",`+function+`,"HeartbeatSeconds":1,"TimeoutSeconds":60,"End":true}}}`, `{}`)
	time.Sleep(time.Second)
	require.NoError(t, c.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	assert.Equal(t, machine.Aborted, c.ended(run).Status)
	d, err := c.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
	require.NoError(t, err)
	assert.Equal(t, enumspb.WORKFLOW_EXECUTION_STATUS_CANCELED, d.WorkflowExecutionInfo.Status)
	select {
	case <-cancelled:
	case <-time.After(20 * time.Second):
		assert.Fail(t, "the activity was not cancelled")
	}
	c.histories(run)
}

func TestServerStopsExpressExecutions(t *testing.T) {
	c := onServer(t, Options{}, func(w worker.Worker) {
		Register(w, Options{})
		w.RegisterActivityWithOptions(func(ctx context.Context, in wire.Execution) (wire.Ended, error) {
			for ctx.Err() == nil {
				activity.RecordHeartbeat(ctx)
				time.Sleep(50 * time.Millisecond)
			}
			return wire.Ended{Status: machine.Aborted, Failure: &machine.Failure{}, Started: in.Origin.StartTime}, nil
		}, activity.RegisterOptions{Name: wire.ExpressActivity})
	})
	in := executionOf(`{}`, `{}`)
	in.Definition.Type = "EXPRESS"
	run, err := c.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: t.Name(), TaskQueue: c.queue}, "Orders", in)
	require.NoError(t, err)
	require.NoError(t, c.client.SignalWorkflow(t.Context(), run.GetID(), "", wire.StopSignal, machine.Fault("Ops", "enough")))
	require.NoError(t, c.client.CancelWorkflow(t.Context(), run.GetID(), ""))
	ended := c.ended(run)
	assert.Equal(t, machine.Aborted, ended.Status)
	assert.Equal(t, "enough", ended.Failure.Cause.Text())
}

// TestServerRetries: the server repeats an activity as its failures ask for,
// in three events of history.
func TestServerRetries(t *testing.T) {
	busy := machine.Fault("Busy", "later")
	c := onServer(t, Options{}, withTask(Options{}, func(ctx context.Context, task wire.Task) (wire.TaskResult, error) {
		attempt := activity.GetInfo(ctx).Attempt
		if attempt <= 3 {
			return wire.TaskResult{}, temporal.NewApplicationErrorWithOptions("later", "Busy", temporal.ApplicationErrorOptions{NextRetryDelay: time.Millisecond})
		}
		return wire.TaskResult{Output: value.OfInt(int64(attempt)), Attempts: []machine.Attempt{{Failure: busy}, {Failure: busy}, {Failure: busy}}}, nil
	}))
	run := c.start(`{"StartAt":"A","States":{"A":{"Type":"Task",`+function+`,"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":5}],"End":true}}}`, `{}`)
	assert.Equal(t, "4", c.output(run).String())
	histories := c.histories(run)
	assert.Equal(t, 1, count(histories, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
	assert.Equal(t, 1, count(histories, enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED))
}

// flaky is a service that is busy three times.
type flaky struct{ calls atomic.Int32 }

func (f *flaky) Integrations() []string { return []string{invocation} }

func (f *flaky) Call(context.Context, express.Place, machine.Call) machine.Outcome {
	if n := f.calls.Add(1); n <= 3 {
		busy := machine.Fault("Busy", fmt.Sprint("attempt ", n))
		return machine.Outcome{Failure: &busy}
	}
	return machine.Outcome{Output: value.OfString("done")}
}

// recorder keeps the types of events, and the causes in their details.
type recorder struct {
	mutex sync.Mutex
	seen  []string
}

func (r *recorder) Record(e machine.Event) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.seen = append(r.seen, strings.TrimSpace(e.Type+" "+e.Details.Get("cause").Text()))
}

// TestServerKeepsTheLogOfRetries: the activity follows Retry on the server, and
// the execution's history has every attempt.
func TestServerKeepsTheLogOfRetries(t *testing.T) {
	var history recorder
	options := Options{Sink: func(machine.Origin) machine.Sink { return &history }}
	c := onServer(t, options, func(w worker.Worker) {
		Register(w, options)
		activities.Register(w, activities.Dependencies{Services: activities.NewServices(&flaky{})})
	})
	run := c.start(`{"StartAt":"A","States":{"A":{"Type":"Task",`+function+`,
		"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"BackoffRate":1}],"End":true}}}`, `{}`)
	assert.Equal(t, `"done"`, c.output(run).String())
	assert.Equal(t, []string{
		"ExecutionStarted", "TaskStateEntered",
		"LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed attempt 1",
		"LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed attempt 2",
		"LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed attempt 3",
		"LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded",
		"TaskStateExited", "ExecutionSucceeded",
	}, history.seen)
	assert.Equal(t, 1, count(c.histories(run), enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
}

// fakeMapRun reports after two seconds, or when it is cancelled.
func fakeMapRun(ctx workflow.Context, in wire.MapRun) error {
	report := wire.OutcomeReport{Effect: in.Report.Effect, Outcome: machine.Outcome{Output: value.OfString("mapped")}}
	if err := workflow.Sleep(ctx, 2*time.Second); err != nil {
		failure := machine.Fault("Stopped", "")
		report.Outcome = machine.Outcome{Failure: &failure}
		ctx, _ = workflow.NewDisconnectedContext(ctx)
	}
	return workflow.SignalExternalWorkflow(ctx, in.Report.WorkflowID, "", wire.OutcomeSignal, report).Get(ctx, nil)
}

// faking registers a fake for the Map Run.
type faking struct{ worker.Worker }

func (f faking) RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions) {
	if options.Name == wire.MapRunWorkflow {
		w = fakeMapRun
	}
	f.Worker.RegisterWorkflowWithOptions(w, options)
}

func withFakeMapRun(options Options) func(worker.Worker) {
	return func(w worker.Worker) {
		Register(faking{w}, options)
		w.RegisterActivityWithOptions(echo, activity.RegisterOptions{Name: invocation})
	}
}

// besides runs a loop of tasks beside a Distributed Map.
var besides = `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[` + distributed + `,
	{"StartAt":"Add","States":{
		"Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"Do"},
		"Do":{"Type":"Task",` + function + `,"Next":"More"},
		"More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":20,"Next":"Add"}],"Default":"Done"},
		"Done":{"Type":"Succeed"}}}]}}}`

func TestServerKeepsMapRunsOverRuns(t *testing.T) {
	options := Options{ContinueAfter: 20}
	c := onServer(t, options, withFakeMapRun(options))
	run := c.start(strings.Replace(besides, `"Label"`, `"ItemsPath":"$.items","Label"`, 1), `{"n":0,"items":[1]}`)
	assert.Equal(t, `["mapped",{"n":20}]`, c.output(run).String())
	histories := c.histories(run)
	assert.Greater(t, len(histories), 2)
	assert.Equal(t, 1, count(histories, enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED))
}

func TestServerCancelsMapRuns(t *testing.T) {
	for name, options := range map[string]Options{"in one run": {}, "over runs": {ContinueAfter: 12}} {
		t.Run(name, func(t *testing.T) {
			c := onServer(t, options, withFakeMapRun(options))
			definition := `{"TimeoutSeconds":1,` + strings.TrimPrefix(strings.Replace(besides, `"Label"`, `"ItemsPath":"$.items","Label"`, 1), `{`)
			run := c.start(definition, `{"n":-1000,"items":[1]}`)
			assert.Equal(t, machine.TimedOut, c.ended(run).Status)
			histories := c.histories(run)
			assert.Equal(t, 1, count(histories, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED), "the execution waits for the report")
		})
	}
}

func TestServerTellsOfATerminatedMapRun(t *testing.T) {
	c := onServer(t, Options{}, withFakeMapRun(Options{}))
	run := c.start(distributed, `[1]`)
	var child string
	require.Eventually(t, func() bool {
		d, err := c.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
		require.NoError(t, err)
		if len(d.PendingChildren) > 0 {
			child = d.PendingChildren[0].WorkflowId
		}
		return child != ""
	}, 10*time.Second, 100*time.Millisecond)
	encoded, err := c.client.QueryWorkflow(t.Context(), run.GetID(), "", wire.DescribeQuery)
	require.NoError(t, err)
	var d wire.Description
	require.NoError(t, encoded.Get(&d))
	require.Len(t, d.MapRuns, 1)
	assert.Equal(t, child, d.MapRuns[0].WorkflowID)
	encoded, err = c.client.QueryWorkflow(t.Context(), run.GetID(), "", "__temporal_workflow_metadata")
	require.NoError(t, err)
	var metadata sdkpb.WorkflowMetadata
	require.NoError(t, encoded.Get(&metadata))
	assert.Equal(t, "- **Each**: Map Run "+child+"\n", metadata.CurrentDetails)
	require.NoError(t, c.client.TerminateWorkflow(t.Context(), child, "", "by the test"))
	ended := c.ended(run)
	assert.Equal(t, machine.ErrorRuntime, ended.Failure.Name())
	assert.Contains(t, ended.Failure.Cause.Text(), "terminated")
	c.histories(run)
}
