package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// held is a service whose calls wait for their release, but for the first few;
// each tenth fails.
type held struct {
	first   int64
	release chan struct{}
}

func (s *held) Integrations() []string { return []string{"lambda:function"} }

func (s *held) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	n, _ := call.Input.Int()
	if n >= s.first {
		select {
		case <-s.release:
		case <-ctx.Done():
		}
	}
	if n%10 == 3 {
		failure := machine.Fault("Bad", fmt.Sprintf("item %d is bad", n))
		return machine.Outcome{Failure: &failure}
	}
	return machine.Outcome{Output: value.OfInt(n)}
}

// looked gives a definition of a Map Run over a list of numbers.
func looked(leaf program.LeafKind, more string) string {
	mode := "STANDARD"
	if leaf == program.ExpressBatch {
		mode = "EXPRESS"
	}
	return fmt.Sprintf(`{"StartAt":"Look","States":{"Look":{"Type":"Map","Label":"Look","ItemsPath":"$","ToleratedFailureCount":30,"MaxConcurrency":6,%s"End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":%q},"StartAt":"T","States":{
		"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work","End":true}}}}}}`, more, mode)
}

func numbers(n int) string {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	text, _ := json.Marshal(all)
	return string(text)
}

// items gives the answer of maprun items.
func (h *harness) items(t *testing.T, arn, status string, more ...string) (all []mapRunItem) {
	t.Helper()
	r := h.run(append([]string{"maprun", "items", arn, "--status", status}, more...)...)
	require.Equal(t, exitSucceeded, r.code, r.err)
	var answer mapRunItems
	require.NoError(t, json.Unmarshal([]byte(r.out), &answer))
	return answer.Items
}

func (h *harness) described(t *testing.T, arn string) (d mapRunDescription) {
	t.Helper()
	r := h.run("maprun", "describe", arn)
	require.Equal(t, exitSucceeded, r.code, r.err)
	require.NoError(t, json.Unmarshal([]byte(r.out), &d))
	return d
}

// mapRunOf waits until an execution has a Map Run.
func (h *harness) mapRunOf(t *testing.T, name string) (arn string) {
	t.Helper()
	require.Eventually(t, func() bool {
		r := h.run("maprun", "list", name)
		var answer mapRunListings
		if r.code != exitSucceeded || json.Unmarshal([]byte(r.out), &answer) != nil || len(answer.MapRuns) == 0 {
			return false
		}
		arn = answer.MapRuns[0].MapRunARN
		return true
	}, 20*time.Second, 100*time.Millisecond)
	return arn
}

func TestMapRunCommands(t *testing.T) {
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow, program.ExpressBatch} {
		t.Run(string(leaf), func(t *testing.T) { testMapRunCommands(t, leaf) })
	}
}

