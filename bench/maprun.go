package main

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

var (
	//go:embed machines/express.asl.json
	expressMachine string
	//go:embed machines/standard.asl.json
	standardMachine string
)

// expressItems runs EXPRESS items, a few transitions each, in express batches.
func expressItems(worker string) contender {
	return mapRuns("Stepwell: EXPRESS items in express batches", worker, mapRun{definition: expressMachine})
}

// packedItems runs STANDARD items, one Task each, in packed shards.
func packedItems(worker string) contender {
	return mapRuns("Stepwell: STANDARD items in packed shards", worker, mapRun{definition: standardMachine, tasks: true})
}

// slowItems runs the same items with a Task that takes a while, on workers that
// run two activities at once: what a worker does is then bound by its places,
// not by the cores that all processes share, so that more workers do more.
func slowItems(worker string) contender {
	c := mapRuns("Stepwell: STANDARD items that wait, two waves a worker", worker, mapRun{definition: standardMachine, tasks: true})
	command := c.command
	c.command = func(s *stage) (*exec.Cmd, error) {
		started, err := command(s)
		if err == nil {
			started.Env = append(started.Env, "STEPWELL_ACTIVITIES=2", "STEPWELL_EAGER_ACTIVITIES=0")
		}
		return started, err
	}
	c.takes = slowTask
	return c
}

// slowTask is how long the Tasks of slowItems take.
const slowTask = 100 * time.Millisecond

// childItems runs the same items as workflows of their own.
func childItems(worker string) contender {
	return mapRuns("Stepwell: STANDARD items as child workflows", worker,
		mapRun{definition: standardMachine, tasks: true, leaf: string(program.ChildWorkflow)})
}

func mapRuns(name, worker string, run mapRun) contender {
	return contender{
		name:    name,
		command: func(s *stage) (*exec.Cmd, error) { return stepwellWorker(s, worker) },
		prepare: func(ctx context.Context, s *stage, items int) (work, error) {
			r := run
			key, err := s.upload(ctx, items)
			r.stage, r.items, r.input = s, items, value.OfObject(
				value.Member{Name: "bucket", Value: value.OfString(bucket)},
				value.Member{Name: "key", Value: value.OfString(key)})
			return &r, err
		},
	}
}

// stepwellWorker is the worker as it is shipped, with its default settings and
// the function price routed to the pricing service.
func stepwellWorker(s *stage, binary string) (*exec.Cmd, error) {
	routes := filepath.Join(s.folder, "routes.yaml")
	text := fmt.Sprintf("routes:\n  - function: price\n    http:\n      url: %s\n", s.service.URL)
	if _, err := os.Stat(routes); err != nil { // another worker may be reading it
		if err := os.WriteFile(routes, []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	command := exec.Command(binary)
	command.Env = append(s.environment(), "STEPWELL_ROUTES="+routes)
	return command, nil
}

// mapRun is an execution whose one state is a Distributed Map.
type mapRun struct {
	definition string
	// leaf is asked for; "" leaves it to the definition's shape.
	leaf string
	// tasks is set when every item calls the pricing service.
	tasks bool

	stage  *stage
	items  int
	input  value.Value
	output value.Value
}

// do starts the execution and waits for its output.
func (r *mapRun) do(ctx context.Context) error {
	const machineName = "Bench"
	name := uuid.NewString()
	arn := "arn:aws:states:us-east-1:000000000000:"
	run, err := r.stage.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:        wire.ExecutionID(machineName, name),
		TaskQueue: taskQueue,
	}, machineName, wire.Execution{
		Definition: wire.Definition{Text: wire.PlainText(r.definition), Type: string(program.Standard), Leaf: r.leaf},
		Origin: machine.Origin{
			ID:               arn + "execution:" + machineName + ":" + name,
			Name:             name,
			StateMachineID:   arn + "stateMachine:" + machineName,
			StateMachineName: machineName,
			StartTime:        time.Now().UTC().Truncate(time.Millisecond),
			Seed:             rand.Uint64(), // Map Runs get their ids from it
		},
		Input: r.input,
	})
	if err != nil {
		return err
	}
	err = run.Get(ctx, &r.output)
	if failed := r.stage.firstFailure(ctx); err != nil && failed != "" {
		err = fmt.Errorf("%w\nthe first record of an item that failed:\n%s", err, failed)
	}
	return err
}

// check looks at the records in the result files and counts the calls of Tasks.
func (r *mapRun) check(ctx context.Context) error {
	isOutput := isExpressOutput
	if r.tasks {
		isOutput = isStandardOutput
	}
	at := r.output.Get("ResultWriterDetails").Get("Key").Text()
	if err := r.stage.checkResults(ctx, at, r.items, isOutput); err != nil {
		return err
	}
	if calls := r.stage.pricing.calls.Load(); r.tasks && calls < int64(r.items) {
		return fmt.Errorf("%d calls for %d items", calls, r.items)
	}
	return nil
}
