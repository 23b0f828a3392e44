package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// The state machines of these tests.
const (
	passes  = `{"Comment":"Passes its input on","StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`
	fails   = `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"NoLuck","Cause":"None at all."}}}`
	waits   = `{"StartAt":"Long","States":{"Long":{"Type":"Wait","Seconds":600,"End":true}}}`
	tooLate = `{"TimeoutSeconds":1,"StartAt":"Long","States":{"Long":{"Type":"Wait","Seconds":600,"End":true}}}`
	mapped  = `{"StartAt":"Every","States":{"Every":{"Type":"Map","Label":"Every","ItemsPath":"$.items","End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
		"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}`
)

// TestOnTemporal runs the commands against a real Temporal, with Stepwell's own
// workflows and activities that this test stands in for.
func TestOnTemporal(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a dev server")
	}
	h := newHarness(t)
	startServer(t, h)
	t.Run("namespace that is missing", func(t *testing.T) {
		r := h.run("list", "--namespace", "elsewhere")
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.err, `has no namespace "elsewhere"`)
		assert.Contains(t, r.err, "TEMPORAL_NAMESPACE")
		r = h.run("start", h.file(t, "p.json", passes), "--namespace", "elsewhere")
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.err, `has no namespace "elsewhere"`)
	})
	release := startWorker(t, h)
	for _, c := range []struct {
		name string
		test func(*testing.T, *harness)
	}{
		{"succeeds", testSucceeds}, {"fails", testFails}, {"times out", testTimesOut}, {"starts twice", testStartsTwice},
		{"stops", testStops}, {"stops by force", testStopsByForce}, {"is interrupted", testInterrupted},
		{"does not exist", testDoesNotExist}, {"express", testExpress}, {"large input", testInputTooLarge},
		{"stops map runs", testStopsMapRuns},
		{"map run", func(t *testing.T, h *harness) { testMapRun(t, h, release) }},
		{"list", testList},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, h) })
	}
}

// TestWithoutAWorker runs the commands on a task queue that nobody polls.
func TestWithoutAWorker(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a dev server")
	}
	t.Parallel()
	h := newHarness(t)
	startServer(t, h)
	h.environment["STEPWELL_TASK_QUEUE"] = "lonely"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs safeBuffer
	done := make(chan result, 1)
	go func() {
		done <- h.runTo(ctx, &out, &errs, "run", h.file(t, "alone.json", passes), "--name", "lonely")
	}()
	require.Eventually(t, func() bool {
		return strings.Contains(errs.String(), "no worker polls task queue lonely: start one with stepwell-worker")
	}, 20*time.Second, 50*time.Millisecond, "%s", &errs)

	d := h.run("describe", "alone/lonely").json(t)
	assert.Equal(t, "RUNNING", d["status"])
	assert.Equal(t, "no worker tells where it stands", d["note"])
	cancel()
	assert.Equal(t, exitFailed, (<-done).code)

	r := h.run("stop", "alone/lonely", "--wait", "1s")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "did not end within 1s")
	assert.Contains(t, r.err, "no worker polls task queue lonely")
	assert.Contains(t, r.err, "stepwell stop --force alone/lonely")
}

// startWorker starts a worker that lives as long as the test. The channel lets
// the items of Map Runs end.
func startWorker(t *testing.T, h *harness) chan struct{} {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: h.environment["TEMPORAL_ADDRESS"], Logger: quiet{}})
	require.NoError(t, err)
	w := worker.New(c, defaultTaskQueue, worker.Options{MaxHeartbeatThrottleInterval: 100 * time.Millisecond})
	workflows.Register(w, workflows.Options{})
	release := make(chan struct{})
	for name, body := range map[string]any{
		wire.PlanActivity: func(_ context.Context, in wire.PlanInput) (wire.Plan, error) {
			plan := wire.Plan{Ref: wire.SpecRef{Staging: "s3://staging/run/"}}
			for range in.Spec.Run.Items.Len() {
				plan.Sizes = append(plan.Sizes, 1)
			}
			return plan, nil
		},
		wire.ExpressShardActivity: func(ctx context.Context, in wire.ShardInput) (wire.ShardResult, error) {
			for waiting := true; waiting; {
				activity.RecordHeartbeat(ctx)
				select {
				case <-release:
					waiting = false
				case <-ctx.Done():
					return wire.ShardResult{}, ctx.Err()
				case <-time.After(50 * time.Millisecond):
				}
			}
			counts := wire.Counts{Succeeded: 1}
			return wire.ShardResult{Number: in.Shard.Number, Items: counts, Executions: counts}, nil
		},
		wire.ResultsActivity: func(context.Context, wire.ResultsInput) (wire.Results, error) {
			return wire.Results{Output: value.OfString("all done"), Manifest: "s3://bucket/run/manifest.json", Written: 3}, nil
		},
		wire.ExpressActivity: func(_ context.Context, in wire.Execution) (wire.Ended, error) {
			return wire.Ended{Status: machine.Succeeded, Output: in.Input, Started: time.Now(), Stopped: time.Now()}, nil
		},
	} {
		w.RegisterActivityWithOptions(body, activity.RegisterOptions{Name: name})
	}
	require.NoError(t, w.Start())
	t.Cleanup(func() { w.Stop(); c.Close() })
	return release
}

