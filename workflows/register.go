package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Registry takes workflows: a worker, a replayer or a test environment.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
	RegisterDynamicWorkflow(w any, options workflow.DynamicRegisterOptions)
}

// Options are what the workflows of a process have in common. The zero Options
// are those of a worker.
type Options struct {
	// Sink gives the sink for the history of an execution that begins or goes
	// on in a new run; nil records nothing, which is right for workers.
	Sink func(machine.Origin) machine.Sink
	// ContinueAfter is the number of history events after which an execution
	// continues as new; 0 leaves it to the server's suggestion. It is for tests:
	// histories replay only under the number they were made with.
	ContinueAfter int
	// Programs is the process's cache of programs, made with [Compile]; nil for
	// one of its own.
	Programs *programs.Cache
}

// Register makes the workflows known: every type that is not Stepwell's own
// names a state machine, so executions are served by a dynamic workflow.
func Register(r Registry, options Options) {
	w := &workflows{options: options, programs: options.Programs}
	if w.programs == nil {
		w.programs = newPrograms()
	}
	r.RegisterDynamicWorkflow(w.execution, workflow.DynamicRegisterOptions{})
	r.RegisterWorkflowWithOptions(w.mapRun, workflow.RegisterOptions{Name: wire.MapRunWorkflow})
	r.RegisterWorkflowWithOptions(w.mapShard, workflow.RegisterOptions{Name: wire.MapShardWorkflow})
}

// workflows are the workflow functions with what they share.
type workflows struct {
	options  Options
	programs *programs.Cache
}

func (w *workflows) sink(origin machine.Origin) machine.Sink {
	if w.options.Sink == nil {
		return nil
	}
	return w.options.Sink(origin)
}