func testMapRunCommands(t *testing.T, leaf program.LeafKind) {
	t.Parallel()
	service := &held{first: 6, release: make(chan struct{})}
	release := sync.OnceFunc(func() { close(service.release) })
	defer release()
	h, _ := inspecting(t, service)
	machineName := "looks-" + strings.ReplaceAll(string(leaf), " ", "-")
	name := machineName + "/live"
	const n = 40
	r := h.run("start", h.file(t, machineName+".json", looked(leaf, exporting)), "--name", "live", "--input", numbers(n), "--leaf", string(leaf))
	require.Equal(t, exitSucceeded, r.code, r.err)
	arn := h.mapRunOf(t, name)
	prefix := "arn:aws:states:us-east-1:000000000000:"
	assert.True(t, strings.HasPrefix(arn, prefix+"mapRun:"+machineName+"/Look:"), arn)

	defer func() {
		if t.Failed() {
			t.Log(h.run("maprun", "describe", arn).out)
		}
	}()
	var d mapRunDescription
	require.Eventually(t, func() bool {
		d = h.described(t, arn)
		return d.ItemCounts != nil && d.ItemCounts.Running == 6 && d.ItemCounts.Succeeded == 5 && d.ItemCounts.Failed == 1
	}, 30*time.Second, 200*time.Millisecond)
	assert.Equal(t, machine.Running, d.Status)
	assert.Equal(t, prefix+"execution:"+machineName+":live", d.ExecutionARN)
	assert.Equal(t, []any{int64(6), int64(30), 0.0, leaf, "Look"}, []any{d.MaxConcurrency, d.ToleratedFailureCount, d.ToleratedFailurePercentage, d.Leaf, d.State})
	assert.Equal(t, mapRunCounts{Pending: 28, Running: 6, Succeeded: 5, Failed: 1, Total: n}, *d.ItemCounts)
	assert.Equal(t, *d.ItemCounts, *d.ExecutionCounts)
	assert.True(t, d.StopDate.IsZero())

	if leaf != program.ExpressBatch {
		running := h.items(t, arn, "running")
		require.Len(t, running, 6)
		assert.EqualValues(t, 6, *running[0].Index)
		assert.Equal(t, prefix+"execution:"+machineName+"/Look:"+running[0].Name, running[0].ExecutionARN)
		assert.Len(t, h.items(t, arn, "pending"), 28)
		assert.Len(t, h.items(t, arn, "pending", "--limit", "5"), 5)
		failed := h.items(t, arn, "failed")
		require.Len(t, failed, 1)
		assert.Equal(t, []any{"Bad", "item 3 is bad", int64(3), machine.Failed}, []any{failed[0].Error, failed[0].Cause, *failed[0].Index, failed[0].Status})
	}

	r = h.run("maprun", "update", arn, "--max-concurrency", "2", "--rate-limit", "500.5", "--tolerated-failure-percentage", "50")
	require.Equal(t, exitSucceeded, r.code, r.err)
	want := map[string]any{"mapRunArn": arn, "maxConcurrency": 2.0, "toleratedFailureCount": 30.0, "toleratedFailurePercentage": 50.0, "rateLimit": 500.5, "paused": false}
	assert.Equal(t, want, r.json(t))
	r = h.run("maprun", "pause", arn)
	require.Equal(t, exitSucceeded, r.code, r.err)
	want["paused"] = true
	assert.Equal(t, want, r.json(t))
	d = h.described(t, arn)
	assert.True(t, d.Paused)
	assert.Equal(t, []any{int64(2), 500.5, 50.0}, []any{d.MaxConcurrency, d.RateLimit, d.ToleratedFailurePercentage})
	assert.Contains(t, h.run("maprun", "describe", arn, "--output", "text").out, "RUNNING, paused")
	r = h.run("maprun", "update", arn, "--max-concurrency", "20000")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Equal(t, 10_000.0, r.json(t)["maxConcurrency"], "AWS's ceiling")
	assert.Contains(t, r.err, "10000 executions run at once at most, not 20000")
	require.Equal(t, exitSucceeded, h.run("maprun", "update", arn, "--max-concurrency", "2").code)
	require.Equal(t, exitSucceeded, h.run("maprun", "resume", arn).code)

	release()
	require.Eventually(t, func() bool { return h.described(t, arn).Status == machine.Succeeded }, 60*time.Second, 200*time.Millisecond)
	d = h.described(t, arn)
	assert.Equal(t, mapRunCounts{Succeeded: 36, Failed: 4, Total: n, ResultsWritten: n}, *d.ItemCounts)
	assert.NotEmpty(t, d.Manifest)
	assert.False(t, d.StopDate.Before(d.StartDate))
	failed := h.items(t, arn, "failed")
	require.Len(t, failed, 4)
	// Those of a shard are in the order in which they ended.
	slices.SortFunc(failed, func(a, b mapRunItem) int { return int(*a.Index - *b.Index) })
	for i, item := range failed {
		assert.EqualValues(t, 10*i+3, *item.Index)
		assert.Equal(t, fmt.Sprintf("item %d is bad", 10*i+3), item.Cause)
	}
	assert.Len(t, h.items(t, arn, "succeeded"), 36)
	assert.Empty(t, h.items(t, arn, "running"))
	assert.Empty(t, h.items(t, arn, "timed_out"))
	assert.Regexp(t, `(?m)^FAILED +23 +[0-9a-f-]{36}  Bad: item 23 is bad$`, h.run("maprun", "items", arn, "-o", "text").out)

	r = h.run("maprun", "update", arn, "--max-concurrency", "2")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "CANNOT_UPDATE_COMPLETED_MAP_RUN")
	all := h.run("maprun", "list", "--all").json(t)["mapRuns"].([]any)
	place := slices.IndexFunc(all, func(one any) bool { return one.(map[string]any)["mapRunArn"] == arn })
	require.GreaterOrEqual(t, place, 0, "%v", all)
	listed := all[place].(map[string]any)
	assert.Equal(t, []any{"SUCCEEDED", d.ExecutionARN, prefix + "stateMachine:" + machineName + "/Look"},
		[]any{listed["status"], listed["executionArn"], listed["stateMachineArn"]})
}

