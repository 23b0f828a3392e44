package audit_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/grpc"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

func TestMain(m *testing.M) {
	devtest.AtOnce(6) // most of them wait for timers
	os.Exit(devtest.Run(m))
}

// The state machines of these tests. The function of a Task gives its
// input back, after an attempt that failed.
const (
	branches = `{"StartAt":"Both","States":{"Both":{"Type":"Parallel","Next":"Each","Branches":[
		{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},
		{"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},
			"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1}],"End":true}}}]},
		"Each":{"Type":"Map","ItemsPath":"$[0].items","ItemProcessor":{"StartAt":"Q","States":{"Q":{"Type":"Pass","End":true}}},"Next":"Fail"},
		"Fail":{"Type":"Fail","Error":"NoLuck","Cause":"None at all."}}}`
	tasks = `{"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{
		"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"End":true}}},"End":true}}}`
	waits = `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"Long"},"Long":{"Type":"Wait","Seconds":600,"End":true}}}`
	short = `{"StartAt":"Short","States":{"Short":{"Type":"Wait","Seconds":3,"Next":"B"},"B":{"Type":"Pass","End":true}}}`
)

// world is a worker that also writes down what its machines record, the truth
// that a replay has to find again.
type world struct {
	client  client.Client
	server  *devtest.Server
	options workflows.Options

	mu   sync.Mutex
	live map[string][]machine.Event // by the execution's name
}

type live struct {
	w    *world
	name string
}

func (l live) Record(e machine.Event) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.w.live[l.name] = append(l.w.live[l.name], e)
}

func newWorld(t *testing.T, continueAfter int) *world {
	server := devtest.Start(t)
	w := &world{client: server.Client(t), server: server, live: map[string][]machine.Event{},
		options: workflows.Options{ContinueAfter: continueAfter}}
	options := w.options
	options.Sink = func(o machine.Origin) machine.Sink { return live{w, o.Name} }
	hosted := worker.New(w.client, t.Name(), worker.Options{})
	workflows.Register(hosted, options)
	task := func(ctx context.Context, in wire.Task) (wire.TaskResult, error) {
		attempts := []machine.Attempt{{Failure: machine.Fault("Busy", "Not now.")}}
		if len(in.Call.Retrying.Retriers) == 0 {
			attempts = nil
		}
		return wire.TaskResult{Output: in.Call.Input, Attempts: attempts}, nil
	}
	hosted.RegisterActivityWithOptions(task, activity.RegisterOptions{Name: "lambda:invoke"})
	require.NoError(t, hosted.Start())
	t.Cleanup(hosted.Stop)
	return w
}

func (w *world) start(t *testing.T, definition, name, input string) client.WorkflowRun {
	t.Helper()
	v, err := value.ParseString(input)
	require.NoError(t, err)
	run, err := w.client.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "m/" + name, TaskQueue: t.Name()}, "m", wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(definition), Type: "STANDARD"},
		Origin: machine.Origin{ID: "arn:aws:states:us-east-1:000000000000:execution:m:" + name, Name: name, StateMachineName: "m",
			StateMachineID: "arn:aws:states:us-east-1:000000000000:stateMachine:m",
			StartTime:      time.Now().UTC().Truncate(time.Millisecond), Seed: uint64(time.Now().UnixNano())},
		Input: v,
	})
	require.NoError(t, err)
	return run
}

func (w *world) source(t *testing.T, id string) audit.Source {
	t.Helper()
	described, err := w.client.DescribeWorkflowExecution(t.Context(), id, "")
	require.NoError(t, err)
	return audit.Source{
		Service: w.client.WorkflowService(), Namespace: w.server.Namespace, Workflows: w.options,
		Execution: workflow.Execution{ID: id, RunID: described.GetWorkflowExecutionInfo().GetExecution().GetRunId()},
	}
}

func (w *world) read(t *testing.T, id string) (events []machine.Event) {
	t.Helper()
	require.NoError(t, audit.Read(t.Context(), w.source(t, id), func(e machine.Event) error {
		events = append(events, e)
		return nil
	}))
	return events
}

