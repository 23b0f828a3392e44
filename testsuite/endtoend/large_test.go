package endtoend

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// made is a value of about so many bytes that does not compress.
func made(bytes int, seed uint64) []string {
	random := rand.New(rand.NewPCG(seed, 1))
	rows := make([]string, bytes/1024)
	raw := make([]byte, 768)
	for i := range rows {
		for j := range raw {
			raw[j] = byte(random.Uint32())
		}
		rows[i] = base64.StdEncoding.EncodeToString(raw)
	}
	return rows
}

// making is a function that makes 5 MiB, or as many as its payload says.
func making(c call) (any, error) {
	size := 5 << 20
	if n := 0; json.Unmarshal([]byte(c.payload), &n) == nil && n > 0 {
		size = n
	}
	return made(size, uint64(size)), nil
}

// bytesOf is a function that tells how large its payload is.
func bytesOf(c call) (any, error) { return len(c.payload), nil }

func calling(function, more string) string {
	return fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:%s",%s}`, function, more)
}

// described is what stepwell describe tells.
type described struct{ Status, Output, Error, Cause, WorkflowID string }

// describes runs a command that ends with what describe tells.
func (w *world) describes(t *testing.T, environment []string, arguments ...string) (d described) {
	t.Helper()
	ran := w.run(t, environment, "stepwell", append(arguments, "--output", "json")...)
	require.NoError(t, json.Unmarshal([]byte(ran.out), &d), "%d %.2000s %s", ran.code, ran.out, ran.err)
	return d
}

// largest gives the size of the largest event.
func largestEvent(events []*historypb.HistoryEvent) (bytes int) {
	for _, event := range events {
		bytes = max(bytes, event.Size())
	}
	return bytes
}

// TestLargeValues takes values of 5 to 15 MiB through Pass, Parallel, inline Map
// and Tasks, over the death of a worker, and looks at all of it again.
func TestLargeValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	staging := "STEPWELL_STAGING=s3://" + bucket + "/" + w.prefix + "staging"
	w.functions.add("make", making)
	w.functions.add("bytes", bytesOf)
	broken := true
	w.functions.add("last", func(c call) (any, error) {
		if broken {
			return nil, functionError{"Broken", "not yet"}
		}
		return len(c.payload), nil
	})
	definition := file(t, machineName+".asl.json", `{"StartAt":"Make","States":{
		"Make":`+calling("make", `"ResultPath":"$.rows","Next":"Wait"`)+`,
		"Wait":{"Type":"Wait","Seconds":3,"Next":"Pass"},
		"Pass":{"Type":"Pass","Parameters":{"rows.$":"$.rows","sizes":[2000000,3000000]},"Next":"Both"},
		"Both":{"Type":"Parallel","ResultPath":"$.all","Next":"Last","Branches":[
			{"StartAt":"Bytes","States":{"Bytes":`+calling("bytes", `"InputPath":"$.rows","End":true`)+`}},
			{"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.sizes","End":true,"ItemProcessor":{"StartAt":"One","States":{"One":`+calling("make", `"End":true`)+`}}}}},
			{"StartAt":"Same","States":{"Same":{"Type":"Pass","OutputPath":"$.rows","End":true}}}]},
		"Last":`+calling("last", `"ResultPath":"$.bytes","End":true`)+`}}`)

	environment := w.environment(staging)
	first := w.startWorker(t, staging)
	started := w.run(t, environment, "stepwell", "start", definition, "--name", "large", "--output", "json")
	require.Equal(t, 0, started.code, started.err)
	id := machineName + "/large"
	require.Eventually(t, func() bool {
		return count(w.histories(t, id, "")[0], enumspb.EVENT_TYPE_TIMER_STARTED) == 1
	}, patience, 50*time.Millisecond)
	first.End(t, syscall.SIGKILL)
	w.startWorker(t, staging)

	var d described
	require.Eventually(t, func() bool {
		d = w.describes(t, w.environment(), "describe", id)
		return d.Status != "RUNNING"
	}, patience, 500*time.Millisecond)
	require.Equal(t, "FAILED", d.Status)
	require.Equal(t, "Broken", d.Error)

	// The shell has no STEPWELL_STAGING: references say where values are.
	history := w.run(t, w.environment(), "stepwell", "history", id, "--format", "jsonl")
	require.Equal(t, 0, history.code, history.err)
	assert.Greater(t, len(history.out), 10<<20)
	assert.Contains(t, history.out, "LambdaFunctionFailed")

	broken = false
	redriven := w.run(t, environment, "stepwell", "redrive", id)
	require.Equal(t, 0, redriven.code, redriven.err)
	require.Eventually(t, func() bool {
		d = w.describes(t, w.environment(), "describe", id)
		return d.Status != "RUNNING" && d.Status != "FAILED"
	}, patience, 500*time.Millisecond)
	require.Equal(t, "SUCCEEDED", d.Status, "%s %s", d.Error, d.Cause)
	var output struct {
		Rows  json.RawMessage
		All   []json.RawMessage
		Bytes int
	}
	require.NoError(t, json.Unmarshal([]byte(d.Output), &output))
	rows, err := json.Marshal(made(5<<20, 5<<20))
	require.NoError(t, err)
	each, err := json.Marshal([]any{made(2000000, 2000000), made(3000000, 3000000)})
	require.NoError(t, err)
	require.Len(t, output.All, 3)
	assert.Equal(t, fmt.Sprint(len(rows)), string(output.All[0]))
	assert.True(t, string(each) == string(output.All[1]))
	assert.True(t, string(rows) == string(output.All[2]))
	assert.True(t, string(rows) == string(output.Rows))
	assert.Greater(t, output.Bytes, 14<<20, "the last Task got it all")
	history = w.run(t, w.environment(), "stepwell", "history", id, "--format", "jsonl")
	require.Equal(t, 0, history.code, history.err)
	assert.Contains(t, history.out, "ExecutionRedriven")
	assert.Contains(t, history.out, "ExecutionSucceeded")

	for _, events := range w.histories(t, id, "") {
		assert.Zero(t, failedTasks(events))
		assert.Less(t, largestEvent(events), wire.ValueLimit+4096, "what is large is elsewhere")
	}
	keys := w.keys(t, w.prefix+"staging/")
	require.NotEmpty(t, keys)
	for _, key := range keys {
		assert.Regexp(t, `^v0/ns/default/wt/Shop/wi/Shop%2Flarge/ri/[0-9a-z-]+/d/sha256/[0-9a-f]{64}$`, key)
	}
}

