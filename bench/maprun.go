package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
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
			r.stage, r.items, r.key = s, items, fmt.Sprintf("orders-%d.csv", items)
			return &r, r.upload(ctx)
		},
	}
}

// stepwellWorker is the worker as it is shipped, with its default settings and
// the function price routed to the pricing service.
func stepwellWorker(s *stage, binary string) (*exec.Cmd, error) {
	routes := filepath.Join(s.folder, "routes.yaml")
	text := fmt.Sprintf("routes:\n  - function: price\n    http:\n      url: %s\n", s.service.URL)
	if err := os.WriteFile(routes, []byte(text), 0o600); err != nil {
		return nil, err
	}
	command := exec.Command(binary)
	command.Env = append(s.environment(), "STEPWELL_ROUTES="+routes)
	return command, nil
}

// mapRun is an execution whose one state is a Distributed Map over a CSV file.
type mapRun struct {
	definition string
	// leaf is asked for; "" leaves it to the definition's shape.
	leaf string
	// tasks is set when every item calls the pricing service.
	tasks bool

	stage  *stage
	items  int
	key    string
	output value.Value
}

// upload puts the CSV file of so many orders into S3.
func (r *mapRun) upload(ctx context.Context) error {
	var text bytes.Buffer
	text.WriteString("order_id,customer,country,amount,placed\n")
	for i := range r.items {
		o := orderOf(i)
		fmt.Fprintf(&text, "%s,customer-%d,%s,%s,2026-01-%02d\n", o.OrderID, i%977, []string{"DE", "FR", "ES", "SE"}[i%4], o.Amount, 1+i%28)
	}
	name := bucket
	_, err := r.stage.objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &name, Key: &r.key, Body: bytes.NewReader(text.Bytes())})
	return err
}

// orderOf gives the order of a number, the same for all contenders.
func orderOf(i int) order {
	return order{OrderID: fmt.Sprintf("order-%07d", i), Amount: fmt.Sprint(i * 37 % 500)}
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
		Input: value.OfObject(
			value.Member{Name: "bucket", Value: value.OfString(bucket)},
			value.Member{Name: "key", Value: value.OfString(r.key)}),
	})
	if err != nil {
		return err
	}
	return run.Get(ctx, &r.output)
}