func (w *world) recorded(name string) []machine.Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]machine.Event{}, w.live[name]...)
}

// text gives events as they can be compared: values have caches of their own.
func text(events []machine.Event) (all []string) {
	for _, e := range events {
		all = append(all, value.OfObject(
			value.Member{Name: "id", Value: value.OfInt(e.ID)},
			value.Member{Name: "previous", Value: value.OfInt(e.Previous)},
			value.Member{Name: "type", Value: value.OfString(e.Type)},
			value.Member{Name: "time", Value: value.OfString(e.Time.UTC().Format(time.RFC3339Nano))},
			value.Member{Name: "details " + e.Member, Value: e.Details},
		).String())
	}
	return all
}

func types(events []machine.Event) (all []string) {
	for _, e := range events {
		all = append(all, e.Type)
	}
	return all
}

func TestReplayFindsWhatTheMachineRecorded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	require.Error(t, w.start(t, branches, "done", `{"items":[1,2]}`).Get(t.Context(), nil))
	events := w.read(t, "m/done")
	assert.Equal(t, text(w.recorded("done")), text(events))
	assert.Equal(t, "ExecutionStarted", events[0].Type)
	assert.Equal(t, "ExecutionFailed", events[len(events)-1].Type)
	assert.Contains(t, types(events), "TaskSucceeded")
	assert.Contains(t, types(events), "MapIterationSucceeded")
}

func TestRunningExecutionIsReadAsFarAsItGot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.start(t, waits, "running", `{}`)
	want := []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered"}
	require.Eventually(t, func() bool { return len(w.read(t, "m/running")) > 0 }, 10*time.Second, 50*time.Millisecond)
	assert.Equal(t, want, types(w.read(t, "m/running")))

	// A decision that no worker makes adds nothing, and terminating the
	// workflow ends the execution without the machine.
	require.NoError(t, w.client.TerminateWorkflow(t.Context(), "m/running", "", "test"))
	events := w.read(t, "m/running")
	assert.Equal(t, append(want, "ExecutionAborted"), types(events))
	assert.EqualValues(t, len(events), events[len(events)-1].ID)
}

func TestEndWithoutTheMachine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	const twice = `{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}}}`
	err := w.start(t, twice, "large", `"`+strings.Repeat("x", 1<<20)+`"`).Get(t.Context(), nil)
	require.Error(t, err)
	events := w.read(t, "m/large")
	assert.Equal(t, []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionFailed"}, types(events),
		"the output is too large for the workflow, of which the machine knows nothing")
	assert.Equal(t, "States.DataLimitExceeded", events[3].Details.Get("error").Text())
	assert.EqualValues(t, 4, events[3].ID)
	assert.EqualValues(t, 3, events[3].Previous)

	require.Error(t, w.start(t, `{"StartAt":"Nowhere","States":{}}`, "faulty", `{}`).Get(t.Context(), nil))
	assert.Equal(t, []string{"ExecutionFailed"}, types(w.read(t, "m/faulty")), "the machine never began")
}

func TestChainOfRuns(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 15)
	run := w.start(t, tasks, "chain", `[1,2,3,4,5,6,7,8,9,10]`)
	first := run.GetRunID()
	require.NoError(t, run.Get(t.Context(), nil))
	source := w.source(t, "m/chain")
	require.NotEqual(t, first, source.Execution.RunID, "the execution has not continued as new")
	all := w.read(t, "m/chain")
	assert.Equal(t, text(w.recorded("chain")), text(all))
	for i, e := range all {
		require.EqualValues(t, i+1, e.ID)
	}

	source.Service = forgetful{source.Service, first}
	var rest []machine.Event
	require.NoError(t, audit.Read(t.Context(), source, func(e machine.Event) error { rest = append(rest, e); return nil }))
	require.Less(t, len(rest), len(all))
	require.NotEmpty(t, rest)
	assert.Equal(t, text(all[len(all)-len(rest):]), text(rest), "what is left keeps its ids")
}

