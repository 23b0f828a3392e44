package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
)

// baselineCommand makes this binary the worker of the baselines.
const baselineCommand = "baseline-worker"

// The settings of the baselines' worker are those of Stepwell's worker: with
// the SDK's defaults (two pollers of each kind) the baselines would be slower.
const (
	workflowPollers, activityPollers = 8, 16
	eagerActivities                  = 50
	concurrentActivities             = 1_000
)

// serveBaselines works on the baselines until ctx ends.
func serveBaselines(ctx context.Context) error {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return err
	}
	options.Logger = log.NewStructuredLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	// As Stepwell's worker.
	options.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	debug.SetGCPercent(200)
	temporal, err := client.DialContext(ctx, options)
	if err != nil {
		return err
	}
	defer temporal.Close()
	eager := eagerActivities
	w := worker.New(temporal, os.Getenv("STEPWELL_TASK_QUEUE"), worker.Options{
		MaxConcurrentActivityExecutionSize:          concurrentActivities,
		MaxConcurrentWorkflowTaskPollers:            workflowPollers,
		MaxConcurrentActivityTaskPollers:            activityPollers,
		MaxEagerActivityReservationsPerWorkflowTask: &eager,
	})
	w.RegisterWorkflow(OrdersByChild)
	w.RegisterWorkflow(OrdersShardByChild)
	w.RegisterWorkflow(PriceOrder)
	w.RegisterWorkflow(OrdersByActivity)
	w.RegisterWorkflow(OrdersShardByActivity)
	w.RegisterWorkflow(OrdersByBatch)
	w.RegisterActivity(&Pricer{
		URL:    os.Getenv("BENCH_PRICING"),
		Client: &http.Client{Transport: &http.Transport{MaxIdleConns: 2048, MaxIdleConnsPerHost: 512}},
	})
	if err := w.Start(); err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, workerReady)
	<-ctx.Done()
	w.Stop()
	return nil
}

// Pricer has the activity of the baselines. It does what the Task does: one
// HTTP call with a JSON body each way.
type Pricer struct {
	URL    string
	Client *http.Client
}

// Price asks the pricing service for the price of an order.
func (p *Pricer) Price(ctx context.Context, o order) (int, error) {
	body, err := json.Marshal(o)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := p.Client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the pricing service answered with %s", response.Status)
	}
	var answer price
	err = json.NewDecoder(response.Body).Decode(&answer)
	return answer.Price, err
}

// orders are a stretch of the orders: those with the numbers From to To-1.
type orders struct{ From, To int }

// shardSize is how many orders a shard of the baselines has: its history stays
// below the number of events at which Temporal suggests to continue as new.
const shardSize = 500

// shards cuts the stretch.
func (o orders) shards() (all []orders) {
	for from := o.From; from < o.To; from += shardSize {
		all = append(all, orders{from, min(from+shardSize, o.To)})
	}
	return all
}

// baseline gives the contender whose parent workflow is of this type.
func baseline(name, workflowType string) contender {
	return contender{
		name: name,
		command: func(s *stage) (*exec.Cmd, error) {
			self, err := os.Executable()
			if err != nil {
				return nil, err
			}
			command := exec.Command(self, baselineCommand)
			command.Env = s.environment()
			return command, nil
		},
		prepare: func(_ context.Context, s *stage, items int) (work, error) {
			return &handWritten{stage: s, workflowType: workflowType, items: items}, nil
		},
	}
}

// handWritten is a run of a baseline. Its items come from nowhere and its
// results go nowhere, which is less than a Map Run has to do.
type handWritten struct {
	stage        *stage
	workflowType string
	items        int
	total        int
}

func (h *handWritten) do(ctx context.Context) error {
	run, err := h.stage.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: taskQueue}, h.workflowType, orders{0, h.items})
	if err != nil {
		return err
	}
	return run.Get(ctx, &h.total)
}

// check compares the sum of all prices.
func (h *handWritten) check(context.Context) error {
	want := 0
	for i := range h.items {
		want += 2 * amountOf(i)
	}
	if h.total != want {
		return fmt.Errorf("the prices of %d orders add up to %d, not to %d", h.items, h.total, want)
	}
	return nil
}