// What only a worker knows is not made up without one.
func TestMapRunWithoutAWorker(t *testing.T) {
	h := newHarness(t)
	server := startServer(t, h)
	h.environment["STEPWELL_TASK_QUEUE"] = "deserted"
	arn := "arn:aws:states:us-east-1:000000000000:mapRun:alone/Each:5d0e6c1a-8a51-4a65-8f3d-9a4f7c3b2e10"
	input := wire.MapRun{Leaf: program.PackedShard, Spec: wire.MapSpec{State: "Each", Started: time.Now(), Run: machine.Distribute{
		MapRunArn: arn, MaxConcurrency: 10_000, Origin: machine.Origin{ID: "arn:aws:states:us-east-1:000000000000:execution:alone:one"},
	}}}
	_, err := server.Client(t).ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: wire.MapRunID(arn), TaskQueue: "deserted"}, wire.MapRunWorkflow, input)
	require.NoError(t, err)
	r := h.run("maprun", "describe", arn)
	require.Equal(t, exitSucceeded, r.code, r.err)
	d := r.json(t)
	assert.Equal(t, []string{"executionArn", "leaf", "mapRunArn", "note", "redriveCount", "runId", "startDate", "state", "status", "workflowId"}, slices.Sorted(maps.Keys(d)))
	assert.Equal(t, "no worker tells its counts, its shards and the limits that hold", d["note"])
	text := h.run("maprun", "describe", arn, "-o", "text").out
	assert.NotContains(t, text, "limits   ")
	assert.NotContains(t, text, "tolerates")
	assert.Contains(t, text, "\n  leaf        packed-shard\n")
}

func TestMapRunStop(t *testing.T) {
	t.Parallel()
	service := &held{first: 0, release: make(chan struct{})}
	h, _ := inspecting(t, service)
	r := h.run("start", h.file(t, "stops.json", looked(program.PackedShard, exporting)), "--name", "soon", "--input", numbers(30))
	require.Equal(t, exitSucceeded, r.code, r.err)
	arn := h.mapRunOf(t, "stops/soon")
	require.Eventually(t, func() bool { return len(h.items(t, arn, "running")) == 6 }, 30*time.Second, 100*time.Millisecond)
	r = h.run("maprun", "stop", arn, "--error", "Enough", "--cause", "for today")
	require.Equal(t, exitSucceeded, r.code, r.err)
	var d mapRunDescription
	require.NoError(t, json.Unmarshal([]byte(r.out), &d))
	assert.Equal(t, machine.Aborted, d.Status)
	assert.Equal(t, mapRunCounts{Aborted: 6, Pending: 24, Total: 30, ResultsWritten: 6}, *d.ItemCounts)
	assert.Equal(t, []string{"Enough", "for today"}, []string{*d.Error, *d.Cause})
	assert.Len(t, h.items(t, arn, "aborted"), 6)
	assert.Len(t, h.items(t, arn, "pending"), 24)
	require.Eventually(t, func() bool {
		e := h.run("describe", "stops/soon").json(t)
		return e["status"] == "FAILED" && e["error"] == "Enough" && e["cause"] == "for today"
	}, 10*time.Second, 100*time.Millisecond)
}

// Without staging the Map Run itself remembers its items.
func TestMapRunItemsWithoutAResultWriter(t *testing.T) {
	t.Parallel()
	service := &held{first: 1000}
	h, _ := inspecting(t, service)
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ExpressBatch} {
		name := "keeps-" + strings.ReplaceAll(string(leaf), " ", "-")
		r := h.run("run", h.file(t, name+".json", looked(leaf, "")), "--name", "one", "--input", numbers(30))
		require.Equal(t, exitSucceeded, r.code, r.err)
		failed := h.items(t, h.mapRunOf(t, name+"/one"), "failed")
		require.Len(t, failed, 3)
		assert.Equal(t, "item 3 is bad", failed[0].Cause)
		assert.EqualValues(t, 3, *failed[0].Index)
	}
}
