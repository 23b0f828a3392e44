package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// resultsBucket is where the Map Runs of these tests write.
const resultsBucket = "results"

// inspecting is a harness with a real worker, on a task queue of the test's own.
// Its Tasks are performed by AWS Lambda, or by what is given instead.
func inspecting(t *testing.T, instead ...activities.Service) (*harness, *devtest.Server) {
	t.Helper()
	return inspectingWith(t, activities.MapDependencies{}, instead...)
}

// inspectingWith is inspecting with other settings of its Map Runs.
func inspectingWith(t *testing.T, maps activities.MapDependencies, instead ...activities.Service) (*harness, *devtest.Server) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a dev server")
	}
	h := newHarness(t)
	server := startServer(t, h, resultsBucket)
	h.environment["STEPWELL_TASK_QUEUE"] = t.Name()
	cache := programs.New(workflows.Compile, 10)
	store := objects.NewS3(server.S3())
	storage, err := offload.New("s3://"+resultsBucket+"/values", func(context.Context) (objects.Store, error) { return store, nil })
	require.NoError(t, err)
	c := server.Client(t, storage.Apply)
	w := worker.New(c, t.Name(), worker.Options{MaxHeartbeatThrottleInterval: time.Second})
	foreign := &activities.Foreign{Client: c}
	services := activities.NewServices(activities.NewLambda(server.AWS(), nil, foreign), foreign)
	if len(instead) > 0 {
		services = activities.NewServices(instead...)
	}
	workflows.Register(w, workflows.Options{Programs: cache})
	maps.Store, maps.Programs, maps.Caller, maps.Log = store, cache, services, slog.New(slog.DiscardHandler)
	activities.Register(w, activities.Dependencies{Services: services, Programs: cache, Maps: activities.NewMaps(maps)})
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
	return h, server
}

// sorting is a Distributed Map whose items fail when they are "bad".
func sorting(writer string) string {
	return fmt.Sprintf(`{"StartAt":"Sort","States":{"Sort":{"Type":"Map","Label":"Sort","ItemsPath":"$.items","ToleratedFailurePercentage":100,%s"End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"C","States":{
		"C":{"Type":"Choice","Choices":[{"Variable":"$","StringEquals":"bad","Next":"F"}],"Default":"P"},
		"F":{"Type":"Fail","Error":"Spoiled","Cause":"It was, \"bad\"."},"P":{"Type":"Pass","Result":["fine"],"End":true}}}}}}`, writer)
}

const (
	exporting = `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"results","Prefix":"out"}},`
	asLines   = `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"results","Prefix":"out"},"WriterConfig":{"OutputType":"JSONL","Transformation":"COMPACT"}},`
	someItems = `{"items":["good","bad","good","bad","good"]}`
)

