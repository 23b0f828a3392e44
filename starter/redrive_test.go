package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
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
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// mended performs lambda:invoke: functions called "bad" fail until they have
// been mended so many times.
type mended struct {
	mu    sync.Mutex
	bad   bool
	calls map[string]int // by state
	// output, unless nil, gives the output of a call.
	output func(state string) value.Value
	// during, when it is set, is called once, in the next call.
	during func()
}

func (*mended) Integrations() []string { return []string{"lambda:invoke"} }

func (m *mended) Call(_ context.Context, from express.Place, call machine.Call) machine.Outcome {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls[from.State]++
	if m.during != nil {
		m.during()
		m.during = nil
	}
	if m.bad && call.Input.Get("FunctionName").Text() == "bad" {
		failure := machine.Fault("Broken", "It is broken.")
		return machine.Outcome{Failure: &failure}
	}
	if m.output != nil {
		return machine.Outcome{Output: m.output(from.State)}
	}
	return machine.Outcome{Output: value.OfString(from.State)}
}

func (m *mended) set(bad bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bad = bad
}

// counts gives how often each state was called, in their order.
func (m *mended) counts(states ...string) (counts []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, state := range states {
		counts = append(counts, m.calls[state])
	}
	return counts
}

func calling(function, more string) string {
	return fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"%s"},%s}`, function, more)
}

var redrivenMachine = `{"StartAt":"First","States":{
	"First":` + calling("good", `"ResultPath":"$.first","Assign":{"seen.$":"$$.Execution.RedriveCount"},"Next":"Both"`) + `,
	"Both":{"Type":"Parallel","ResultPath":"$.both","Next":"Last","Branches":[
		{"StartAt":"Left","States":{"Left":` + calling("good", `"Next":"Pause"`) + `,"Pause":{"Type":"Pass","End":true}}},
		{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":2,"Next":"Right"},
			"Right":` + calling("bad", `"Retry":[{"ErrorEquals":["Broken"],"IntervalSeconds":1,"MaxAttempts":1}],"End":true`) + `}}]},
	"Last":{"Type":"Pass","Parameters":{"all.$":"$","seen.$":"$seen","count.$":"$$.Execution.RedriveCount"},"End":true}}}`

// TestRedrive redrives an execution twice, on a real Temporal: it goes on from
// the branch that failed, and its history from where it ended.
func TestRedrive(t *testing.T) {
	t.Parallel()
	service := &mended{bad: true, calls: map[string]int{}}
	h, _ := inspecting(t, service)
	r := h.run("run", h.file(t, "orders.json", redrivenMachine), "--name", "redriven-twice", "--input", `{"n":1}`)
	require.Equal(t, exitFailed, r.code, r.err)

	d := h.run("describe", "orders/redriven-twice").json(t)
	assert.Equal(t, "FAILED", d["status"])
	assert.Equal(t, "REDRIVABLE", d["redriveStatus"])
	assert.EqualValues(t, 0, d["redriveCount"])
	assert.NotContains(t, d, "redriveDate")
	first, firstTypes := eventsOf(t, h.run("history", "orders/redriven-twice", "--format", "json"))

	r = h.run("redrive", "orders/redriven-twice", "--follow")
	require.Equal(t, exitFailed, r.code)
	again := r.json(t)
	assert.Equal(t, "FAILED", again["status"])
	assert.EqualValues(t, 1, again["redriveCount"])
	assert.Equal(t, "Broken", again["error"])
	assert.Equal(t, d["executionArn"], again["executionArn"])
	assert.Equal(t, d["startDate"], again["startDate"])
	assert.Equal(t, `{"n":1}`, again["input"])
	assert.Equal(t, []int{1, 1, 4}, service.counts("First", "Left", "Right"), "the retrier began anew")

	service.set(false)
	r = h.run("redrive", d["executionArn"].(string))
	require.Equal(t, exitSucceeded, r.code, r.err)
	asked := r.json(t)
	assert.EqualValues(t, 2, asked["redriveCount"])
	r = h.run("describe", "orders/redriven-twice", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	ended := r.json(t)
	assert.Equal(t, asked["redriveDate"], ended["redriveDate"])
	assert.JSONEq(t, `{"all":{"n":1,"first":"First","both":["Left","Right"]},"seen":0,"count":2}`, ended["output"].(string))
	assert.Equal(t, "NOT_REDRIVABLE", ended["redriveStatus"])
	assert.Equal(t, "Execution is SUCCEEDED and cannot be redriven", ended["redriveStatusReason"])
	assert.Equal(t, []int{1, 1, 5}, service.counts("First", "Left", "Right"))

	events, types := eventsOf(t, h.run("history", "orders/redriven-twice", "--format", "json"))
	assert.Equal(t, first, events[:len(first)], "the earlier part stays")
	assert.Equal(t, append(slices.Clone(firstTypes),
		"ExecutionRedriven", "TaskScheduled", "TaskStarted", "TaskFailed", "TaskScheduled", "TaskStarted", "TaskFailed",
		"TaskStateAborted", "ParallelStateFailed", "ExecutionFailed",
		"ExecutionRedriven", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited",
		"ParallelStateSucceeded", "ParallelStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"), types)
	for i, e := range events {
		assert.EqualValues(t, i+1, e["id"])
	}
	assert.Equal(t, map[string]any{"redriveCount": 2.0}, events[len(first)+10]["executionRedrivenEventDetails"])
	assert.Equal(t, "Right", events[len(first)+11]["state"])

	r = h.run("redrive", "orders/redriven-twice")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven")
	requireListed(t, h, "orders", "SUCCEEDED 2")
	requireListed(t, h, "orders", "", "--status", "FAILED")
	// What Temporal lists lags behind.
	assert.Eventually(t, func() bool { return h.run("describe", "redriven-twice").code == exitSucceeded }, 20*time.Second, 200*time.Millisecond, "by its name alone")
}

// requireListed requires that list comes to show this status and redrive count
// of the only execution of a machine, "" for none.
func requireListed(t *testing.T, h *harness, machine, want string, flags ...string) {
	t.Helper()
	var got result
	require.Eventually(t, func() bool {
		got = h.run(append([]string{"list", "--machine", machine}, flags...)...)
		listed := got.json(t)["executions"].([]any)
		if want == "" || len(listed) != 1 {
			return len(listed) == 0 && want == ""
		}
		one := listed[0].(map[string]any)
		return fmt.Sprintf("%v %v", one["status"], one["redriveCount"]) == want
	}, 20*time.Second, 200*time.Millisecond, "%v", &got)
}

// TestRedriveOfOtherEnds redrives executions that timed out, were stopped, or
// whose workflow was terminated; the last has no end of the machine's own.
func TestRedriveOfOtherEnds(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t, &mended{bad: true, calls: map[string]int{}})
	file := h.file(t, "slow.json", `{"TimeoutSeconds":6,"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"x":1},"Next":"W"},
		"W":{"Type":"Wait","SecondsPath":"$.s","Next":"B"},"B":{"Type":"Pass","Parameters":{"x.$":"$x"},"End":true}}}`)
	for name, c := range map[string]struct {
		input, status, ending string
		end                   func(t *testing.T)
	}{
		"late": {`{"s":8}`, "TIMED_OUT", "ExecutionTimedOut", func(*testing.T) { h.run("describe", "slow/late", "--follow") }},
		"stopped": {`{"s":3}`, "ABORTED", "ExecutionAborted", func(t *testing.T) {
			require.Equal(t, exitSucceeded, h.run("stop", "slow/stopped").code)
		}},
		"forced": {`{"s":3}`, "ABORTED", "ExecutionAborted", func(t *testing.T) {
			require.Equal(t, exitSucceeded, h.run("stop", "--force", "slow/forced").code)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, exitSucceeded, h.run("start", file, "--name", name, "--input", c.input).code)
			running := h.run("redrive", "slow/"+name)
			assert.Equal(t, exitFailed, running.code)
			assert.Contains(t, running.err, "ExecutionNotRedrivable: Execution is RUNNING and cannot be redriven")
			require.Eventually(t, func() bool {
				return slices.Equal([]any{"W"}, anys(h.run("describe", "slow/"+name).json(t)["states"]))
			}, 20*time.Second, 50*time.Millisecond)
			c.end(t)
			d := h.run("describe", "slow/"+name).json(t)
			require.Equal(t, c.status, d["status"])
			r := h.run("redrive", "slow/"+name, "--follow")
			require.Equal(t, exitSucceeded, r.code, r.err)
			assert.JSONEq(t, `{"x":1}`, r.json(t)["output"].(string))
			events, types := eventsOf(t, h.run("history", "slow/"+name, "--format", "json"))
			assert.Equal(t, []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "WaitStateEntered", c.ending, "ExecutionRedriven", "WaitStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"}, types)
			for i, e := range events {
				assert.EqualValues(t, i+1, e["id"])
			}
		})
	}
}

func anys(v any) []any { list, _ := v.([]any); return list }

func TestRedriveRefuses(t *testing.T) {
	t.Parallel()
	service := &mended{bad: true, calls: map[string]int{}}
	h, _ := inspecting(t, service)
	r := h.run("redrive", "orders/none")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionDoesNotExist")

	// Nobody knows how the items of a Map Run stood that was terminated.
	definition := `{"StartAt":"Every","States":{"Every":{"Type":"Map","Label":"Every","End":true,"ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$","Next":"Ask"},"Ask":` + calling("good", `"End":true`) + `}}}}}`
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "every.json", definition), "--name", "one", "--input", `[3,3]`).code)
	arn := mapRunOf(t, h, "every/one")
	require.Eventually(t, func() bool { // it is told of before its workflow has begun
		return strings.Contains(h.run("maprun", "describe", arn).out, `"running": 2`)
	}, 20*time.Second, 50*time.Millisecond)
	require.Equal(t, exitSucceeded, h.run("stop", "every/one", "--force").code)
	d := h.run("describe", "every/one").json(t)
	assert.Equal(t, "NOT_REDRIVABLE", d["redriveStatus"])
	assert.Equal(t, "Map Run "+arn+" cannot go on: it was terminated", d["redriveStatusReason"])
	r = h.run("redrive", "every/one")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "ExecutionNotRedrivable: the Map Run "+arn+` of "Every" cannot go on: it was terminated`)
	assert.Contains(t, r.err, "stepwell redrive --new-map-runs every/one")

	r = h.run("redrive", "every/one", "--new-map-runs", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.JSONEq(t, `["Ask","Ask"]`, r.json(t)["output"].(string))
	_, types := eventsOf(t, h.run("history", "every/one", "--format", "json"))
	assert.Equal(t, []string{"ExecutionRedriven", "MapStateStarted", "MapRunStarted", "MapRunSucceeded"}, types[slices.Index(types, "ExecutionRedriven"):][:4])
	assert.Len(t, h.run("describe", "every/one").json(t)["mapRuns"], 2)
}

// mapRunOf gives the ARN of the only Map Run of an execution.
func mapRunOf(t *testing.T, h *harness, execution string) string {
	t.Helper()
	var got result
	require.Eventually(t, func() bool { // the list may lag behind
		got = h.run("describe", execution)
		return len(anys(got.json(t)["mapRuns"])) == 1
	}, 20*time.Second, 100*time.Millisecond, "%v", &got)
	return got.json(t)["mapRuns"].([]any)[0].(map[string]any)["mapRunArn"].(string)
}

// TestRedriveOfAMapRun redrives an execution whose Map Run could not read its
// source, which is there by then: it goes on under its ARN.
func TestRedriveOfAMapRun(t *testing.T) {
	t.Parallel()
	service := &mended{calls: map[string]int{}}
	h, server := inspecting(t, service)
	definition := `{"StartAt":"Every","States":{"Every":{"Type":"Map","Label":"Every","End":true,
		"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"results","Key":"late/items.json"}},
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"Ask","States":{"Ask":` + calling("good", `"End":true`) + `}}}}}`
	r := h.run("run", h.file(t, "late.json", definition), "--name", "one", "--output", "json")
	require.Equal(t, exitFailed, r.code)
	require.Equal(t, machine.ErrorItemReaderFailed, r.json(t)["error"])
	arn := mapRunOf(t, h, "late/one")

	require.Equal(t, exitSucceeded, h.run("maprun", "redrive", arn).code)
	r = h.run("describe", "late/one", "--follow")
	require.Equal(t, exitFailed, r.code, "it is still missing")
	require.Equal(t, machine.ErrorItemReaderFailed, r.json(t)["error"])

	bucket, key := resultsBucket, "late/items.json"
	_, err := server.S3().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(`[1,2,3]`)})
	require.NoError(t, err)
	r = h.run("redrive", "late/one", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.JSONEq(t, `["Ask","Ask","Ask"]`, r.json(t)["output"].(string))
	assert.Equal(t, []int{3}, service.counts("Ask"))
	assert.Equal(t, arn, mapRunOf(t, h, "late/one"))

	events, types := eventsOf(t, h.run("history", "late/one", "--format", "json"))
	assert.Equal(t, []string{"ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunFailed", "MapStateFailed", "ExecutionFailed",
		"ExecutionRedriven", "MapRunRedriven", "MapRunFailed", "MapStateFailed", "ExecutionFailed",
		"ExecutionRedriven", "MapRunRedriven", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"}, types)
	assert.Equal(t, map[string]any{"mapRunArn": arn, "redriveCount": 2.0}, events[13]["mapRunRedrivenEventDetails"])
	d := h.run("maprun", "describe", arn).json(t)
	assert.Equal(t, []any{"SUCCEEDED", 2.0, 3.0}, []any{d["status"], d["redriveCount"], d["itemCounts"].(map[string]any)["succeeded"]})
	assert.Less(t, d["startDate"], d["redriveDate"])
	assert.Len(t, h.run("maprun", "list", "late/one").json(t)["mapRuns"], 1)
	r = h.run("maprun", "redrive", arn)
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "Execution is SUCCEEDED and cannot be redriven")
}

// TestRedriveOfLostResults redrives an execution whose Map Run finds no bucket for
// its results: at first no item has run, the next time all have, and then do not
// run again.
func TestRedriveOfLostResults(t *testing.T) {
	t.Parallel()
	service := &mended{calls: map[string]int{}}
	h, server := inspectingWith(t, activities.MapDependencies{Staging: "s3://" + resultsBucket + "/lost"}, service)
	definition := `{"StartAt":"Every","States":{"Every":{"Type":"Map","Label":"Every","End":true,
		"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"gone","Prefix":"out"}},
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ask","States":{"Ask":` + calling("good", `"End":true`) + `}}}}}`
	r := h.run("run", h.file(t, "lost.json", definition), "--name", "one", "--input", `[1,2,3]`, "--output", "json")
	require.Equal(t, exitFailed, r.code)
	require.Equal(t, machine.ErrorResultWriterFailed, r.json(t)["error"], r.out)
	require.Equal(t, []int{0}, service.counts("Ask"))

	gone := "gone"
	create := func() {
		_, err := server.S3().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &gone})
		require.NoError(t, err)
	}
	create()
	service.during = func() {
		_, err := server.S3().DeleteBucket(context.Background(), &s3.DeleteBucketInput{Bucket: &gone})
		assert.NoError(t, err)
	}
	r = h.run("redrive", "lost/one", "--follow")
	require.Equal(t, exitFailed, r.code, r.out)
	require.Equal(t, machine.ErrorResultWriterFailed, r.json(t)["error"], r.out)
	require.Equal(t, []int{3}, service.counts("Ask"))

	create()
	r = h.run("redrive", "lost/one", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Equal(t, []int{3}, service.counts("Ask"))
	records := h.run("results", "lost/one", "--succeeded", "--format", "jsonl")
	assert.Equal(t, 3, strings.Count(records.out, `"Status":"SUCCEEDED"`), "%v", records)
	left, err := server.S3().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(resultsBucket), Prefix: aws.String("lost/")})
	require.NoError(t, err)
	for _, object := range left.Contents {
		assert.NotContains(t, *object.Key, "/parts/", "staging is emptied")
	}
}

