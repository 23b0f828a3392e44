package workflows

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const mapBucket = "maps"

// mapCluster is a worker on a real server with a real S3; only Tasks are fake:
// the input is a row, and a row whose n is in fails fails.
type mapCluster struct {
	cluster
	s3     *s3.Client
	prefix string
}

// rows performs a Call on a row of the source.
type rows struct {
	fails func(n int64) bool
	// output is how long outputs are in bytes, beside the number.
	output int
	// hold, when set, holds rows until ctx ends or hold does.
	hold func(ctx context.Context, n int64)
}

func (r rows) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	n, _ := value.OfNumber(call.Input.Get("n").Text())
	row, _ := n.Int()
	if r.hold != nil {
		r.hold(ctx, row)
	}
	if r.fails != nil && r.fails(row) {
		return machine.Outcome{Failure: fault("Bad.Row", fmt.Sprintf("row %d is bad", row))}
	}
	if r.output > 0 {
		return machine.Outcome{Output: value.OfString(fmt.Sprint(row, strings.Repeat("x", r.output)))}
	}
	return machine.Outcome{Output: value.OfInt(row * 2)}
}

// Integrations makes rows the service of Lambda functions.
func (r rows) Integrations() []string { return []string{invocation} }

func onMapServer(t *testing.T, options Options, r rows) mapCluster {
	s := devtest.Start(t, mapBucket)
	cache := programs.New(Compile, 100)
	options.Programs = cache
	services := activities.NewServices(r)
	maps := activities.NewMaps(activities.MapDependencies{
		Store: objects.NewS3(s.S3()), Programs: cache, Caller: services, Log: slog.New(slog.DiscardHandler),
	})
	c := mapCluster{s3: s.S3(), prefix: t.Name() + "/"}
	c.cluster = onServer(t, options, func(w worker.Worker) {
		Register(w, options)
		activities.Register(w, activities.Dependencies{Services: services, Programs: cache, Maps: maps})
	})
	return c
}

// source uploads a CSV file of so many rows.
func (c mapCluster) source(items int) {
	var b strings.Builder
	b.WriteString("n,name\n")
	for i := range items {
		fmt.Fprintf(&b, "%d,row %d\n", i, i)
	}
	_, err := c.s3.PutObject(c.t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(mapBucket), Key: aws.String(c.prefix + "rows.csv"), Body: strings.NewReader(b.String()),
	})
	require.NoError(c.t, err)
}

// definition is a machine of one Distributed Map over the source.
func (c mapCluster) definition(leaf program.LeafKind, fields string) string {
	mode := "STANDARD"
	if leaf == program.ExpressBatch {
		mode = "EXPRESS"
	}
	return fmt.Sprintf(`{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each", %s
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
			"Parameters": {"Bucket": %q, "Key": "%srows.csv"}},
		"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": %q, "Prefix": "%sresults"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": %q}, "StartAt": "Work", "States": {
			"Work": {"Type": "Task", %s, "End": true}}}, "End": true}}}`,
		fields, mapBucket, c.prefix, mapBucket, c.prefix, mode, function)
}

func (c mapCluster) begin(leaf program.LeafKind, fields string) client.WorkflowRun {
	return c.beginWith(leaf, executionOf(c.definition(leaf, fields), "{}"))
}

func (c mapCluster) beginWith(leaf program.LeafKind, in wire.Execution) client.WorkflowRun {
	in.Definition.Leaf = string(leaf)
	in.Origin.StartTime = time.Now().UTC()
	in.Origin.Seed = uint64(in.Origin.StartTime.UnixNano())
	run, err := c.client.ExecuteWorkflow(c.t.Context(), client.StartWorkflowOptions{
		ID: wire.ExecutionID("Orders", c.t.Name()), TaskQueue: c.queue,
	}, "Orders", in)
	require.NoError(c.t, err)
	c.first[run.GetID()] = run.GetRunID()
	return run
}

// children gives the workflows that these runs have started.
func (c mapCluster) children(histories [][]*historypb.HistoryEvent) (runs []client.WorkflowRun) {
	for _, events := range histories {
		for _, event := range events {
			if a := event.GetChildWorkflowExecutionStartedEventAttributes(); a != nil {
				c.first[a.WorkflowExecution.WorkflowId] = a.WorkflowExecution.RunId
				runs = append(runs, c.client.GetWorkflow(c.t.Context(), a.WorkflowExecution.WorkflowId, ""))
			}
		}
	}
	return runs
}

// mapRun gives the Map Run of an execution, whose histories all replay, with
// the number of events that it and its shards took.
func (c mapCluster) mapRun(run client.WorkflowRun) (mapRun client.WorkflowRun, events, runs int) {
	maps := c.children(c.histories(run))
	require.Len(c.t, maps, 1)
	histories := c.histories(maps[0])
	runs = len(histories)
	for _, shard := range c.children(histories) {
		histories = append(histories, c.histories(shard)...)
	}
	for _, h := range histories {
		events += len(h)
	}
	return maps[0], events, runs
}

