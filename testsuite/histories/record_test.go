package histories

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

var record = flag.Bool("record", false, "run what has no file yet on a dev server, and write its file")

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(devtest.Run(m))
}

// patience bounds how long an execution may take.
const patience = 2 * time.Minute

// TestRecord writes the files that are missing: first those of scenarios, then
// the bad ones, which are made of these.
func TestRecord(t *testing.T) {
	if !*record {
		t.Skip("nothing is recorded without -record")
	}
	for _, s := range scenarios() {
		if missing(t, s.name) {
			t.Run(s.name, s.record)
		}
	}
	for _, d := range damages() {
		if missing(t, d.name) {
			t.Run(d.name, d.record)
		}
	}
}

func missing(t *testing.T, name string) bool {
	t.Helper()
	_, err := os.Stat(name + extension)
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
	}
	return err != nil
}

// record runs the scenario on a real server and writes its file.
func (s scenario) record(t *testing.T) {
	server := devtest.Start(t, bucket)
	c := server.Client(t, func(o *client.Options) { o.DataConverter = offload.NewConverter() })
	tasks := newService()
	s.work(t, server, c, tasks)
	if s.rows > 0 {
		s.fill(t, server)
	}
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		ID: wire.ExecutionID("Recorded", s.name), TaskQueue: s.name,
	}, "Recorded", s.request(t))
	require.NoError(t, err)
	first := run.GetRunID()
	if s.told {
		tasks.awaitCall(t)
		tell(t, c, run.GetID())
	}
	if s.stopped {
		tasks.awaitCall(t)
		require.NoError(t, c.SignalWorkflow(t.Context(), run.GetID(), "", wire.StopSignal, machine.Fault("Stopped", "by hand")))
		require.NoError(t, c.CancelWorkflow(t.Context(), run.GetID(), ""))
	}
	if s.putBack {
		s.putFailuresBack(t, c)
	}
	s.requireStatus(t, run)
	r := recording{About: s.about, ContinueAfter: s.continueAfter}
	tree(t, c, run.GetID(), first, func(h *historypb.History) { r.Histories = append(r.Histories, h) })
	if s.redriven {
		run = s.redrive(t, c, server.Namespace)
		again := run.GetRunID()
		s.status = ""
		s.requireStatus(t, run)
		tree(t, c, run.GetID(), again, func(h *historypb.History) { r.Histories = append(r.Histories, h) })
	}
	require.NoError(t, r.replay())
	if s.continueAfter > 0 {
		require.True(t, r.continued(), "it did not continue as new")
	}
	r.save(t, s.name+extension)
}

func (s scenario) request(t *testing.T) wire.Execution {
	t.Helper()
	text := s.input
	if text == "" {
		text = fmt.Sprintf(`{"n": 1, "source": %q}`, s.name+"/"+source)
	}
	input, err := value.ParseString(text)
	require.NoError(t, err)
	leaf := ""
	if s.leaf == program.ChildWorkflow {
		leaf = string(s.leaf)
	}
	now := time.Now().UTC()
	return wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(s.definition), Type: string(program.Standard), Leaf: leaf},
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:000000000000:execution:Recorded:" + s.name,
			Name:             s.name,
			StateMachineID:   "arn:aws:states:us-east-1:000000000000:stateMachine:Recorded",
			StateMachineName: "Recorded",
			StartTime:        now,
			Seed:             uint64(now.UnixNano()),
		},
		Input: input,
	}
}

// work starts a worker that has everything but real functions.
func (s scenario) work(t *testing.T, server *devtest.Server, c client.Client, tasks *service) {
	t.Helper()
	cache := programs.New(workflows.Compile, 100)
	services := activities.NewServices(tasks).Guard(s.circuits())
	w := worker.New(c, s.name, worker.Options{WorkerStopTimeout: time.Second, MaxHeartbeatThrottleInterval: time.Second})
	workflows.Register(w, workflows.Options{ContinueAfter: s.continueAfter, Programs: cache})
	activities.Register(s.registry(w), activities.Dependencies{Services: services, Programs: cache, Maps: activities.NewMaps(activities.MapDependencies{
		Store: objects.NewS3(server.S3()), Programs: cache, Caller: services, Log: slog.New(slog.DiscardHandler)})})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

// registry gives where the activities of the scenario are registered.
func (s scenario) registry(w worker.Worker) activities.Registry {
	if s.losing {
		return losing{w}
	}
	return w
}

// tell tells the first shard of an execution's Map Run to hold.
func tell(t *testing.T, c client.Client, id string) {
	t.Helper()
	report := wire.CircuitReport{Until: time.Now().Add(20 * time.Second).UTC()}
	for pages := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
		event, err := pages.Next()
		require.NoError(t, err)
		if run := event.GetChildWorkflowExecutionStartedEventAttributes().GetWorkflowExecution(); run != nil {
			require.NoError(t, c.SignalWorkflow(t.Context(), wire.ShardID(run.GetWorkflowId(), 0), "", wire.CircuitSignal, report))
		}
	}
}

// circuits are those of the worker: they open after three failures, and Tasks wait.
func (s scenario) circuits() activities.Circuits {
	if !s.guarded {
		return activities.Circuits{}
	}
	settings := breaker.Settings{Threshold: breaker.Threshold{InARow: 3}, Window: time.Minute, Open: time.Second, Probes: 1}
	return activities.Circuits{Group: breaker.New(settings), Wait: true}
}

// fill writes the rows of a map.
func (s scenario) fill(t *testing.T, server *devtest.Server) {
	t.Helper()
	var b strings.Builder
	b.WriteString("n\n")
	for i := range s.rows {
		fmt.Fprintf(&b, "%d\n", i)
	}
	_, err := server.S3().PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String(s.name + "/" + source), Body: strings.NewReader(b.String())})
	require.NoError(t, err)
}

// requireStatus waits for the end.
func (s scenario) requireStatus(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err := run.Get(ctx, nil)
	if s.status == "" {
		require.NoError(t, err)
		return
	}
	var failure machine.Failure
	var ended wire.Ended
	var failed *temporal.ApplicationError
	var cancelled *temporal.CanceledError
	switch {
	case errors.As(err, &failed):
		require.NoError(t, failed.Details(&failure, &ended))
	case errors.As(err, &cancelled):
		require.NoError(t, cancelled.Details(&failure, &ended))
	default:
		require.Fail(t, "it should have failed", "%v", err)
	}
	require.Equal(t, s.status, ended.Status, "%s", failure)
}

// tree gives the histories of all runs of a workflow and of all below it.
func tree(t *testing.T, c client.Client, id, run string, take func(*historypb.History)) {
	t.Helper()
	for run != "" {
		h := &historypb.History{}
		for pages := c.GetWorkflowHistory(t.Context(), id, run, true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); pages.HasNext(); {
			event, err := pages.Next()
			require.NoError(t, err)
			require.Nil(t, event.GetWorkflowTaskTimedOutEventAttributes(), "the machine was too busy: record again")
			h.Events = append(h.Events, event)
		}
		take(h)
		for _, event := range h.Events {
			if child := event.GetChildWorkflowExecutionStartedEventAttributes().GetWorkflowExecution(); child != nil {
				tree(t, c, child.GetWorkflowId(), child.GetRunId(), take)
			}
		}
		run = h.Events[len(h.Events)-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	}
}

// continued reports that a workflow of the recording continued as new.
func (r recording) continued() bool {
	for _, h := range r.Histories {
		if h.Events[len(h.Events)-1].GetEventType() == enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW {
			return true
		}
	}
	return false
}