// TestLargeItems runs items with large inputs and results in packed shards, as
// Express executions and as workflows; the array of all is the state's output.
func TestLargeItems(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{staging: "s3://" + bucket + "/large-items"})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		name := "large-" + string(leaf)
		w.functions.add(name, func(c call) (any, error) {
			var input struct {
				Item []string
				Size int
			}
			c.read(&input)
			return map[string]any{"rows": made(3<<20+4096, uint64(len(input.Item))), "got": len(c.payload)}, nil
		})
		// Two lines of 2 MiB, two of a few bytes.
		const n = 4
		var lines strings.Builder
		for i := range n {
			text, err := json.Marshal(map[string]any{"item": made((i%2)*(2<<20)+1024, uint64(i))})
			require.NoError(t, err)
			lines.Write(append(text, '\n'))
		}
		key := w.put(t, name+".jsonl", lines.String())
		d := distributed{leaf: leaf, selector: "none", more: `"MaxConcurrency":3`,
			reader: fmt.Sprintf(`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL"},"Parameters":{"Bucket":%q,"Key":%q}}`, bucket, key),
			processor: `"StartAt":"Ask","States":{"Ask":` + fmt.Sprintf(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":%q,"Payload.$":"$"},
				"OutputPath":"$.Payload","End":true}`, name) + `}`}
		e := w.startMap(t, d, "")
		output := e.succeeds()
		require.Equal(t, n, output.Len())
		assert.Greater(t, output.Size(), n*(3<<20))
		for i := range n {
			got, _ := output.At(i).Get("got").Int()
			assert.Equal(t, i%2 == 1, got > 2<<20, "item %d gave %d bytes", i, got)
		}
		e.visit(t, e.run.GetID(), e.firstRun, func(v visited) {
			assert.Zero(t, failedTasks(v.events), v.kind)
			assert.Less(t, largestEvent(v.events), wire.ValueLimit+4096, v.kind)
		})
	})
}

// TestLargeFrameContinuesAsNew carries a large value from run to run.
func TestLargeFrameContinuesAsNew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{staging: "s3://" + bucket + "/large-frame", workflows: workflows.Options{ContinueAfter: 20}})
	w.functions.add("make", func(call) (any, error) { return made(3<<20, 1), nil })
	w.functions.add("keep", echo)
	e := w.start(t, `{"StartAt":"Make","States":{
		"Make":`+calling("make", `"ResultPath":"$.rows","Next":"Add"`)+`,
		"Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)","rows.$":"$.rows"},"Next":"Do"},
		"Do":`+calling("keep", `"InputPath":"$.n","ResultPath":"$.n","Next":"More"`)+`,
		"More":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":12,"Next":"Add"}],"Default":"Done"},
		"Done":{"Type":"Succeed"}}}`, `{"n":0}`)
	output := e.succeeds()
	rows, err := json.Marshal(made(3<<20, 1))
	require.NoError(t, err)
	assert.True(t, string(rows) == output.Get("rows").String())
	runs := w.histories(t, e.run.GetID(), e.firstRun)
	assert.Greater(t, len(runs), 2)
	for _, events := range runs {
		assert.Zero(t, failedTasks(events))
		for _, event := range events {
			assert.NotEqual(t, wire.StageActivity, event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName(), "frames travel like other values")
		}
	}
}

// deleteAll deletes what is below a prefix.
func (w *world) deleteAll(t *testing.T, prefix string) {
	t.Helper()
	require.NoError(t, objects.NewS3(w.s3).Empty(context.Background(), objects.Location{Bucket: bucket, Key: prefix}))
}

// TestLostValues deletes values that executions still need: they fail and say
// which, or stand still and say so where they cannot go back.
func TestLostValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	staging := "STEPWELL_STAGING=s3://" + bucket + "/" + w.prefix + "staging"
	environment := w.environment(staging)
	w.functions.add("make", making)
	called := make(chan struct{}, 10)
	attempts := w.functions.add("retried", func(call) (any, error) {
		called <- struct{}{}
		return nil, functionError{"Busy", "not now"}
	})
	makes := w.functions.byName["make"]
	input := "@" + file(t, "input.json", `"`+strings.Repeat("x", 3<<20)+`"`)
	ends := func(id string) (d described) {
		require.Eventually(t, func() bool {
			d = w.describes(t, environment, "describe", id)
			return d.Status != "RUNNING"
		}, patience, 300*time.Millisecond)
		return d
	}

	// The input, before any worker has seen it.
	pass := file(t, "Pass.json", `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`)
	require.Zero(t, w.run(t, environment, "stepwell", "start", pass, "--name", "one", "--input", input).code)
	w.deleteAll(t, w.prefix+"staging/v0/")
	worker := w.startWorker(t, staging)
	require.Eventually(t, func() bool {
		events := w.histories(t, "Pass/one", "")[0]
		return events[len(events)-1].GetWorkflowExecutionFailedEventAttributes() != nil
	}, patience, 100*time.Millisecond)
	events := w.histories(t, "Pass/one", "")[0]
	assert.Contains(t, events[len(events)-1].GetWorkflowExecutionFailedEventAttributes().GetFailure().GetMessage(), "is no longer in staging: s3://"+bucket+"/"+w.prefix)
	said := w.run(t, environment, "stepwell", "describe", "Pass/one")
	assert.Equal(t, 1, said.code)
	assert.Contains(t, said.err, "a lifecycle rule")

	// The input of a Task, between two attempts.
	retried := file(t, "Retried.json", `{"StartAt":"A","States":{"A":`+calling("retried", `"End":true,"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":4,"MaxAttempts":50}]`)+`}}`)
	require.Zero(t, w.run(t, environment, "stepwell", "start", retried, "--name", "two", "--input", input).code)
	<-called
	w.deleteAll(t, w.prefix+"staging/v0/")
	d := w.finishes(t, "Retried/two")
	assert.Equal(t, machine.ErrorRuntime, d.GetApplicationFailureInfo().GetType())
	assert.Contains(t, d.GetMessage(), "is no longer in staging")
	assert.Equal(t, 1, attempts.count())

	// What the execution has got already, when another worker takes it over.
	waits := file(t, "Waits.json", `{"StartAt":"A","States":{"A":`+calling("make", `"Next":"B"`)+`,"B":{"Type":"Wait","Seconds":2,"Next":"C"},"C":{"Type":"Pass","Result":1,"End":true}}}`)
	require.Zero(t, w.run(t, environment, "stepwell", "start", waits, "--name", "three").code)
	require.Eventually(t, func() bool {
		return count(w.histories(t, "Waits/three", "")[0], enumspb.EVENT_TYPE_TIMER_STARTED) == 1
	}, patience, 20*time.Millisecond)
	worker.End(t, syscall.SIGKILL)
	w.deleteAll(t, w.prefix+"staging/v0/")
	w.startWorker(t, staging)
	var failure string
	require.Eventually(t, func() bool {
		for _, event := range w.histories(t, "Waits/three", "")[0] {
			if failed := event.GetWorkflowTaskFailedEventAttributes(); failed != nil {
				failure = failed.GetFailure().GetMessage()
			}
		}
		return failure != ""
	}, patience, 100*time.Millisecond)
	assert.Contains(t, failure, "is no longer in staging")
	said = w.run(t, environment, "stepwell", "history", "Waits/three")
	assert.Equal(t, 1, said.code)
	assert.Contains(t, said.err, "is no longer in staging")
	require.Zero(t, w.run(t, environment, "stepwell", "stop", "Waits/three", "--force").code)
	assert.Equal(t, "ABORTED", ends("Waits/three").Status)
	assert.Equal(t, 1, makes.count())
}

// TestLargeValuesRefused says what to set, or what AWS would say.
func TestLargeValuesRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	w.functions.add("make", making)
	w.startWorker(t)
	large := file(t, "Large.json", `{"StartAt":"A","States":{"A":`+calling("make", `"End":true`)+`}}`)
	twice := file(t, "Twice.json", `{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}}}`)
	input := "@" + file(t, "input.json", `"`+strings.Repeat("x", 1<<20)+`"`)
	larger := "@" + file(t, "larger.json", `"`+strings.Repeat("x", 2<<20)+`"`)

	d := w.describes(t, w.environment(), "run", large)
	assert.Equal(t, machine.ErrorDataLimitExceeded, d.Error)
	assert.Contains(t, d.Cause, "STEPWELL_STAGING=s3://bucket/prefix")
	d = w.describes(t, w.environment(), "run", twice, "--input", input)
	assert.Equal(t, machine.ErrorDataLimitExceeded, d.Error)
	assert.Contains(t, d.Cause, "STEPWELL_STAGING=s3://bucket/prefix")
	said := w.run(t, w.environment(), "stepwell", "start", twice, "--input", larger)
	assert.Equal(t, 1, said.code)
	assert.Contains(t, said.err, "STEPWELL_STAGING=s3://bucket/prefix")

	strict := newWorld(t, settings{elsewhere: true})
	strict.functions.add("make", making)
	staging := "STEPWELL_STAGING=s3://" + bucket + "/" + strict.prefix
	strict.startWorker(t, staging)
	d = strict.describes(t, strict.environment(staging), "run", large, "--strict")
	assert.Equal(t, machine.ErrorDataLimitExceeded, d.Error)
	assert.Contains(t, d.Cause, "service limit")
	small := file(t, "Small.json", `{"StartAt":"A","States":{"A":`+calling("make", `"End":true`)+`}}`)
	d = strict.describes(t, strict.environment(staging), "run", small, "--strict", "--input", "300000")
	assert.Equal(t, machine.ErrorDataLimitExceeded, d.Error, "over 256 KiB")
}

// finishes waits for a workflow to fail and gives its failure.
func (w *world) finishes(t *testing.T, id string) (failure *failurepb.Failure) {
	t.Helper()
	require.Eventually(t, func() bool {
		events := w.histories(t, id, "")[0]
		failure = events[len(events)-1].GetWorkflowExecutionFailedEventAttributes().GetFailure()
		return failure != nil
	}, patience, 100*time.Millisecond)
	return failure
}

// TestManyLargeInputs asks for many Tasks at once: with inputs that go to
// staging, and just small enough to cross Temporal whole.
func TestManyLargeInputs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{staging: "s3://" + bucket + "/many-large"})
	w.functions.add("bytes", bytesOf)
	var branches, want []string
	for i := range 12 {
		path, bytes := "$.large", 3<<20
		if i%2 == 1 {
			path, bytes = "$.medium", 1400<<10
		}
		branches = append(branches, fmt.Sprintf(`{"StartAt":"T%d","States":{"T%d":%s}}`, i, i, calling("bytes", fmt.Sprintf(`"InputPath":%q,"End":true`, path))))
		want = append(want, fmt.Sprint(bytes+2))
	}
	e := w.start(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[`+strings.Join(branches, ",")+`]}}}`,
		fmt.Sprintf(`{"large":%q,"medium":%q}`, strings.Repeat("x", 3<<20), strings.Repeat("y", 1400<<10)))
	assert.Equal(t, "["+strings.Join(want, ",")+"]", e.succeeds().String())
	assert.Zero(t, failedTasks(e.events()))
}
