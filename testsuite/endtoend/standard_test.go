package endtoend

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// TestRetryOnTheServer fails a Task three times: history stays as short as if
// it had not, and its one activity tells of all attempts.
func TestRetryOnTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	w.functions.add("busy", func(c call) (any, error) {
		if c.attempt <= 3 {
			return nil, functionError{"Busy", fmt.Sprintf("attempt %d", c.attempt)}
		}
		return c.attempt, nil
	})
	e := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("busy", `"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":3,"BackoffRate":1}],"End":true`)+`}}`, "")

	// While it is repeated, the server shows the attempts.
	require.Eventually(t, func() bool {
		d, err := w.client.DescribeWorkflowExecution(context.Background(), e.run.GetID(), "")
		require.NoError(t, err)
		for _, pending := range d.PendingActivities {
			var log wire.AttemptLog
			if pending.HeartbeatDetails != nil && converter.GetDefaultDataConverter().FromPayloads(pending.HeartbeatDetails, &log) == nil && len(log.Attempts) >= 2 {
				assert.Equal(t, "Busy", log.Attempts[0].Failure.Name())
				return true
			}
		}
		return false
	}, 20*time.Second, 50*time.Millisecond)
	require.Equal(t, `{"answer":{"is":4}}`, e.succeeds().String())

	events := e.events()
	assert.Equal(t, 1, count(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
	assert.Equal(t, 1, count(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED))
	assert.LessOrEqual(t, len(events), 11)
	for _, event := range events {
		if done := event.GetActivityTaskCompletedEventAttributes(); done != nil {
			var result wire.TaskResult
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(done.GetResult(), &result))
			require.Len(t, result.Attempts, 3)
			for i, attempt := range result.Attempts {
				assert.Contains(t, attempt.Failure.Cause.Text(), fmt.Sprintf("attempt %d", i+1))
				assert.Equal(t, time.Second, attempt.Delay)
				assert.False(t, attempt.Started.IsZero())
			}
		}
	}
}

// TestRetryIsUsedUp ends with the function's own error and all its attempts
// counted, and Catch gets it.
func TestRetryIsUsedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	busy := w.functions.add("busy", func(call) (any, error) { return nil, functionError{"Busy", "later"} })
	retry := `"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":2,"BackoffRate":1}]`
	cause := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("busy", retry+`,"End":true`)+`}}`, "").fails("Busy")
	assert.JSONEq(t, `{"errorType":"Busy","errorMessage":"later"}`, cause)
	assert.Equal(t, 3, busy.count())
	caught := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("busy", retry+`,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Sorry"}],"End":true`)+
		`,"Sorry":{"Type":"Pass","OutputPath":"$.Error","End":true}}}`, "")
	require.Equal(t, `"Busy"`, caught.succeeds().String())
	assert.Equal(t, 6, busy.count())
}

// TestFunctionIsMissing tells AWS's error for a function that does not exist.
func TestFunctionIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	cause := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("nowhere", `"End":true`)+`}}`, "").fails("Lambda.ResourceNotFoundException")
	assert.Contains(t, cause, "(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ")
}

// TestTwentyLargeInputs gives each of twenty branches 250 KB, five megabytes of
// commands in one step.
func TestTwentyLargeInputs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	w.functions.add("length", func(c call) (any, error) { return len(c.payload), nil })
	var branches, want []string
	for i := range 20 {
		branches = append(branches, fmt.Sprintf(`{"StartAt":"T%d","States":{"T%d":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:length","End":true}}}`, i, i))
		want = append(want, "256002")
	}
	e := w.start(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[`+strings.Join(branches, ",")+`]}}}`,
		`"`+strings.Repeat("x", 250<<10)+`"`)
	require.Equal(t, "["+strings.Join(want, ",")+"]", e.succeeds().String())
	require.Zero(t, failedTasks(e.events()))
}

// busyMachine keeps a Parallel, an inline Map, a loop, a wait and a Distributed
// Map under way at the same time.
func busyMachine(each string) string {
	return `{"StartAt":"P","TimeoutSeconds":100,"States":{"P":{"Type":"Parallel","End":true,"Branches":[
	{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":3,"ItemsPath":"$.items","End":true,"ItemProcessor":{
		"StartAt":"A","States":{
			"A":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:keep","Next":"W"},
			"W":{"Type":"Wait","Seconds":1,"End":true}}}}}},
	{"StartAt":"Add","States":{
		"Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"Do"},
		"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:keep","Next":"More"},
		"More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":25,"Next":"Add"}],"Default":"Done"},
		"Done":{"Type":"Succeed"}}},
	{"StartAt":"Long","States":{"Long":{"Type":"Wait","Seconds":4,"Next":"U"},"U":{"Type":"Pass","Result":"waited","End":true}}},
	{"StartAt":"Each","States":{"Each":` + each + `}}]}}}`
}

// TestContinuesAsNew lets the histories of executions, Map Runs and shards be
// continued after a few events: nothing is lost or done twice.
func TestContinuesAsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{workflows: workflows.Options{ContinueAfter: 20}})
	kept := w.functions.add("keep", echo)
	t.Cleanup(func() { assert.Equal(t, 35*len(leaves()), kept.count(), "no task runs twice or is lost") })
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		n := itemsOf(leaf)
		own := string(leaf)
		doubled := w.functions.add(own, double)
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + own
		d := distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":40`, processor: asking(own)}
		e := w.startRequest(t, request{definition: busyMachine(d.state(`"End":true`)), leaf: asked(leaf), input: `{"items":[1,2,3,4,5,6,7,8,9,10],"n":0}`})
		output := e.succeeds()
		assert.Equal(t, `[1,2,3,4,5,6,7,8,9,10]`, output.At(0).String())
		assert.Equal(t, `{"n":25}`, output.At(1).String())
		assert.Equal(t, `"waited"`, output.At(2).String())
		w.exported(t, prefix, output.At(3)).requireOnce(t, n)
		doubled.requireOnce(t, n)
		runs := w.histories(t, e.run.GetID(), e.firstRun)
		assert.Greater(t, len(runs), 3)
		for _, events := range runs {
			assert.Zero(t, failedTasks(events))
		}
	})
}

// TestTimesOut ends an execution, and the Map Run in it, by TimeoutSeconds.
func TestTimesOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	var gone atomic.Int32
	w.functions.add("slow", func(c call) (any, error) {
		select {
		case <-c.gone:
			gone.Add(1)
		case <-time.After(time.Minute):
		}
		return nil, nil
	})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		from := fillCSV(t, w, 20)
		prefix := w.prefix + "results-" + string(leaf)
		d := distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":5`, processor: asking("slow")}
		e := w.startRequest(t, request{leaf: asked(leaf), definition: `{"TimeoutSeconds":4,"StartAt":"Each","States":{"Each":` + d.state(`"End":true`) + `}}`})
		ended := e.ended()
		assert.Equal(t, machine.TimedOut, ended.Status)
		assert.Equal(t, "States.Timeout", ended.Failure.Name())
		assert.InDelta(t, 4, ended.Stopped.Sub(ended.Started).Seconds(), 2)
		r := w.results(t, prefix)
		r.requireOnce(t, 20)
		assert.NotEmpty(t, r.failed, "what ran")
		assert.LessOrEqual(t, len(r.failed), 5)
		assert.Len(t, r.pending, 20-len(r.failed), "what did not")
	})
}