// TestRedriveOfALargeFrame redrives an execution that holds more than fits into
// the input of a workflow, in pieces that stand in staging.
func TestRedriveOfALargeFrame(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{})
	service := &mended{bad: true, calls: map[string]int{}, output: func(string) value.Value {
		noise := make([]byte, 500<<10)
		_, _ = random.Read(noise)
		return value.OfString("é" + base64.StdEncoding.EncodeToString(noise))
	}}
	h, _ := inspecting(t, service)
	branch := func(state, task string) string {
		return fmt.Sprintf(`{"StartAt":"%[1]s","States":{"%[1]s":%[2]s}}`, state, task)
	}
	good := calling("good", `"End":true`)
	definition := `{"StartAt":"All","States":{"All":{"Type":"Parallel","ResultSelector":{"done.$":"$[3]"},"End":true,"Branches":[` +
		branch("A", good) + "," + branch("B", good) + "," + branch("C", good) + `,
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":2,"Next":"D"},"D":` + calling("bad", `"ResultPath":null,"End":true`) + `}}]}}}`
	require.Equal(t, exitFailed, h.run("run", h.file(t, "large.json", definition), "--name", "one", "--input", `{"n":1}`).code)
	service.set(false)
	r := h.run("redrive", "large/one")
	assert.Equal(t, exitFailed, r.code)
	assert.Contains(t, r.err, "set STEPWELL_STAGING=s3://bucket/prefix")

	h.environment["STEPWELL_STAGING"] = "s3://" + resultsBucket + "/large"
	r = h.run("redrive", "large/one", "--follow")
	require.Equal(t, exitSucceeded, r.code, r.err)
	assert.Equal(t, `{"n":1}`, r.json(t)["input"])
	assert.JSONEq(t, `{"done":{"n":1}}`, r.json(t)["output"].(string))
	assert.Equal(t, []int{1, 1, 1, 2}, service.counts("A", "B", "C", "D"))
	_, types := eventsOf(t, h.run("history", "large/one", "--format", "json", "--no-execution-data"))
	assert.Contains(t, types, "ExecutionRedriven")
}
