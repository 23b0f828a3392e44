package workflows

import (
	"time"

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
	// on in a new run, and of each item that begins in a packed shard; nil records
	// nothing, which is right for workers. It may give nil for some. One that is
	// an [Ender] as well is told more.
	Sink func(machine.Origin) machine.Sink
	// Attach is handed the execution of each run of a workflow when it has begun
	// or was read back; nil for workers. It is for those who replay: where the
	// machine stands when a replay is over is what its history says.
	Attach func(*machine.Execution)
	// Meter gives what counts how the states of an execution end, or of the
	// executions in a packed shard, for one run of the workflow; nil counts
	// nothing. What it gives is asked under replay too, and must then stay silent.
	Meter func(workflow.Context, machine.Origin) machine.Meter
	// ValueLimit is what one value may amount to in a payload, in bytes, where the
	// process keeps large ones outside of Temporal; 0 for one that does not.
	ValueLimit int
	// ContinueAfter is the number of history events after which an execution
	// continues as new; 0 leaves it to the server's suggestion. It is for tests:
	// histories replay only under the number they were made with.
	ContinueAfter int
	// Programs is the process's cache of programs, made with [Compile]; nil for
	// one of its own.
	Programs *programs.Cache
}

// Ender is a [machine.Sink] that is told as well when an item of a packed shard
// has failed although its machine does not know: its output was too large to be
// handed over, or evaluating panicked.
type Ender interface {
	End(failure machine.Failure, at time.Time)
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

func (w *workflows) passage() passage { return passage{offered: w.options.ValueLimit} }

func (w *workflows) sink(origin machine.Origin) machine.Sink {
	if w.options.Sink == nil {
		return nil
	}
	return w.options.Sink(origin)
}

func (w *workflows) meter(ctx workflow.Context, origin machine.Origin) machine.Meter {
	if w.options.Meter == nil {
		return nil
	}
	return w.options.Meter(ctx, origin)
}

func (w *workflows) attach(e *machine.Execution) {
	if w.options.Attach != nil && e != nil { // nil when beginning it panicked
		w.options.Attach(e)
	}
}
