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

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// picky is a service that fails for some numbers in the state "B", and waits in it
// for others.
type picky struct {
	mu      sync.Mutex
	bad     map[int64]bool
	waits   map[int64]chan struct{}
	calls   map[string]int // by state and number
	failure machine.Failure
}

func newPicky(bad ...int64) *picky {
	p := &picky{calls: map[string]int{}, waits: map[int64]chan struct{}{}, failure: machine.Fault("Bad", "it is bad")}
	p.set(bad...)
	return p
}

// set says which numbers are bad from now on.
func (p *picky) set(bad ...int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bad = map[int64]bool{}
	for _, n := range bad {
		p.bad[n] = true
	}
}

// hold lets the number wait until release is called.
func (p *picky) hold(n int64) (release func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wait := make(chan struct{})
	p.waits[n] = wait
	return sync.OnceFunc(func() { close(wait) })
}

func (*picky) Integrations() []string { return []string{"lambda:function"} }

func (p *picky) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	n, _ := call.Input.Int()
	p.mu.Lock()
	p.calls[fmt.Sprint(from.State, n)]++
	bad, wait := from.State == "B" && p.bad[n], p.waits[n]
	p.mu.Unlock()
	if wait != nil && from.State == "B" {
		select {
		case <-wait:
		case <-ctx.Done():
		}
	}
	if bad {
		return machine.Outcome{Failure: &p.failure}
	}
	return machine.Outcome{Output: value.OfInt(n)}
}

// called gives how often a state was called with the numbers up to so many.
func (p *picky) called(state string, below int) (counts []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := range below {
		counts = append(counts, p.calls[fmt.Sprint(state, n)])
	}
	return counts
}

// picked gives a definition of a Map Run over a list of numbers, each of which
// goes through the states A and B.
func picked(leaf program.LeafKind, more string) string {
	mode := "STANDARD"
	if leaf == program.ExpressBatch {
		mode = "EXPRESS"
	}
	const task = `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:work",`
	return fmt.Sprintf(`{"StartAt":"Every","States":{"Every":{"Type":"Map","Label":"Every","ItemsPath":"$",%s"End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":%q},"StartAt":"A","States":{"A":%s"Next":"B"},"B":%s"End":true}}}}}}`,
		more, mode, task, task)
}

// staging gives Map Runs a place in staging of their own.
func staging(t *testing.T) activities.MapDependencies {
	return activities.MapDependencies{Staging: "s3://" + resultsBucket + "/staging/" + strings.ReplaceAll(t.Name(), " ", "-")}
}

const oneAtATime = `"MaxConcurrency":1,`

func leaves() []program.LeafKind {
	return []program.LeafKind{program.PackedShard, program.ChildWorkflow, program.ExpressBatch}
}

// TestRedriveOfItems lets an item fail twice, which ends the Map Run ahead of the
// last items, and redrives what did not succeed until it does.
func TestRedriveOfItems(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) { testRedriveOfItems(t, leaf) })
	}
}