func TestResults(t *testing.T) {
	t.Parallel()
	h, server := inspecting(t)
	r := h.run("run", h.file(t, "sorts.json", sorting(exporting)), "--name", "one", "--input", someItems, "--output", "json")
	require.Equal(t, exitSucceeded, r.code, r.err)
	run := r.json(t)["mapRuns"].([]any)[0].(map[string]any)
	arn, manifest := run["mapRunArn"].(string), run["manifest"].(string)

	t.Run("counts", func(t *testing.T) {
		for _, reference := range []string{"sorts/one", r.json(t)["executionArn"].(string), arn} {
			got := h.run("results", reference, "--output", "json")
			require.Equal(t, exitSucceeded, got.code, got.err)
			runs := got.json(t)["mapRuns"].([]any)
			require.Len(t, runs, 1)
			counted := runs[0].(map[string]any)
			assert.Equal(t, arn, counted["mapRunArn"])
			assert.Equal(t, "Sort", counted["state"])
			assert.Equal(t, manifest, counted["manifest"])
			categories := counted["categories"].([]any)
			succeeded, failed, pending := categories[0].(map[string]any), categories[1].(map[string]any), categories[2].(map[string]any)
			assert.Equal(t, []any{"SUCCEEDED", 3.0, 1.0}, []any{succeeded["category"], succeeded["records"], succeeded["files"]})
			assert.Equal(t, []any{"FAILED", 2.0, 1.0}, []any{failed["category"], failed["records"], failed["files"]})
			assert.Equal(t, []any{map[string]any{"error": "Spoiled", "records": 2.0}}, failed["errors"])
			assert.Equal(t, []any{"PENDING", 0.0, 0.0}, []any{pending["category"], pending["records"], pending["files"]})
			assert.Positive(t, failed["bytes"])
		}
		table := h.run("results", "sorts/one")
		assert.Regexp(t, `(?m)^Sort: arn:aws:states:.*:mapRun:sorts/Sort:`, table.out)
		assert.Regexp(t, `(?m)^  FAILED +2 records +1 file +[0-9.]+ k?B  Spoiled: 2$`, table.out)
		assert.Empty(t, table.err)
		assert.Len(t, strings.Split(strings.TrimSpace(h.run("results", "sorts/one", "--format", "csv").out), "\n"), 4)
		assert.Len(t, strings.Split(strings.TrimSpace(h.run("results", "sorts/one", "--format", "jsonl").out), "\n"), 1)
	})

	t.Run("records", func(t *testing.T) {
		var records []map[string]any
		got := h.run("results", "sorts/one", "--failed", "--format", "json")
		require.NoError(t, json.Unmarshal([]byte(got.out), &records), got.err)
		require.Len(t, records, 2)
		for _, record := range records {
			assert.Equal(t, "FAILED", record["Status"])
			assert.Equal(t, "Spoiled", record["Error"])
			assert.Equal(t, `"bad"`, record["Input"])
		}
		lines := strings.Split(strings.TrimSuffix(h.run("results", arn, "--succeeded", "--failed", "--format", "jsonl").out, "\n"), "\n")
		require.Len(t, lines, 5)
		for _, line := range lines {
			assert.True(t, json.Valid([]byte(line)), line)
		}
		rows, err := csv.NewReader(strings.NewReader(h.run("results", arn, "--failed", "--format", "csv").out)).ReadAll()
		require.NoError(t, err)
		require.Len(t, rows, 3)
		assert.Equal(t, recordColumns(), rows[0])
		assert.Equal(t, []string{"FAILED", "Spoiled", `It was, "bad".`, `"bad"`}, rows[1][1:5])
		assert.Regexp(t, `^FAILED +[0-9a-f-]{36}  Spoiled +It was, "bad"\.$`, strings.Split(h.run("results", arn, "--failed").out, "\n")[1])

		limited := h.run("results", arn, "--succeeded", "--failed", "--limit", "4", "--format", "jsonl")
		assert.Equal(t, 4, strings.Count(limited.out, "\n"))
		for form, want := range map[string]string{"json": "[]\n", "jsonl": "", "table": "", "csv": strings.Join(recordColumns(), ",") + "\n"} {
			none := h.run("results", arn, "--pending", "--format", form)
			assert.Equal(t, exitSucceeded, none.code)
			assert.Equal(t, want, none.out, form)
		}
	})

	t.Run("lines that are arrays", func(t *testing.T) {
		require.Equal(t, exitSucceeded, h.run("run", h.file(t, "lines.json", sorting(asLines)), "--name", "lines", "--input", someItems).code)
		assert.Equal(t, "[\"fine\"]\n[\"fine\"]\n[\"fine\"]\n", h.run("results", "lines/lines", "--succeeded", "--format", "jsonl").out)
		assert.Equal(t, "[\n[\"fine\"],\n[\"fine\"],\n[\"fine\"]\n]\n", h.run("results", "lines/lines", "--succeeded", "--format", "json").out)
		assert.Contains(t, h.run("results", "lines/lines", "--succeeded").out, "\nSUCCEEDED  "+strings.Repeat(" ", 36)+"  "+strings.Repeat(" ", 28)+"  [\"fine\"]\n")
	})

	t.Run("a manifest alone needs no Temporal", func(t *testing.T) {
		alone := newHarness(t)
		alone.environment["TEMPORAL_ADDRESS"] = "127.0.0.1:1"
		alone.environment["AWS_ENDPOINT_URL_S3"] = server.S3Endpoint
		got := alone.run("results", manifest, "--format", "json")
		require.Equal(t, exitSucceeded, got.code, got.err)
		assert.Equal(t, arn, got.json(t)["mapRuns"].([]any)[0].(map[string]any)["mapRunArn"])
	})

	t.Run("bad input", func(t *testing.T) {
		require.Equal(t, exitSucceeded, h.run("run", h.file(t, "keeps.json", sorting("")), "--name", "keeps", "--input", `{"items":["good"]}`).code)
		require.Equal(t, exitSucceeded, h.run("run", h.file(t, "plain.json", passes), "--name", "plain").code)
		bucket, key := resultsBucket, "text/manifest.json"
		_, err := server.S3().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("hello")})
		require.NoError(t, err)
		for _, c := range []struct {
			reference string
			code      int
			says      []string
		}{
			{"keeps/keeps", exitFailed, []string{"has no ResultWriter", "no Map Run of keeps/keeps has written results", "stepwell describe"}},
			{"plain/plain", exitFailed, []string{"plain/plain has no Map Runs", "stepwell describe"}},
			{"no/such", exitFailed, []string{"ExecutionDoesNotExist", "stepwell list"}},
			{"arn:aws:states:us-east-1:000000000000:mapRun:no/such:uuid", exitFailed, []string{"ResourceNotFound", "manifest.json"}},
			{"s3://results/none/manifest.json", exitFailed, []string{"there is no manifest s3://results/none/manifest.json", "AWS_ENDPOINT_URL_S3"}},
			{"s3://results/text/manifest.json", exitFailed, []string{"is no manifest", "stepwell describe"}},
			{"s3://results/none/", exitUsage, []string{"names no manifest"}},
		} {
			got := h.run("results", c.reference)
			assert.Equal(t, c.code, got.code, c.reference)
			assert.Empty(t, got.out)
			for _, text := range c.says {
				assert.Contains(t, got.err, text, c.reference)
			}
		}
	})
}