func testSucceeds(t *testing.T, h *harness) {
	file := h.file(t, "passes.asl.json", passes)
	r := h.run("run", file, "--input", `{"b":1,"a":[1.50]}`)
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Equal(t, `{"b":1,"a":[1.50]}`+"\n", r.out)
	assert.Contains(t, r.err, "started arn:aws:states:us-east-1:000000000000:execution:passes:")
	assert.Contains(t, r.err, "SUCCEEDED in")

	r = h.run("run", file, "--name", "one", "--output", "json", "--input", "@"+h.file(t, "in.json", "{ \"x\" : null }"))
	require.Equal(t, exitSucceeded, r.code, r.err)
	d := r.json(t)
	assert.Equal(t, "arn:aws:states:us-east-1:000000000000:execution:passes:one", d["executionArn"])
	assert.Equal(t, "arn:aws:states:us-east-1:000000000000:stateMachine:passes", d["stateMachineArn"])
	assert.Equal(t, "SUCCEEDED", d["status"])
	assert.Equal(t, `{"x":null}`, d["input"])
	assert.Equal(t, `{"x":null}`, d["output"])
	assert.Equal(t, "passes/one", d["workflowId"])
	assert.NotEmpty(t, d["runId"])
	assert.NotContains(t, d, "error")
	for _, reference := range []string{"passes/one", "arn:aws:states:us-east-1:000000000000:execution:passes:one"} {
		assert.Equal(t, d, h.run("describe", reference).json(t))
	}
	assert.Equal(t, d, h.run("describe", "one", "--machine", "passes").json(t))
	require.Eventually(t, func() bool { return h.run("describe", "one").code == exitSucceeded }, 10*time.Second, 100*time.Millisecond)
}

func testFails(t *testing.T, h *harness) {
	file := h.file(t, "fails.json", fails)
	r := h.run("run", file)
	assert.Equal(t, exitFailed, r.code)
	assert.Empty(t, r.out)
	assert.Contains(t, r.err, "FAILED in")
	assert.Contains(t, r.err, "error: NoLuck\n  cause: None at all.\n")
	d := h.run("run", file, "--output", "json").json(t)
	assert.Equal(t, "FAILED", d["status"])
	assert.Equal(t, "NoLuck", d["error"])
	assert.Equal(t, "None at all.", d["cause"])
	assert.NotContains(t, d, "output")
}

func testTimesOut(t *testing.T, h *harness) {
	r := h.run("run", h.file(t, "late.json", tooLate), "--name", "late", "--output", "json")
	assert.Equal(t, exitFailed, r.code)
	d := r.json(t)
	assert.Equal(t, "TIMED_OUT", d["status"])
	assert.NotContains(t, d, "error", "as with AWS")
	assert.NotContains(t, d, "cause")
}

func testStartsTwice(t *testing.T, h *harness) {
	file := h.file(t, "waits.json", waits)
	first := h.run("start", file, "--name", "twice", "--input", `{"a":1}`)
	require.Equal(t, exitSucceeded, first.code, first.err)
	assert.Equal(t, "waits/twice", first.json(t)["workflowId"])

	again := h.run("start", file, "--name", "twice", "--input", `{ "a": 1 }`)
	require.Equal(t, exitSucceeded, again.code, again.err)
	assert.Equal(t, first.json(t), again.json(t))

	other := h.run("start", file, "--name", "twice", "--input", `{"a":2}`)
	assert.Equal(t, exitFailed, other.code)
	assert.Empty(t, other.out)
	assert.Contains(t, other.err, "ExecutionAlreadyExists: Execution Already Exists: 'arn:aws:states:us-east-1:000000000000:execution:waits:twice' (it runs with another input)")

	require.Equal(t, exitSucceeded, h.run("stop", "waits/twice").code)
	ended := h.run("start", file, "--name", "twice", "--input", `{"a":1}`)
	assert.Equal(t, exitFailed, ended.code)
	assert.Contains(t, ended.err, "(it has ended)")
}

