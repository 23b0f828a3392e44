package recorded

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Server runs cases on a real Temporal server, each with a worker of its own.
// The events are those that package audit makes of the history that the server
// kept: nothing listens while the execution runs.
type Server struct {
	Client    client.Client
	Namespace string
	Objects   *Objects
	// Longest is how long an execution may wait by its own doing.
	Longest time.Duration

	started atomic.Int64
}

// Skip leaves out what waits for long.
func (s *Server) Skip(c *Case) string { return waitsFor(c, s.Longest) }

// Run runs the case.
func (s *Server) Run(ctx context.Context, c *Case) (Result, error) {
	p, err := c.translate(c.Type)
	if err != nil {
		return Result{}, err
	}
	store, err := s.Objects.store(ctx, c)
	if err != nil {
		return Result{}, err
	}
	a := newAnswers(c)
	number := s.started.Add(1)
	id := fmt.Sprintf("case-%d/%s", number, c.ExecutionName)
	services := newService(c, p, a)
	services.tell = func(ctx context.Context, report wire.TaskReport) error {
		return s.Client.SignalWorkflow(ctx, id, "", wire.TaskSignal, report)
	}
	options := workflows.Options{Programs: programs.New(workflows.Compile, 16)}
	hosted := worker.New(s.Client, id, worker.Options{MaxConcurrentWorkflowTaskPollers: 2, MaxConcurrentActivityTaskPollers: 2})
	workflows.Register(hosted, options)
	table := activities.NewServices(services)
	activities.Register(hosted, activities.Dependencies{
		Services: table,
		Programs: options.Programs,
		Maps:     activities.NewMaps(activities.MapDependencies{Store: store, Programs: options.Programs, Caller: table}),
	})
	if err := hosted.Start(); err != nil {
		return Result{}, err
	}
	defer hosted.Stop()

	b := c.beginning(c.Type, time.Now().UTC().Truncate(time.Millisecond))
	b.Origin.Seed = uint64(number) // the ARNs of Map Runs follow from it and have to be new
	run, err := s.Client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: id}, c.MachineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(p.Definition()), Type: string(p.Type())},
		Origin:     b.Origin,
		Input:      c.Input,
	})
	if err != nil {
		return Result{}, err
	}
	var output value.Value
	result, err := endOf(run.Get(ctx, &output), func(v *value.Value) error { *v = output; return nil })
	if err != nil {
		return result, err
	}
	result.Arn, result.Unused = b.Origin.ID, a.unused()
	if result.Silent = c.Type == program.Express; result.Silent {
		return result, nil // the machine ran inside an activity
	}
	err = audit.Read(ctx, audit.Source{
		Service: s.Client.WorkflowService(), Namespace: s.Namespace, Workflows: options,
		Execution: workflow.Execution{ID: id, RunID: run.GetRunID()},
	}, func(e machine.Event) error {
		result.Events = append(result.Events, e)
		return nil
	})
	return result, err
}