func testRedriveOfItems(t *testing.T, leaf program.LeafKind) {
	t.Parallel()
	service := newPicky(7)
	h, server := inspectingWith(t, staging(t), service)
	machineName := "redrives-" + strings.ReplaceAll(string(leaf), " ", "-")
	name := machineName + "/one"
	const n = 10
	r := h.run("run", h.file(t, machineName+".json", picked(leaf, oneAtATime+exporting)), "--name", "one", "--input", numbers(n), "--leaf", string(leaf), "--output", "json")
	require.Equal(t, exitFailed, r.code, r.err)
	require.Equal(t, machine.ErrorExceedTolerance, r.json(t)["error"], r.out)
	arn := mapRunOf(t, h, name)

	e := h.run("describe", name).json(t)
	assert.Equal(t, "REDRIVABLE", e["redriveStatus"], "%v", e)
	d := h.described(t, arn)
	assert.Equal(t, []int64{7, 1}, []int64{d.ItemCounts.Succeeded, d.ItemCounts.Failed})
	assert.Equal(t, 0, d.RedriveCount)
	failed := h.items(t, arn, "failed")
	require.NotEmpty(t, failed)
	item := failed[slices.IndexFunc(failed, func(i mapRunItem) bool { return i.Error == "Bad" })]
	assert.Equal(t, []any{int64(7), "it is bad", machine.Failed, 0}, []any{*item.Index, item.Cause, item.Status, item.RedriveCount})
	assert.Len(t, append(h.items(t, arn, "pending"), h.items(t, arn, "aborted")...), 2)
	assert.Empty(t, h.items(t, arn, "pending-redrive"))

	r = h.run("redrive", name, "--follow")
	require.Equal(t, exitFailed, r.code, r.err)
	assert.Contains(t, r.err, "Every: "+arn+" goes on with 3 items")
	assert.EqualValues(t, 1, r.json(t)["redriveCount"])
	d = h.described(t, arn)
	assert.Equal(t, []any{1, int64(1), int64(7), int64(n)}, []any{d.RedriveCount, d.ItemCounts.Failed, d.ItemCounts.Succeeded, d.ItemCounts.Total})
	assert.False(t, d.RedriveDate.Before(d.StartDate))
	again := h.items(t, arn, "failed", "--redriven")
	require.NotEmpty(t, again)
	assert.Equal(t, []any{item.ExecutionARN, 1, "Bad"}, []any{again[0].ExecutionARN, again[0].RedriveCount, again[0].Error})
	assert.NotContains(t, h.run("maprun", "items", arn, "--not-redriven", "--status", "failed").out, item.Name)

	service.set()
	r = h.run("maprun", "redrive", arn, "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	d = h.described(t, arn)
	assert.Equal(t, []any{machine.Succeeded, 2, int64(n), int64(n)}, []any{d.Status, d.RedriveCount, d.ItemCounts.Succeeded, d.ItemCounts.ResultsWritten})
	first := 1 // a standard item goes on from B
	if leaf == program.ExpressBatch {
		first = 3
	}
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, first, 1, 1}, service.called("A", n))
	assert.Equal(t, []int{1, 1, 1, 1, 1, 1, 1, 3, 1, 1}, service.called("B", n))

	left, err := server.S3().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(resultsBucket), Prefix: aws.String("staging/" + strings.ReplaceAll(t.Name(), " ", "-"))})
	require.NoError(t, err)
	for _, object := range left.Contents {
		assert.NotContains(t, *object.Key, "/parts/", "staging is emptied of records once it has succeeded")
	}

	assert.Equal(t, n, strings.Count(h.run("results", name, "--succeeded", "--format", "jsonl").out, `"Status":"SUCCEEDED"`))
	assert.Empty(t, h.run("results", name, "--failed", "--pending", "--format", "jsonl").out)
	succeeded := h.items(t, arn, "succeeded", "--redriven")
	require.NotEmpty(t, succeeded)
	assert.Contains(t, fmt.Sprint(succeeded), item.Name)
	assert.Empty(t, h.items(t, arn, "failed"))

	_, types := eventsOf(t, h.run("history", name, "--format", "json"))
	assert.Equal(t, []string{"ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"}, types[len(types)-6:])
	assert.Equal(t, 2, strings.Count(strings.Join(types, " "), "MapRunRedriven"))
	var listed result
	require.Eventually(t, func() bool { // what is listed lags behind
		listed = h.run("maprun", "list", name)
		all := anys(listed.json(t)["mapRuns"])
		return len(all) == 1 && all[0].(map[string]any)["status"] == "SUCCEEDED"
	}, 20*time.Second, 100*time.Millisecond, "%v", &listed)
	assert.Empty(t, h.run("maprun", "list", name, "--status", "failed").json(t)["mapRuns"])
	assert.Len(t, h.run("maprun", "list", name, "--status", "SUCCEEDED").json(t)["mapRuns"], 1)

	r = h.run("maprun", "redrive", arn)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven")
	if leaf == program.ExpressBatch {
		return
	}
	testHistoryOfARedrivenItem(t, h, item.ExecutionARN)
}

