package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
)

// busy performs lambda:invoke: it fails so many times and then lasts until it is
// released, for each payload.
type busy struct {
	failures int
	released chan struct{}

	mu    sync.Mutex
	calls map[string]int
}

func (b *busy) Integrations() []string { return []string{"lambda:invoke"} }

func (b *busy) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	b.mu.Lock()
	b.calls[from.ExecutionArn+from.State]++
	n := b.calls[from.ExecutionArn+from.State]
	b.mu.Unlock()
	if n <= b.failures {
		failure := machine.Fault("Busy", fmt.Sprintf("Attempt %d.", n))
		return machine.Outcome{Failure: &failure}
	}
	select {
	case <-b.released:
	case <-ctx.Done():
	}
	return machine.Outcome{Output: call.Input}
}

// asking is a Task that is retried after so many seconds.
func asking(name string, seconds int) string {
	return fmt.Sprintf(`{"StartAt":"%[1]s","States":{"%[1]s":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},
		"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":%[2]d,"BackoffRate":1,"MaxAttempts":5}],"End":true}}}`, name, seconds)
}

// eventsOf gives the events of a history, and their types.
func eventsOf(t *testing.T, r result) (events []map[string]any, types []string) {
	t.Helper()
	require.Equal(t, exitSucceeded, r.code, r.err)
	var document struct{ Events []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(r.out), &document), r.out)
	for _, e := range document.Events {
		types = append(types, e["type"].(string))
	}
	return document.Events, types
}

func TestHistoryOfATaskThatIsRetried(t *testing.T) {
	t.Parallel()
	service := &busy{failures: 2, released: make(chan struct{}), calls: map[string]int{}}
	h, _ := inspecting(t, service)
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "asks.json", asking("Ask", 1)), "--name", "one", "--input", `{}`).code)
	want := []string{"ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted",
		"TaskFailed", "TaskScheduled", "TaskStarted", "TaskFailed", "TaskScheduled", "TaskStarted"}
	var got result
	require.Eventually(t, func() bool {
		got = h.run("history", "asks/one", "--format", "json")
		_, types := eventsOf(t, got)
		return slices.Equal(want, types)
	}, 20*time.Second, 100*time.Millisecond, "%s", &got)
	assert.Contains(t, got.err, "from event 5 on")
	before, _ := eventsOf(t, got)
	for i, e := range before {
		assert.EqualValues(t, i+1, e["id"])
		assert.Equal(t, i >= 4, e["provisional"] == true, "%v", e)
		assert.Equal(t, i > 0, e["state"] == "Ask", "%v", e)
	}
	assert.Equal(t, map[string]any{"resourceType": "lambda", "resource": "invoke", "error": "Busy", "cause": "Attempt 1."},
		before[4]["taskFailedEventDetails"])

	close(service.released)
	require.Equal(t, exitSucceeded, h.run("describe", "asks/one", "--follow").code)
	after, types := eventsOf(t, h.run("history", "asks/one", "--format", "json"))
	assert.Equal(t, append(want, "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"), types)
	for i, e := range before {
		delete(e, "provisional")
		assert.Equal(t, e, after[i], "what was provisional came true")
	}
}

func TestHistoryOfAPauseBeforeARetry(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t, &busy{failures: 1, calls: map[string]int{}})
	definition := `{"StartAt":"Both","States":{"Both":{"Type":"Parallel","End":true,"Branches":[` + asking("A", 600) + "," + asking("B", 600) + `]}}}`
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "pauses.json", definition), "--name", "one", "--input", `{}`).code)
	var got result
	require.Eventually(t, func() bool {
		got = h.run("history", "pauses/one", "--format", "aws")
		_, types := eventsOf(t, got)
		return len(types) == 11
	}, 20*time.Second, 100*time.Millisecond, "%s", &got)
	events, types := eventsOf(t, got)
	assert.Equal(t, []string{"TaskFailed", "TaskFailed"}, types[9:], "the second attempts have not begun")
	assert.NotEqual(t, events[9]["previousEventId"], events[10]["previousEventId"])
	for _, e := range events {
		assert.NotContains(t, e, "state", "AWS has no such member")
	}
	require.Equal(t, exitSucceeded, h.run("stop", "pauses/one", "--force").code)
	_, types = eventsOf(t, h.run("history", "pauses/one", "--format", "aws"))
	assert.Equal(t, "ExecutionAborted", types[len(types)-1])
	assert.NotContains(t, types, "TaskFailed", "a stopped Task takes its attempts with it")
}