// forgetful is a Temporal whose retention of a run has passed. A dev server
// takes longer to forget than a test may.
type forgetful struct {
	workflowservice.WorkflowServiceClient
	run string
}

func (f forgetful) GetWorkflowExecutionHistory(ctx context.Context, in *workflowservice.GetWorkflowExecutionHistoryRequest,
	options ...grpc.CallOption) (*workflowservice.GetWorkflowExecutionHistoryResponse, error) {
	if in.GetExecution().GetRunId() == f.run {
		return nil, serviceerror.NewNotFound("workflow execution not found")
	}
	return f.WorkflowServiceClient.GetWorkflowExecutionHistory(ctx, in, options...)
}

func TestOtherCodeThanTheOneThatRan(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 15)
	require.NoError(t, w.start(t, tasks, "other", `[1,2,3,4,5,6,7,8,9,10]`).Get(t.Context(), nil))
	source := w.source(t, "m/other")
	source.Workflows.ContinueAfter = 9
	var mismatch *audit.MismatchError
	err := audit.Read(t.Context(), source, func(machine.Event) error { return nil })
	require.ErrorAs(t, err, &mismatch)
	assert.Equal(t, "m/other", mismatch.Run.ID)
}

func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	run := w.start(t, short, "live", `{}`)
	source := w.source(t, "m/live")
	source.Follow = true
	var events []machine.Event
	running := false
	require.NoError(t, audit.Read(t.Context(), source, func(e machine.Event) error {
		if e.Type == "WaitStateEntered" {
			described, err := w.client.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
			require.NoError(t, err)
			running = described.GetWorkflowExecutionInfo().GetCloseTime() == nil
		}
		events = append(events, e)
		return nil
	}))
	assert.True(t, running, "events come while the execution runs")
	assert.Equal(t, text(w.recorded("live")), text(events))
}

func TestVisitMayEndIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	require.NoError(t, w.start(t, short, "enough", `{}`).Get(t.Context(), nil))
	enough := errors.New("enough")
	seen := 0
	err := audit.Read(t.Context(), w.source(t, "m/enough"), func(machine.Event) error { seen++; return enough })
	assert.ErrorIs(t, err, enough)
	assert.Equal(t, 1, seen)
}

// The frame of a running execution is where its worker says that it stands.
func TestFrame(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.start(t, waits, "standing", `{"n":1}`)
	var said wire.Description
	require.Eventually(t, func() bool {
		answer, err := w.client.QueryWorkflow(t.Context(), "m/standing", "", wire.DescribeQuery)
		return err == nil && answer.Get(&said) == nil && len(said.Paths) == 1
	}, 10*time.Second, 50*time.Millisecond)
	replayed := w.replay(t, "m/standing")
	require.NotNil(t, replayed.Frame)
	assert.Equal(t, said.Status, replayed.Frame.Status)
	assert.Equal(t, said.Paths[0], replayed.Frame.Root.State)
	assert.NotNil(t, replayed.Frame.Root.Pending.Wait)
	assert.EqualValues(t, len(replayed.Events), replayed.Frame.LastEvent)

	require.Error(t, w.start(t, `{"StartAt":"Nowhere","States":{}}`, "never", `{}`).Get(t.Context(), nil))
	assert.Nil(t, w.replay(t, "m/never").Frame, "the machine never began")

	require.Error(t, w.start(t, branches, "over", `{"items":[1,2]}`).Get(t.Context(), nil))
	over := w.replay(t, "m/over").Frame
	assert.Equal(t, machine.Failed, over.Status)
	assert.Equal(t, "NoLuck", over.Failure.Name())
}

// replay replays the latest run.
func (w *world) replay(t *testing.T, id string) audit.Replayed {
	t.Helper()
	run := audit.Run{Execution: w.source(t, id).Execution}
	for pages := w.client.GetWorkflowHistory(t.Context(), id, run.Execution.RunID, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
		event, err := pages.Next()
		require.NoError(t, err)
		run.Events = append(run.Events, event)
	}
	replayed, err := audit.Replay(run, w.options)
	require.NoError(t, err)
	return replayed
}