// testHistoryOfARedrivenItem reads the history of an item over three shards, or
// three runs of its workflow, as one.
func testHistoryOfARedrivenItem(t *testing.T, h *harness, arn string) {
	try := []string{"LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed", "ExecutionFailed"}
	events, types := eventsOf(t, h.run("history", arn, "--format", "json"))
	assert.Equal(t, slices.Concat(
		[]string{"ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "TaskStateEntered"}, try,
		[]string{"ExecutionRedriven"}, try,
		[]string{"ExecutionRedriven", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"}), types)
	for i, e := range events {
		assert.EqualValues(t, i+1, e["id"])
	}
	e := h.run("describe", arn).json(t)
	assert.Equal(t, []any{"SUCCEEDED", 2.0, "7", "7"}, []any{e["status"], e["redriveCount"], e["input"], e["output"]})
	assert.NotEmpty(t, e["redriveDate"])
	assert.Equal(t, "NOT_REDRIVABLE", e["redriveStatus"])
	assert.Contains(t, e["mapRunArn"], ":mapRun:")
	r := h.run("redrive", arn)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionNotRedrivable")
}

// TestRedriveOfReplacedAndRefused redrives what AWS does with a new Map Run, and
// executions that cannot be redriven.
func TestRedriveOfReplacedAndRefused(t *testing.T) {
	t.Parallel()
	service := newPicky(1)
	h, _ := inspecting(t, service)
	selector := func(path string) string {
		return fmt.Sprintf(`"ItemSelector":{"n.$":"$$.Map.Item.Value","x.$":%q},`, path)
	}
	r := h.run("run", h.file(t, "replaced.json", picked(program.PackedShard, selector("$.none"))), "--name", "one", "--input", numbers(3), "--output", "json")
	require.Equal(t, exitFailed, r.code, r.err)
	arn := mapRunOf(t, h, "replaced/one")
	r = h.run("redrive", "replaced/one", "--follow")
	require.Equal(t, exitFailed, r.code, r.err)
	assert.Contains(t, r.err, "a new Map Run over all items takes the place of "+arn)
	_, types := eventsOf(t, h.run("history", "replaced/one", "--format", "json"))
	assert.NotContains(t, types, "MapRunRedriven")
	assert.Equal(t, 2, strings.Count(strings.Join(types, " "), "MapRunStarted"))

	r = h.run("run", h.file(t, "tolerates.json", picked(program.PackedShard, `"ToleratedFailurePercentage":100,`)), "--name", "one", "--input", numbers(3))
	require.Equal(t, exitSucceeded, r.code, r.err)
	arn = mapRunOf(t, h, "tolerates/one")
	r = h.run("maprun", "redrive", arn)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven")
	assert.Contains(t, r.err, "to run these again, start an execution with them")

	caught := strings.Replace(picked(program.PackedShard, `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"No"}],`), `"States":{"Every"`, `"States":{"No":{"Type":"Fail","Error":"No"},"Every"`, 1)
	r = h.run("run", h.file(t, "caught.json", caught), "--name", "one", "--input", numbers(3))
	require.Equal(t, exitFailed, r.code, r.err)
	arn = mapRunOf(t, h, "caught/one")
	r = h.run("maprun", "redrive", arn)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "would not go on with "+arn)
}

// TestRedriveRace lets two redrive one execution at once: one of them does.
func TestRedriveRace(t *testing.T) {
	t.Parallel()
	service := newPicky(1)
	h, _ := inspecting(t, service)
	r := h.run("run", h.file(t, "race.json", picked(program.PackedShard, oneAtATime)), "--name", "one", "--input", numbers(3))
	require.Equal(t, exitFailed, r.code, r.err)
	release := service.hold(1)
	defer release()
	service.set()
	results := make(chan result, 3)
	for range cap(results) {
		go func() { results <- h.run("redrive", "race/one") }()
	}
	codes := map[int]int{}
	for range cap(results) {
		r := <-results
		if codes[r.code]++; r.code != exitSucceeded {
			assert.Contains(t, r.err, "ExecutionNotRedrivable: Execution ")
		}
	}
	assert.Equal(t, map[int]int{exitSucceeded: 1, exitFailed: 2}, codes)
	release()
	require.Equal(t, exitSucceeded, h.run("describe", "race/one", "--follow").code)
}

// TestRedriveOfAStoppedMapRun redrives an execution that was stopped: what was under
// way runs again, what had not begun runs.
func TestRedriveOfAStoppedMapRun(t *testing.T) {
	t.Parallel()
	service := newPicky()
	h, _ := inspecting(t, service)
	release := service.hold(1)
	defer release()
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "stopped.json", picked(program.PackedShard, oneAtATime)), "--name", "one", "--input", numbers(3)).code)
	require.Eventually(t, func() bool { return service.called("B", 2)[1] == 1 }, 20*time.Second, 50*time.Millisecond)
	require.Equal(t, exitSucceeded, h.run("stop", "stopped/one").code)
	e := h.run("describe", "stopped/one").json(t)
	require.Equal(t, []any{"ABORTED", "REDRIVABLE"}, []any{e["status"], e["redriveStatus"]})
	release()
	r := h.run("redrive", "stopped/one", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.JSONEq(t, numbers(3), r.json(t)["output"].(string))
	assert.Equal(t, []int{1, 2, 1}, service.called("B", 3))
	_, types := eventsOf(t, h.run("history", "stopped/one", "--format", "json"))
	assert.Contains(t, types, "MapRunRedriven")
}

// TestRedriveWaitsForItsMapRun redrives an execution whose workflow is gone while
// its Map Run goes on, as it does when it still writes its results.
func TestRedriveWaitsForItsMapRun(t *testing.T) {
	t.Run("unstaged", func(t *testing.T) { testRedriveWaits(t, activities.MapDependencies{}) })
	t.Run("staged", func(t *testing.T) { testRedriveWaits(t, staging(t)) })
}

func testRedriveWaits(t *testing.T, settings activities.MapDependencies) {
	t.Parallel()
	service := newPicky()
	h, server := inspectingWith(t, settings, service)
	name := "outlived-" + strings.ToLower(t.Name()[strings.LastIndexByte(t.Name(), '/')+1:]) + "/one"
	release := service.hold(1)
	defer release()
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, strings.TrimSuffix(name, "/one")+".json", picked(program.PackedShard, oneAtATime)), "--name", "one", "--input", numbers(3)).code)
	require.Eventually(t, func() bool { return service.called("B", 2)[1] == 1 }, 20*time.Second, 50*time.Millisecond)
	require.NoError(t, server.Client(t).TerminateWorkflow(t.Context(), name, "", "test"))
	r := h.run("redrive", name, "--wait", "1s")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "is still finishing after 1s; nothing was redriven")
	assert.Contains(t, r.err, "stepwell maprun describe arn:")

	var out, errs safeBuffer
	done := make(chan result, 1)
	go func() { done <- h.runTo(t.Context(), &out, &errs, "redrive", name, "--follow") }()
	require.Eventually(t, func() bool { return strings.Contains(errs.String(), "waiting for arn:") }, 20*time.Second, 50*time.Millisecond)
	release()
	r = <-done
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.JSONEq(t, numbers(3), r.json(t)["output"].(string))
	assert.Equal(t, []int{1, 1, 1}, service.called("B", 3))
}