// eachKind gives a Distributed Map with the execution type and the states of its
// items; negative numbers fail.
func eachKind(kind, states string) string {
	return fmt.Sprintf(`{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Each","ToleratedFailurePercentage":100,"End":true,
		"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"results","Prefix":"%[1]s"}},
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"%[1]s"},"StartAt":"C","States":{
		"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericLessThan":0,"Next":"F"}],"Default":"P"},
		"F":{"Type":"Fail","Error":"Negative","Cause":"Below 0."},%[2]s}}}}}`, kind, states)
}

// failedItem runs a map over numbers of which one, far behind, is negative, and
// gives the ARN of its item's execution and of the Map Run.
func failedItem(t *testing.T, h *harness, name, definition string, items int) (arn, mapRun string) {
	t.Helper()
	numbers := make([]string, items)
	for i := range numbers {
		numbers[i] = fmt.Sprint(i)
	}
	numbers[items-3] = "-7"
	r := h.run("run", h.file(t, name+".json", definition), "--name", "one", "--input", "["+strings.Join(numbers, ",")+"]", "--output", "json")
	require.Equal(t, exitSucceeded, r.code, r.err)
	mapRun = r.json(t)["mapRuns"].([]any)[0].(map[string]any)["mapRunArn"].(string)
	var record struct{ ExecutionArn string }
	got := h.run("results", mapRun, "--failed", "--format", "jsonl")
	require.NoError(t, json.Unmarshal([]byte(got.out), &record), got.out+got.err)
	return record.ExecutionArn, mapRun
}

func TestHistoryOfItems(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t)
	want := []string{"ExecutionStarted", "ChoiceStateEntered", "ChoiceStateExited", "FailStateEntered", "ExecutionFailed"}
	const ends = `"P":{"Type":"Pass","End":true}`
	const loops = `"P":{"Type":"Pass","Next":"D"},"D":{"Type":"Choice","Choices":[{"Variable":"$","NumericGreaterThan":1e9,"Next":"P"}],"Default":"S"},"S":{"Type":"Succeed"}`

	t.Run("packed", func(t *testing.T) {
		const items = 1203
		arn, mapRun := failedItem(t, h, "packs", eachKind("STANDARD", ends), items)
		document := h.run("history", arn, "--format", "json")
		events, types := eventsOf(t, document)
		assert.Equal(t, want, types)
		for i, e := range events {
			assert.EqualValues(t, i+1, e["id"])
		}
		assert.Equal(t, map[string]any{"error": "Negative", "cause": "Below 0."}, events[4]["executionFailedEventDetails"])
		head := document.json(t)
		assert.Equal(t, arn, head["executionArn"])
		assert.Equal(t, mapRun, head["mapRunArn"])
		assert.EqualValues(t, items-3, head["itemIndex"])
		assert.Regexp(t, `/shard-[1-9]$`, head["workflowId"], "not the first shard")
		assert.NotEmpty(t, head["runId"])
		_, followed := eventsOf(t, h.run("history", arn, "--format", "aws", "--follow"))
		assert.Equal(t, want, followed)

		item := h.run("describe", arn, "--output", "json").json(t)
		assert.Equal(t, []any{"FAILED", "-7", "Negative", mapRun, arn},
			[]any{item["status"], item["input"], item["error"], item["mapRunArn"], item["executionArn"]})
		assert.NotEmpty(t, item["stopDate"])
		assert.NotContains(t, item, "states")

		other := arn[:len(arn)-4] + "0000"
		missing := h.run("history", other)
		assert.Equal(t, exitFailed, missing.code)
		assert.Contains(t, missing.err, "ExecutionDoesNotExist")
		assert.Contains(t, missing.err, "no Map Run of packs/Each there has such an item")
	})
	t.Run("child workflow", func(t *testing.T) {
		arn, mapRun := failedItem(t, h, "spawns", eachKind("STANDARD", loops), 6)
		document := h.run("history", arn, "--format", "json")
		_, types := eventsOf(t, document)
		assert.Equal(t, want, types)
		assert.Equal(t, mapRun, document.json(t)["mapRunArn"])
		assert.Equal(t, "FAILED", h.run("describe", arn, "--output", "json").json(t)["status"])
	})
	t.Run("express", func(t *testing.T) {
		arn, mapRun := failedItem(t, h, "hurries", eachKind("EXPRESS", ends), 6)
		require.Contains(t, arn, ":express:")
		for _, command := range []string{"history", "describe"} {
			got := h.run(command, arn)
			assert.Equal(t, exitFailed, got.code)
			assert.Empty(t, got.out)
			assert.Contains(t, got.err, "is an Express execution, item 3 of "+mapRun)
			assert.Contains(t, got.err, "stepwell results "+mapRun+" --failed --format jsonl")
		}
	})
}

