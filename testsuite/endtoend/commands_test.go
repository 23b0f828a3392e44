package endtoend

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// file makes a file and gives its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// TestCommands goes the way of a user: the worker's binary with a route table
// and staging, and the command line.
func TestCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	elsewhere := newFunctions(t)
	elsewhere.add("double", double)
	routes := file(t, "routes.yaml", "routes:\n  - function: double\n    http: {url: \"${ELSEWHERE}/double\"}\n")
	w.startWorker(t, "STEPWELL_ROUTES="+routes, "ELSEWHERE="+elsewhere.server.URL, "STEPWELL_STAGING=s3://"+bucket+"/"+w.prefix+"staging")

	const n = 500
	prefix := w.prefix + "results"
	d := distributed{leaf: program.PackedShard, reader: fillCSV(t, w, n).reader, prefix: prefix, processor: asking("double")}
	definition := file(t, machineName+".asl.json", d.definition())
	environment := w.environment()

	ran := w.run(t, environment, "stepwell", "run", definition, "--name", w.queue, "--output", "json")
	require.Equal(t, 0, ran.code, ran.err)
	var described struct {
		ExecutionArn, Status, Output, WorkflowID string
		MapRuns                                  []struct {
			Status, Manifest string
			ItemCounts       struct{ Succeeded, Total int }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(ran.out), &described), ran.out)
	assert.Equal(t, "SUCCEEDED", described.Status)
	assert.Equal(t, "arn:aws:states:us-east-1:000000000000:execution:Shop:"+w.queue, described.ExecutionArn)
	require.Len(t, described.MapRuns, 1)
	assert.Equal(t, n, described.MapRuns[0].ItemCounts.Succeeded)
	assert.Equal(t, n, described.MapRuns[0].ItemCounts.Total)
	r := w.results(t, prefix)
	r.requireOnce(t, n)
	assert.Equal(t, "s3://"+bucket+"/"+r.folder+"manifest.json", described.MapRuns[0].Manifest)
	assert.Contains(t, described.Output, r.mapRun)
	for _, key := range w.keys(t, w.prefix+"staging/") {
		assert.True(t, strings.HasSuffix(key, "/outcome.json"), "staging should be emptied: %s", key)
	}

	stands, err := w.client.DescribeWorkflowExecution(context.Background(), described.WorkflowID, "")
	require.NoError(t, err)
	info := stands.WorkflowExecutionInfo
	assert.Equal(t, machineName, info.Type.Name)
	assert.Equal(t, `"execution"`, string(info.Memo.Fields[wire.KindMemo].Data))
	assert.Equal(t, `"`+described.ExecutionArn+`"`, string(info.Memo.Fields[wire.ArnMemo].Data))

	failing := file(t, "Failing.json", `{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"NoLuck","Cause":"none"}}}`)
	failed := w.run(t, environment, "stepwell", "run", failing)
	assert.Equal(t, 1, failed.code)
	assert.Empty(t, failed.out)
	assert.Contains(t, failed.err, "NoLuck")
}

// TestCommandsRefuse shows what is said of wrong settings and definitions.
func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	good := file(t, "Good.json", `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`)
	bad := file(t, "Bad.json", "{\"StartAt\":\"B\",\n \"States\":{\"A\":{\"Type\":\"Pass\"}}}")
	routes := file(t, "routes.yaml", "routes:\n  - function: f\n    htp: {}\n")
	nowhere := "TEMPORAL_ADDRESS=127.0.0.1:1"
	for _, c := range []struct {
		name, variable, binary string
		arguments              []string
		code                   int
		words                  []string
	}{
		{"worker, wrong address", nowhere, "stepwell-worker", nil, 1, []string{"127.0.0.1:1", "TEMPORAL_ADDRESS", "stepwell-dev"}},
		{"worker, wrong namespace", "TEMPORAL_NAMESPACE=elsewhere", "stepwell-worker", nil, 1, []string{"elsewhere", "TEMPORAL_NAMESPACE"}},
		{"worker, wrong staging", "STEPWELL_STAGING=bucket", "stepwell-worker", nil, 2, []string{"STEPWELL_STAGING", "s3://bucket/prefix"}},
		{"worker, wrong routes", "STEPWELL_ROUTES=" + routes, "stepwell-worker", nil, 2, []string{"routes.yaml", "line 3", "htp"}},
		{"command, wrong address", nowhere, "stepwell", []string{"run", good}, 1, []string{"127.0.0.1:1", "TEMPORAL_ADDRESS", "stepwell-dev"}},
		{"command, wrong namespace", "TEMPORAL_NAMESPACE=elsewhere", "stepwell", []string{"start", good}, 1, []string{"elsewhere", "TEMPORAL_NAMESPACE"}},
		{"command, bad definition", "", "stepwell", []string{"start", bad}, 1, []string{"MISSING_TRANSITION_TARGET", "Bad.json:1", "Bad.json:2", "Invalid State Machine Definition"}},
		{"command, no file", "", "stepwell", []string{"run", "nowhere.json"}, 1, []string{"nowhere.json"}},
		{"command, wrong usage", "", "stepwell", []string{"run"}, 2, []string{"--help"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			environment := w.environment()
			if c.variable != "" {
				environment = append(environment, c.variable)
			}
			s := w.run(t, environment, c.binary, c.arguments...)
			assert.Equal(t, c.code, s.code, s.err)
			assert.Empty(t, s.out)
			for _, words := range c.words {
				assert.Contains(t, s.err, words)
			}
		})
	}
	list := w.run(t, w.environment(), "stepwell", "list")
	assert.NotContains(t, list.out, fmt.Sprintf("%q", "Bad"), "nothing was started")
}