// The forms of what is told.
func TestRedriveTexts(t *testing.T) {
	assert.Equal(t, "a\n  put back: 1 item, and 2 once their shards have ended\n", putBack{"a", 1, 2, 0}.text())
	assert.Equal(t, "a\n  put back: 0 items; 2 had been put back before\n", putBack{"a", 0, 0, 2}.text())
	assert.Equal(t, "a\n  put back: 3 items\n", putBack{"a", 3, 0, 0}.text())
	n := mapRunCounts{Total: 9, Succeeded: 1, Failed: 2, PendingRedrive: 3, FailuresNotRedrivable: 1}
	assert.Equal(t, "9: 1 succeeded, 2 failed, 0 timed out, 0 aborted, 0 running, 0 pending, 3 pending redrive, 1 not redrivable", n.text(true))
	var plain map[string]any
	text, err := json.Marshal(mapRunCounts{})
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &plain))
	assert.Equal(t, []string{"aborted", "failed", "pending", "resultsWritten", "running", "succeeded", "timedOut", "total"}, slices.Sorted(maps.Keys(plain)))
	h := newHarness(t)
	for _, bad := range [][]string{
		{"maprun", "items", "arn:aws:states:us-east-1:0:mapRun:m/L:u", "--status", "gone"},
		{"maprun", "items", "arn:aws:states:us-east-1:0:mapRun:m/L:u", "--redriven", "--not-redriven"},
		{"maprun", "list", "--all", "--status", "TIMED_OUT"},
	} {
		assert.Equal(t, exitUsage, h.run(bad...).code, bad)
	}
}