func TestHistoryAsAWSAnswers(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t)
	const assigns = `{"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"v":1},"Next":"B"},"B":{"Type":"Succeed"}}}`
	require.Equal(t, exitSucceeded, h.run("run", h.file(t, "plain.json", assigns), "--name", "one", "--input", `{"a":1}`).code)
	want := []string{"ExecutionStarted", "PassStateEntered", "PassStateExited", "SucceedStateEntered", "SucceedStateExited", "ExecutionSucceeded"}
	all, types := eventsOf(t, h.run("history", "plain/one", "--format", "aws"))
	require.Equal(t, want, types)
	plain := map[string]any{"truncated": false}
	for i, details := range []map[string]any{
		{"executionStartedEventDetails": map[string]any{"input": `{"a":1}`, "inputDetails": plain}},
		{"stateEnteredEventDetails": map[string]any{"name": "A", "input": `{"a":1}`, "inputDetails": plain}},
		{"stateExitedEventDetails": map[string]any{"name": "A", "output": `{"a":1}`, "outputDetails": plain,
			"assignedVariables": map[string]any{"v": "1"}, "assignedVariablesDetails": plain}},
		{"stateEnteredEventDetails": map[string]any{"name": "B", "input": `{"a":1}`, "inputDetails": plain}},
		{"stateExitedEventDetails": map[string]any{"name": "B", "output": `{"a":1}`, "outputDetails": plain}},
		{"executionSucceededEventDetails": map[string]any{"output": `{"a":1}`, "outputDetails": plain}},
	} {
		details["type"], details["id"], details["previousEventId"] = want[i], float64(i+1), float64(max(i, 0))
		if i == 1 { // the first state follows nothing
			details["previousEventId"] = 0.0
		}
		_, err := time.Parse(time.RFC3339, all[i]["timestamp"].(string))
		assert.NoError(t, err)
		details["timestamp"] = all[i]["timestamp"]
		if role, ok := all[i]["executionStartedEventDetails"].(map[string]any); ok {
			delete(role, "roleArn")
		}
		assert.Equal(t, details, all[i])
	}
	var document map[string]any
	require.NoError(t, json.Unmarshal([]byte(h.run("history", "plain/one", "--format", "aws").out), &document))
	assert.Len(t, document, 1, "events alone")

	ids := func(arguments ...string) (ids []int) {
		events, _ := eventsOf(t, h.run(append([]string{"history", "plain/one", "--format", "aws"}, arguments...)...))
		for _, e := range events {
			ids = append(ids, int(e["id"].(float64)))
		}
		return ids
	}
	assert.Equal(t, []int{6, 5, 4, 3, 2, 1}, ids("--reverse-order"))
	assert.Equal(t, []int{1, 2}, ids("--max-results", "2"))
	assert.Equal(t, []int{6, 5}, ids("--max-results", "2", "--reverse-order"))
	assert.Equal(t, []int{1, 2, 3, 4, 5, 6}, ids("--max-results", "60"))

	bare, types := eventsOf(t, h.run("history", "plain/one", "--format", "aws", "--no-execution-data"))
	assert.Equal(t, want, types)
	assert.Equal(t, map[string]any{"name": "A"}, bare[1]["stateEnteredEventDetails"])
	assert.Equal(t, map[string]any{"name": "A"}, bare[2]["stateExitedEventDetails"])
	assert.Equal(t, map[string]any{}, bare[5]["executionSucceededEventDetails"])
	reversed := strings.Split(h.run("history", "plain/one", "--reverse-order", "-o", "text").out, "\n")
	assert.Contains(t, reversed[1], "ExecutionSucceeded")
	assert.Regexp(t, `  PassStateExited +A +`, reversed[4], "states are told in reverse order too")
}
