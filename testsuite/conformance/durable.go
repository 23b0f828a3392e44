package conformance

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	sdksuite "go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

// Durable runs the workflow code that a worker runs, with the activities that
// a worker has, in the SDK's test environment, where time is skipped. Only the
// services behind the Tasks are answered from the case. A case with objects runs
// with a place for intermediate files, and then without one.
func Durable(ctx context.Context, c *Case, p *program.Program) (Result, error) {
	if c.usesObjects() {
		staged, err := durably(ctx, c, p, "s3://"+stagingBucket+"/files")
		if err != nil {
			return staged, err
		}
		if d := c.Difference(staged); d != "" || c.Staged {
			return staged, nil
		}
	}
	return durably(ctx, c, p, "")
}

// stagingBucket is no bucket that a case knows of.
const stagingBucket = "staging"

func durably(ctx context.Context, c *Case, p *program.Program, staging string) (Result, error) {
	store, err := c.store(ctx)
	if err != nil {
		return Result{}, err
	}
	store.MakeBucket(stagingBucket)
	var suite sdksuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(30 * time.Second)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: 10 * time.Second}) // a worker has more than the default too
	env.SetWorkflowRunTimeout(100 * 365 * 24 * time.Hour)                            // a Wait may be that long
	env.SetStartTime(began)                                                          // time is skipped, so that it is known to the millisecond

	services := activities.NewServices(&mockService{mockCaller{NewAnswers(c.Mocks)}, env})
	cache := programs.New(workflows.Compile, 16)
	workflows.Register(env, workflows.Options{Programs: cache})
	activities.Register(env, activities.Dependencies{
		Services: services,
		Programs: cache,
		Maps:     activities.NewMaps(activities.MapDependencies{Store: store, Staging: staging, Programs: cache, Caller: services}),
	})

	b := Beginning(c, p, env.Now())
	env.ExecuteWorkflow(b.Origin.StateMachineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(p.Definition()), Type: string(p.Type())},
		Origin:     b.Origin,
		Input:      c.Input,
	})
	if !env.IsWorkflowCompleted() {
		return Result{}, errors.New("the workflow did not end")
	}
	r, err := resultOf(env)
	if err != nil {
		return r, err
	}
	r.Written, err = c.written(ctx, store)
	return r, err
}

// resultOf reads how a workflow ended, as anybody who started it would.
func resultOf(env *sdksuite.TestWorkflowEnvironment) (Result, error) {
	err := env.GetWorkflowError()
	if err == nil {
		r := Result{Status: machine.Succeeded}
		return r, env.GetWorkflowResult(&r.Output)
	}
	var applicationError *temporal.ApplicationError
	if !errors.As(err, &applicationError) {
		return Result{}, err
	}
	r := Result{Status: machine.Failed}
	var ended wire.Ended
	if detailsErr := applicationError.Details(&r.Failure, &ended); detailsErr != nil {
		return r, errors.Join(err, detailsErr)
	}
	r.Status = ended.Status
	return r, nil
}

// mockService answers the integrations that cases use, and plays the workers
// that come with task tokens.
type mockService struct {
	mockCaller
	env *sdksuite.TestWorkflowEnvironment
}

var mockIntegrations = []string{"lambda:invoke", "lambda:function", "sqs:sendMessage", "states:startExecution", "states:activity"}

func (*mockService) Integrations() []string { return mockIntegrations }

func (*mockService) Jobs() []string { return mockIntegrations }

// Call answers at once when the answer would come too late anyway: activities
// of the test environment run on the real clock.
func (m *mockService) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	outcome, took := m.answers.Next(from.State, call)
	if call.TimeoutSeconds > 0 && took > time.Duration(call.TimeoutSeconds)*time.Second {
		return machine.Outcome{Failure: &machine.TimeoutFailure}
	}
	if call.Token != "" && call.Resource.Pattern != program.Sync && outcome.Failure == nil {
		m.report(call)
	}
	return sleep(ctx, outcome, took)
}

// report lets the holder of the token answer, on the environment's clock.
func (m *mockService) report(call machine.Call) {
	if call.Resource.Pattern == program.Activity {
		worker := workerName
		m.env.RegisterDelayedCallback(func() { m.env.SignalWorkflow(wire.TaskSignal, wire.TaskReport{Token: call.Token, Worker: &worker}) }, 0)
	}
	outcome, took := m.answers.Awaited(machine.Await{Token: call.Token})
	m.env.RegisterDelayedCallback(func() {
		m.env.SignalWorkflow(wire.TaskSignal, wire.TaskReport{Token: call.Token, Outcome: &outcome})
	}, took)
}

func (m *mockService) Watch(ctx context.Context, _ express.Place, await machine.Await) machine.Outcome {
	outcome, took := m.answers.Awaited(await)
	return sleep(ctx, outcome, took)
}

func sleep(ctx context.Context, outcome machine.Outcome, took time.Duration) machine.Outcome {
	select {
	case <-time.After(min(took, 3*time.Second)):
		return outcome
	case <-ctx.Done():
		return machine.Outcome{Output: value.NullValue}
	}
}