func TestHistory(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t)
	file := h.file(t, "told.json", sorting(exporting))
	require.Equal(t, exitSucceeded, h.run("run", file, "--name", "told", "--input", someItems).code)
	want := []string{"ExecutionStarted", "MapStateEntered", "MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"}

	got := h.run("history", "told/told", "--output", "json")
	require.Equal(t, exitSucceeded, got.code, got.err)
	assert.Empty(t, got.err)
	events := got.json(t)["events"].([]any)
	require.Len(t, events, len(want))
	for i, event := range events {
		e := event.(map[string]any)
		assert.Equal(t, want[i], e["type"])
		assert.EqualValues(t, i+1, e["id"])
		_, err := time.Parse(time.RFC3339, e["timestamp"].(string))
		assert.NoError(t, err)
	}
	entered := events[1].(map[string]any)
	assert.EqualValues(t, 0, entered["previousEventId"])
	assert.Equal(t, map[string]any{"name": "Sort", "input": someItems, "inputDetails": map[string]any{"truncated": false}}, entered["stateEnteredEventDetails"])

	lines := strings.Split(strings.TrimSpace(h.run("history", "told/told", "-o", "jsonl").out), "\n")
	require.Len(t, lines, len(want))
	assert.Contains(t, lines[7], `"type":"ExecutionSucceeded"`)

	table := h.run("history", "told/told")
	rows := strings.Split(strings.TrimSpace(table.out), "\n")
	require.Len(t, rows, len(want)+1)
	assert.Regexp(t, `^TIME +ID  EVENT +STATE +DETAILS$`, rows[0])
	assert.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +4  MapRunStarted +Sort +mapRunArn=arn:aws:states`, rows[4])
	for _, row := range rows {
		assert.NotContains(t, row, "\x1b", "no colours")
		assert.LessOrEqual(t, len([]rune(row)), 250)
	}

	t.Run("bad input", func(t *testing.T) {
		missing := h.run("history", "no/such")
		assert.Equal(t, exitFailed, missing.code)
		assert.Empty(t, missing.out)
		assert.Contains(t, missing.err, "ExecutionDoesNotExist: Execution Does Not Exist")
		assert.Contains(t, missing.err, "stepwell list")

		quick := h.run("run", h.file(t, "express.json", passes), "--type", "express", "--output", "json").json(t)
		none := h.run("history", quick["executionArn"].(string))
		assert.Equal(t, exitFailed, none.code)
		assert.Contains(t, none.err, "is an Express execution: these keep no history")
		assert.Contains(t, none.err, "stepwell describe")
	})

	t.Run("nothing yet", func(t *testing.T) {
		idle := *h
		idle.environment = environment{"TEMPORAL_ADDRESS": h.environment["TEMPORAL_ADDRESS"], "STEPWELL_TASK_QUEUE": "nobody"}
		require.Equal(t, exitSucceeded, idle.run("start", idle.file(t, "idle.json", passes), "--name", "idle").code)
		got := idle.run("history", "idle/idle", "-o", "json")
		assert.Equal(t, exitSucceeded, got.code)
		assert.Equal(t, []any{}, got.json(t)["events"])
		assert.Contains(t, got.err, "no worker has taken up idle/idle")
		assert.Contains(t, got.err, "stepwell doctor")
		require.Equal(t, exitSucceeded, idle.run("stop", "idle/idle", "--force").code)
	})

	t.Run("live", func(t *testing.T) {
		require.Equal(t, exitSucceeded, h.run("start", h.file(t, "goeson.json", waits), "--name", "goeson").code)
		var out, errs safeBuffer
		done := make(chan result, 1)
		go func() { done <- h.runTo(t.Context(), &out, &errs, "history", "goeson/goeson", "--follow") }()
		require.Eventually(t, func() bool { return strings.Contains(out.String(), "WaitStateEntered") }, 15*time.Second, 20*time.Millisecond, "%s", &errs)
		assert.NotContains(t, out.String(), "ExecutionAborted")
		require.Equal(t, exitSucceeded, h.run("stop", "goeson/goeson", "--cause", "enough").code)
		ended := <-done
		assert.Equal(t, exitSucceeded, ended.code, ended.err)
		assert.Contains(t, ended.out, "ExecutionAborted")
		assert.Equal(t, 1, strings.Count(ended.out, "WaitStateEntered"), "each event once")
	})
}

func TestDoctor(t *testing.T) {
	h, _ := inspecting(t)
	h.environment[stagingSetting] = "s3://results/staging"
	checks := func(r result) map[string]check {
		var answer struct {
			Result string
			Checks []check
		}
		require.NoError(t, json.Unmarshal([]byte(r.out), &answer), r.err)
		all := map[string]check{"": {Result: answer.Result}}
		for _, c := range answer.Checks {
			all[c.Name] = c
		}
		return all
	}
	var well result
	require.Eventually(t, func() bool { // the worker's first poll takes a moment
		well = h.run("doctor", "--output", "json")
		return well.code == exitSucceeded
	}, 10*time.Second, 200*time.Millisecond, "%s", &well)
	for _, name := range []string{"temporal", "namespace", "worker", "s3", "staging", "clock"} {
		assert.Equal(t, isOK, checks(well)[name].Result, "%s: %v", name, checks(well)[name])
	}
	assert.Contains(t, checks(well)["namespace"].Message, "history and redrive last as long")
	assert.Contains(t, checks(well)["worker"].Message, "last poll")
	text := h.run("doctor")
	assert.Regexp(t, `(?m)^OK    staging     s3://results/staging can be written, read and deleted from$`, text.out)
	assert.Empty(t, text.err)
	listed, err := devtest.Start(t).S3().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: ptr(resultsBucket), Prefix: ptr("staging/")})
	require.NoError(t, err)
	assert.Empty(t, listed.Contents, "it leaves nothing behind")

	for _, c := range []struct {
		name, setting, content string
		check, result          string
		message, fix           string
		code                   int
	}{
		{"no worker", "STEPWELL_TASK_QUEUE", "deserted", "worker", isFail, "no worker polls task queue deserted", "stepwell-worker --task-queue deserted", exitFailed},
		{"no namespace", "TEMPORAL_NAMESPACE", "elsewhere", "namespace", isFail, `has no namespace "elsewhere"`, "temporal operator namespace create", exitFailed},
		{"no Temporal", "TEMPORAL_ADDRESS", "127.0.0.1:1", "temporal", isFail, "cannot be reached at 127.0.0.1:1", "TEMPORAL_ADDRESS", exitFailed},
		{"no staging", stagingSetting, "", "staging", isWarn, "is not set", stagingSetting + "=s3://", exitSucceeded},
		{"faulty staging", stagingSetting, "results", "staging", isFail, "s3://bucket/key", "s3://bucket/prefix", exitFailed},
		{"missing bucket", stagingSetting, "s3://nowhere/x", "staging", isFail, "the bucket nowhere does not exist", "make the bucket", exitFailed},
		{"no S3", "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1", "s3", isFail, "http://127.0.0.1:1 cannot be reached", "AWS_ENDPOINT_URL_S3", exitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := h.environment[c.setting]
			h.environment[c.setting] = c.content
			defer func() { h.environment[c.setting] = before }()
			r := h.run("doctor", "--output", "json")
			assert.Equal(t, c.code, r.code)
			found := checks(r)[c.check]
			assert.Equal(t, c.result, found.Result)
			assert.Equal(t, c.result, checks(r)[""].Result)
			assert.Contains(t, found.Message, c.message)
			assert.Contains(t, found.Fix, c.fix)
		})
	}
	t.Run("no credentials", func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "")
		found := checks(h.run("doctor", "--output", "json"))["s3"]
		assert.Equal(t, isFail, found.Result, "%v", found)
		assert.Contains(t, found.Message, "no AWS credentials")
		h.environment[stagingSetting] = ""
		defer func() { h.environment[stagingSetting] = "s3://results/staging" }()
		r := h.run("doctor", "--output", "json")
		assert.Equal(t, exitSucceeded, r.code, "without staging nothing says that S3 is needed")
		assert.Equal(t, isWarn, checks(r)["s3"].Result)
	})
	t.Run("wrong credentials", func(t *testing.T) {
		t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
		found := checks(h.run("doctor", "--output", "json"))["s3"]
		assert.Equal(t, isFail, found.Result, "%v", found)
		assert.Contains(t, found.Fix, "AWS_SECRET_ACCESS_KEY")
	})
}

func TestNamesOfExecutionsComplete(t *testing.T) {
	h := newHarness(t)
	if testing.Short() {
		t.Skip("needs a dev server")
	}
	startServer(t, h)
	require.Equal(t, exitSucceeded, h.run("start", h.file(t, "completes.json", waits), "--name", "me").code)
	require.Eventually(t, func() bool {
		return strings.Contains(h.run("__complete", "history", "completes/").out, "completes/me\tRUNNING\n")
	}, 10*time.Second, 100*time.Millisecond)
	assert.NotContains(t, h.run("__complete", "history", "other").out, "completes/me")
	require.Equal(t, exitSucceeded, h.run("stop", "completes/me", "--force").code)
}

func ptr[T any](v T) *T { return &v }