func (c mapCluster) describe(mapRun client.WorkflowRun) (d wire.MapRunDescription) {
	answer, err := c.client.QueryWorkflow(c.t.Context(), mapRun.GetID(), "", wire.MapRunQuery)
	require.NoError(c.t, err)
	require.NoError(c.t, answer.Get(&d))
	return d
}

type execRecord struct{ Name, Input, Output, Status string }

// results reads the result files that the manifest names.
func (c mapCluster) results(manifest string) map[wire.Category][]execRecord {
	var m struct {
		ResultFiles map[wire.Category][]struct{ Key string }
	}
	key := strings.TrimPrefix(manifest, "s3://"+mapBucket+"/")
	c.load(key, &m)
	all := map[wire.Category][]execRecord{}
	for category, files := range m.ResultFiles {
		for _, file := range files {
			var records []execRecord
			c.load(file.Key, &records)
			all[category] = append(all[category], records...)
		}
	}
	return all
}

func (c mapCluster) load(key string, into any) {
	c.t.Helper()
	object, err := c.s3.GetObject(c.t.Context(), &s3.GetObjectInput{Bucket: aws.String(mapBucket), Key: aws.String(key)})
	require.NoError(c.t, err, key)
	text, err := io.ReadAll(object.Body)
	require.NoError(c.t, err)
	require.NoError(c.t, json.Unmarshal(text, into))
}

func TestServerRunsMaps(t *testing.T) {
	for _, test := range []struct {
		name      string
		leaf      program.LeafKind
		items     int
		options   Options
		perItem   float64 // events of the Map Run and its shards
		leastRuns int
	}{
		{"express", program.ExpressBatch, 5_000, Options{}, 0.02, 1},
		{"packed", program.PackedShard, 2_500, Options{}, 0.35, 1},
		{"child", program.ChildWorkflow, 40, Options{}, 8, 1},
		{"express over runs", program.ExpressBatch, 20_000, Options{ContinueAfter: 20}, 0.02, 2},
		{"packed over runs", program.PackedShard, 2_500, Options{ContinueAfter: 30}, 0.5, 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := onMapServer(t, test.options, rows{fails: func(n int64) bool { return n%10 == 3 }})
			c.source(test.items)
			began := time.Now()
			run := c.begin(test.leaf, `"ToleratedFailurePercentage": 10,`)
			output := c.output(run)
			took := time.Since(began)
			mapRun, events, runs := c.mapRun(run)
			t.Logf("%d items in %s: %d events, %.3f an item, %d runs", test.items, took.Round(time.Millisecond), events, float64(events)/float64(test.items), runs)
			assert.LessOrEqual(t, float64(events)/float64(test.items), test.perItem)
			assert.GreaterOrEqual(t, runs, test.leastRuns)

			d := c.describe(mapRun)
			bad := int64(test.items / 10)
			assert.Equal(t, wire.Counts{Succeeded: int64(test.items) - bad, Failed: bad}, d.Items)
			manifest := "s3://" + mapBucket + "/" + output.Get("ResultWriterDetails").Get("Key").Text()
			assert.Equal(t, manifest, d.Manifest)
			results := c.results(manifest)
			assert.Len(t, results[wire.SucceededFile], test.items-int(bad))
			assert.Len(t, results[wire.FailedFile], int(bad))
			names := map[string]bool{}
			for _, r := range append(results[wire.SucceededFile], results[wire.FailedFile]...) {
				assert.False(t, names[r.Name], "an item is written once")
				names[r.Name] = true
			}
			for _, r := range results[wire.SucceededFile] {
				var row struct {
					N int64 `json:"n,string"`
				}
				require.NoError(t, json.Unmarshal([]byte(r.Input), &row))
				require.Equal(t, fmt.Sprint(2*row.N), r.Output)
			}
		})
	}
}

func TestServerEndsMapsThatFail(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			c := onMapServer(t, Options{}, rows{fails: func(n int64) bool { return n >= 100 }})
			c.source(3_000)
			run := c.begin(leaf, `"MaxConcurrency": 20, "ToleratedFailureCount": 5,`)
			ended := c.ended(run)
			assert.Equal(t, machine.ErrorExceedTolerance, ended.Failure.Name())
			mapRun, _, _ := c.mapRun(run)
			d := c.describe(mapRun)
			assert.Equal(t, machine.Failed, d.Status)
			assert.Greater(t, d.Items.Failed, int64(5))
			assert.Equal(t, int64(3_000), d.Items.Total())
			results := c.results(d.Manifest)
			assert.Len(t, results[wire.SucceededFile], int(d.Items.Succeeded))
			assert.Len(t, results[wire.FailedFile], int(d.Items.Failed+d.Items.Aborted))
			assert.Len(t, results[wire.PendingFile], int(d.Items.Pending))
		})
	}
}