func testStops(t *testing.T, h *harness) {
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "waits.json", waits), "--name", "stopped").code)
	r := h.run("stop", "waits/stopped", "--error", "Enough", "--cause", "It was enough.")
	require.Equal(t, exitSucceeded, r.code, r.err)
	d := r.json(t)
	assert.Equal(t, "ABORTED", d["status"])
	assert.Equal(t, "Enough", d["error"])
	assert.Equal(t, "It was enough.", d["cause"])
	assert.NotEmpty(t, d["stopDate"])

	again := h.run("stop", "waits/stopped")
	assert.Equal(t, exitSucceeded, again.code)
	assert.Contains(t, again.err, "has ended already: ABORTED")
	assert.Equal(t, d, again.json(t), "stopping twice changes nothing")
}

func testStopsByForce(t *testing.T, h *harness) {
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "forced.json", mapped), "--name", "forced", "--input", `{"items":[1,2]}`).code)
	var run string
	require.Eventually(t, func() bool {
		runs, _ := h.run("describe", "forced/forced").json(t)["mapRuns"].([]any)
		if len(runs) == 1 {
			run = runs[0].(map[string]any)["workflowId"].(string)
		}
		return run != ""
	}, 15*time.Second, 100*time.Millisecond)
	r := h.run("stop", "forced/forced", "--force")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Contains(t, r.err, "terminated forced/forced and 1 workflow below it")
	assert.Contains(t, r.err, "lost:")
	d := r.json(t)
	assert.Equal(t, "ABORTED", d["status"])
	assert.Equal(t, "its workflow was terminated", d["note"])
	require.Len(t, d["mapRuns"], 1)
	assert.Equal(t, "ABORTED", d["mapRuns"].([]any)[0].(map[string]any)["status"])
}

func testStopsMapRuns(t *testing.T, h *harness) {
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "mapped.json", mapped), "--name", "stopped", "--input", `{"items":[1,2]}`).code)
	require.Eventually(t, func() bool {
		return strings.Contains(h.run("describe", "mapped/stopped").out, `"running": 2`)
	}, 15*time.Second, 100*time.Millisecond)
	r := h.run("stop", "mapped/stopped", "--cause", "Late.")
	require.Equal(t, exitSucceeded, r.code, r.err)
	d := r.json(t)
	assert.Equal(t, "ABORTED", d["status"])
	assert.Equal(t, "Late.", d["cause"])
	assert.NotContains(t, d, "error")
	require.Len(t, d["mapRuns"], 1)
	run := d["mapRuns"].([]any)[0].(map[string]any)
	assert.Equal(t, "ABORTED", run["status"])
	assert.Equal(t, "s3://bucket/run/manifest.json", run["manifest"], "the Map Run has written its manifest")
}

func testInterrupted(t *testing.T, h *harness) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out, errs safeBuffer
	done := make(chan result, 1)
	go func() {
		done <- h.runTo(ctx, &out, &errs, "run", h.file(t, "waits.json", waits), "--name", "interrupted")
	}()
	require.Eventually(t, func() bool { return strings.Contains(errs.String(), "in Long\n") }, 10*time.Second, 20*time.Millisecond, "%s", &errs)
	cancel()
	r := <-done
	assert.Equal(t, exitFailed, r.code)
	assert.Empty(t, r.out)
	assert.Contains(t, r.err, "interrupted; the execution goes on")
	assert.Contains(t, r.err, "stepwell describe --follow waits/interrupted")
	assert.Contains(t, r.err, "stepwell stop waits/interrupted")
	d := h.run("describe", "waits/interrupted").json(t)
	assert.Equal(t, "RUNNING", d["status"])
	assert.Equal(t, []any{"Long"}, d["states"])
	require.Equal(t, exitSucceeded, h.run("stop", "waits/interrupted").code)
	followed := h.run("describe", "--follow", "waits/interrupted")
	assert.Equal(t, exitFailed, followed.code)
	assert.Equal(t, "ABORTED", followed.json(t)["status"])
}

func testDoesNotExist(t *testing.T, h *harness) {
	for _, command := range []string{"describe", "stop"} {
		r := h.run(command, "no/such")
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.err, "ExecutionDoesNotExist: Execution Does Not Exist: 'arn:aws:states:us-east-1:000000000000:execution:no:such'")
		assert.Contains(t, r.err, "stepwell list")
		r = h.run(command, "such")
		assert.Equal(t, exitFailed, r.code)
		assert.Contains(t, r.err, `no execution is called "such"`)
		r = h.run(command, "arn:aws:s3:::bucket")
		assert.Equal(t, exitUsage, r.code)
		assert.Contains(t, r.err, "Invalid Arn")
	}
}

