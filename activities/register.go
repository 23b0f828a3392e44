package activities

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Registry takes activities: a worker or a test environment.
type Registry interface {
	RegisterActivityWithOptions(a any, options activity.RegisterOptions)
	RegisterDynamicActivity(a any, options activity.DynamicRegisterOptions)
}

// Dependencies are what the activities of a process have in common.
type Dependencies struct {
	// Services performs the Tasks.
	Services *Services
	// Programs compiles the definitions of Express executions.
	Programs *programs.Cache
	// Maps performs the activities of Map Runs, and fetches staged texts.
	Maps *Maps
}

// Register makes the activities known, each by its explicit name: one for
// every integration, the wave, the Express execution, and those of Map Runs.
// Tasks of an integration that no service performs fail with States.Runtime.
func Register(r Registry, d Dependencies) {
	table := d.Maps.Table()
	waves := &waves{caller: d.Services, sizes: newSizes(), tell: tellWorkflow, ceiling: d.Services.ceiling, declare: declareToTemporal, ward: new(ward)}
	if d.Maps != nil {
		waves.ward = &d.Maps.ward
	}
	table[wire.WaveActivity] = waves.perform
	notices := &shardNotices{tell: tellShard}
	express := &expresses{caller: d.Services, programs: d.Programs, fetch: d.Maps.Fetch, ceiling: d.Services.ceiling}
	if d.Maps != nil { // else the process runs no Map Runs
		express.states = d.Maps.States
	}
	table[wire.ExpressActivity] = express.perform
	for _, name := range d.Services.Integrations() {
		table[name] = (&tasks{caller: d.Services, notices: notices}).perform
	}
	for _, name := range d.Services.Watches() {
		table[watchOf(name)] = (&watches{d.Services}).perform
	}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		r.RegisterActivityWithOptions(table[name], activity.RegisterOptions{Name: name})
	}
	r.RegisterDynamicActivity(unknown, activity.DynamicRegisterOptions{})
}

// unknown performs an activity that this worker does not have. A Task's
// integration fails for good; an activity of Stepwell's own is left to a
// worker that has it.
func unknown(ctx context.Context, arguments converter.EncodedValues) (wire.TaskResult, error) {
	name := activity.GetInfo(ctx).ActivityType.Name
	var task wire.Task
	var watch wire.Await
	if arguments.Get(&watch) == nil && watch.Await.Resource.ARN != "" {
		return wire.TaskResult{}, final(unsupported(watch.Await.Resource.ARN), []machine.Attempt(nil))
	}
	if strings.HasPrefix(name, "stepwell:") || arguments.Get(&task) != nil || task.Call.Resource.ARN == "" {
		return wire.TaskResult{}, temporal.NewApplicationError(fmt.Sprintf("This worker has no activity %s; it may be older than the workflow.", name), "stepwell:NoSuchActivity")
	}
	return wire.TaskResult{}, final(unsupported(task.Call.Resource.ARN), []machine.Attempt(nil))
}