// A Map Run that is stopped writes what it has done.
func TestServerStopsMaps(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			var held atomic.Int64
			c := onMapServer(t, Options{}, rows{hold: func(ctx context.Context, n int64) {
				if n < 30 {
					return
				}
				held.Add(1)
				select {
				case <-ctx.Done():
				case <-time.After(20 * time.Second):
				}
			}})
			c.source(1_200)
			run := c.begin(leaf, `"MaxConcurrency": 10,`)
			require.Eventually(t, func() bool { return held.Load() >= 5 }, 30*time.Second, 10*time.Millisecond)
			require.NoError(t, c.client.CancelWorkflow(t.Context(), run.GetID(), ""))
			assert.Equal(t, machine.Aborted, c.ended(run).Status)
			mapRun, _, _ := c.mapRun(run)
			d := c.describe(mapRun)
			assert.Equal(t, machine.Aborted, d.Status)
			assert.Equal(t, int64(1_200), d.Items.Total())
			assert.Positive(t, d.Items.Succeeded)
			assert.Positive(t, d.Items.Aborted)
			assert.Positive(t, d.Items.Pending)
			results := c.results(d.Manifest)
			assert.Len(t, results[wire.SucceededFile], int(d.Items.Succeeded))
			assert.Len(t, results[wire.FailedFile], int(d.Items.Failed+d.Items.Aborted))
			assert.Len(t, results[wire.PendingFile], int(d.Items.Pending))
		})
	}
}

// A shard that somebody terminates fails the Map Run, and says so.
func TestServerTellsOfATerminatedShard(t *testing.T) {
	started := make(chan struct{}, 10_000)
	c := onMapServer(t, Options{}, rows{hold: func(ctx context.Context, n int64) {
		started <- struct{}{}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
		}
	}})
	c.source(100)
	run := c.begin(program.PackedShard, `"MaxConcurrency": 5,`)
	<-started
	var mapRun client.WorkflowRun
	require.Eventually(t, func() bool {
		for events := c.client.GetWorkflowHistory(t.Context(), run.GetID(), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
			event, err := events.Next()
			require.NoError(t, err)
			if a := event.GetChildWorkflowExecutionStartedEventAttributes(); a != nil {
				mapRun = c.client.GetWorkflow(t.Context(), a.WorkflowExecution.WorkflowId, "")
				return true
			}
		}
		return false
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, c.client.TerminateWorkflow(t.Context(), wire.ShardID(mapRun.GetID(), 0), "", "a test"))
	assert.Contains(t, c.ended(run).Failure.Cause.Text(), "Shard 0 of the Map Run (items 0-99) was terminated.")
}

// Outputs of 30 MB pass through one shard: its history continues as new, and no
// payload or workflow task comes near what the server takes.
func TestServerCarriesLargeOutputs(t *testing.T) {
	const items, bytes = 200, 150 << 10
	c := onMapServer(t, Options{}, rows{output: bytes})
	c.source(items)
	run := c.begin(program.PackedShard, `"MaxConcurrency": 100,`)
	output := c.output(run)
	mapRun, events, _ := c.mapRun(run)
	t.Logf("%d events", events)
	assert.Equal(t, int64(items), c.describe(mapRun).Items.Succeeded)
	records := c.results("s3://" + mapBucket + "/" + output.Get("ResultWriterDetails").Get("Key").Text())[wire.SucceededFile]
	require.Len(t, records, items)
	for i, r := range records {
		require.Equal(t, fmt.Sprintf(`"%d%s"`, i, strings.Repeat("x", bytes)), r.Output)
	}
	shards := c.children(c.histories(mapRun))
	require.Len(t, shards, 1)
	// How many runs it takes depends on how fast outcomes come.
	assert.Greater(t, len(c.histories(shards[0])), 1)
}

// Without staging and without a ResultWriter small maps carry everything in
// payloads.
func TestServerRunsMapsWithoutStaging(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			c := onMapServer(t, Options{}, rows{fails: func(n int64) bool { return n == 3 }})
			mode := "STANDARD"
			if leaf == program.ExpressBatch {
				mode = "EXPRESS"
			}
			run := c.beginWith(leaf, executionOf(fmt.Sprintf(`{"StartAt": "Each", "States": {"Each": {"Type": "Map", "Label": "Each",
				"ItemsPath": "$.rows", "ToleratedFailureCount": 1, "ItemProcessor": {
				"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": %q}, "StartAt": "Work", "States": {
				"Work": {"Type": "Task", %s, "End": true}}}, "End": true}}}`, mode, function),
				`{"rows": [{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}]}`))
			assert.Equal(t, "[2,4,8]", c.output(run).String())
			c.mapRun(run)
		})
	}
}