func testExpress(t *testing.T, h *harness) {
	file := h.file(t, "quick.json", passes)
	for range 2 { // names of Express executions may be used again
		d := h.run("run", file, "--type", "express", "--name", "same", "--output", "json", "--input", "[1]").json(t)
		assert.Equal(t, "SUCCEEDED", d["status"])
		arn := d["executionArn"].(string)
		assert.Regexp(t, `^arn:aws:states:us-east-1:000000000000:express:quick:same:[0-9a-f-]{36}$`, arn)
		assert.Equal(t, d, h.run("describe", arn).json(t))
	}
}

func testInputTooLarge(t *testing.T, h *harness) {
	file := h.file(t, "large.json", passes)
	large := func(n int) string { return "@" + h.file(t, "input.json", `"`+strings.Repeat("x", n)+`"`) }
	r := h.run("run", file, "--input", large(wire.ValueLimit-1))
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, fmt.Sprintf("the input has %d bytes; at most %d", wire.ValueLimit+1, wire.ValueLimit))
	assert.NotContains(t, r.err, "started")

	r = h.run("run", file, "--input", large(wire.ValueLimit-2))
	assert.Equal(t, exitSucceeded, r.code, "what is allowed fits: %s", r.err)
	assert.Len(t, r.out, wire.ValueLimit+1)
}

func testMapRun(t *testing.T, h *harness, release chan struct{}) {
	var out, errs safeBuffer
	done := make(chan result, 1)
	go func() {
		done <- h.runTo(t.Context(), &out, &errs, "run", h.file(t, "maps.json", mapped), "--name", "maps", "--output", "json", "--input", `{"items":[1,2,3]}`)
	}()
	require.Eventually(t, func() bool {
		return strings.Contains(errs.String(), "Every: 0/3 items: 0 succeeded, 0 failed, 0 timed out, 3 running, 0 pending")
	}, 20*time.Second, 20*time.Millisecond, "%s", &errs)
	close(release)
	r := <-done
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Contains(t, r.err, "Every: SUCCEEDED, 3 items: 3 succeeded, 0 failed, 0 timed out, 0 aborted, 0 pending\n  results: s3://bucket/run/manifest.json\n")
	d := r.json(t)
	require.Len(t, d["mapRuns"], 1)
	run := d["mapRuns"].([]any)[0].(map[string]any)
	assert.Equal(t, "SUCCEEDED", run["status"])
	assert.Equal(t, "Every", run["state"])
	assert.Equal(t, "s3://bucket/run/manifest.json", run["manifest"])
	assert.Equal(t, map[string]any{"pending": 0.0, "running": 0.0, "succeeded": 3.0, "failed": 0.0,
		"timedOut": 0.0, "aborted": 0.0, "total": 3.0, "final": true}, run["itemCounts"])
	assert.NotEmpty(t, run["runId"])
	require.Eventually(t, func() bool { // by the listing, after the end
		runs, _ := h.run("describe", "maps/maps").json(t)["mapRuns"].([]any)
		return len(runs) == 1 && runs[0].(map[string]any)["state"] == "Every"
	}, 10*time.Second, 100*time.Millisecond)
}

func testList(t *testing.T, h *harness) {
	names := func(arguments ...string) (names []string) {
		for _, e := range h.run(append([]string{"list"}, arguments...)...).json(t)["executions"].([]any) {
			names = append(names, e.(map[string]any)["workflowId"].(string))
		}
		return names
	}
	require.Eventually(t, func() bool {
		return len(names("--machine", "waits", "--status", "aborted")) == 3
	}, 10*time.Second, 100*time.Millisecond)
	assert.Equal(t, []string{"late/late"}, names("--status", "TIMED_OUT"))
	assert.NotContains(t, names("--status", "FAILED"), "late/late")
	assert.Len(t, names("--limit", "2"), 2)
	assert.Empty(t, names("--machine", "nothing"))
	for _, name := range names() {
		assert.NotContains(t, name, "Every", "Map Runs are no executions of their own")
	}
	listed := h.run("list", "--machine", "passes", "--status", "SUCCEEDED").json(t)["executions"].([]any)
	require.Len(t, listed, 2)
	one := listed[0].(map[string]any)
	described := h.run("describe", "passes/one").json(t)
	for _, field := range []string{"executionArn", "stateMachineArn", "name", "status", "startDate", "workflowId", "runId"} {
		assert.Equal(t, described[field], one[field], field)
	}
}

// quiet is a logger of Temporal's that says nothing.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
