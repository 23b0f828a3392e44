package recorded

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/log"
	sdksuite "go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Durable runs the workflow code that a worker runs, with a worker's
// activities, in the SDK's test environment, where time is skipped. Only the
// services behind the Tasks are the recording's.
type Durable struct {
	Objects *Objects
}

// Skip gives no reason: there is nothing that it cannot run.
func (Durable) Skip(*Case) string { return "" }

// Run runs the case. An Express execution has no events: the machine runs inside
// an activity.
func (d Durable) Run(ctx context.Context, c *Case) (Result, error) {
	p, err := c.translate(c.Type)
	if err != nil {
		return Result{}, err
	}
	store, err := d.Objects.store(ctx, c)
	if err != nil {
		return Result{}, err
	}
	a := newAnswers(c)
	s := newService(c, p, a)
	r := &recorder{}
	env := environment(s, store, func(o machine.Origin) machine.Sink {
		if o.Name == c.ExecutionName {
			return r
		}
		return nil
	})
	s.tell = func(_ context.Context, report wire.TaskReport) error {
		env.SignalWorkflow(wire.TaskSignal, report)
		return nil
	}
	if f, ok := c.stopped(); ok {
		env.RegisterDelayedCallback(func() {
			env.SignalWorkflow(wire.StopSignal, f)
			env.CancelWorkflow()
		}, time.Millisecond)
	}
	b := c.beginning(c.Type, env.Now())
	env.ExecuteWorkflow(b.Origin.StateMachineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(p.Definition()), Type: string(p.Type())},
		Origin:     b.Origin,
		Input:      c.Input,
	})
	if !env.IsWorkflowCompleted() {
		return Result{}, errors.New("the workflow did not end")
	}
	result, err := endOf(env.GetWorkflowError(), func(v *value.Value) error { return env.GetWorkflowResult(v) })
	result.Arn, result.Events, result.Unused = b.Origin.ID, r.events, a.unused()
	result.Silent = c.Type == program.Express
	if err == nil && c.tellsMapRuns() {
		result.TellsMapRuns = true
		result.MapRuns, err = mapRunsOf(env, r.events)
	}
	return result, err
}

// longest is how long a workflow may take on the real clock.
const longest = time.Minute

// environment gives a test environment with a worker's workflows and activities.
func environment(s *service, store objects.Store, sink func(machine.Origin) machine.Sink) *sdksuite.TestWorkflowEnvironment {
	var suite sdksuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(longest)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: 10 * time.Second}) // a worker has more than the default too
	env.SetWorkflowRunTimeout(100 * 365 * 24 * time.Hour)                            // a Wait may be that long
	env.SetStartTime(recordingTime)
	services := activities.NewServices(s)
	cache := programs.New(workflows.Compile, 16)
	workflows.Register(env, workflows.Options{Programs: cache, Sink: sink})
	activities.Register(env, activities.Dependencies{
		Services: services,
		Programs: cache,
		Maps:     activities.NewMaps(activities.MapDependencies{Store: store, Programs: cache, Caller: services}),
	})
	return env
}

// counter counts from 0. It is safe for concurrent use.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n - 1
}
