package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func httptestServer(t *testing.T, f http.HandlerFunc) (url string) {
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return server.URL
}

// moody is a function that answers once with Flaky for the input 5, always
// with Bad for 3, and with the input otherwise.
func moody() http.HandlerFunc {
	var mu sync.Mutex
	seen := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var n int
		_ = json.NewDecoder(r.Body).Decode(&n)
		switch {
		case n == 3:
			w.WriteHeader(500)
			fmt.Fprint(w, `{"errorType":"Bad","errorMessage":"it is 3"}`)
		case n == 5 && seen%2 == 0:
			seen++
			w.WriteHeader(500)
			fmt.Fprint(w, `{"errorType":"Flaky","errorMessage":"once"}`)
		default:
			if n == 5 {
				seen++
			}
			fmt.Fprint(w, n)
		}
	}
}

const (
	asking = `"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
		"Parameters":{"FunctionName":"f","Payload.$":"$"},"OutputPath":"$.Payload",
		"Retry":[{"ErrorEquals":["Flaky"],"IntervalSeconds":1,"MaxAttempts":2}],"End":true}}`
	eight = `[1,2,3,4,5,6,7,8]`
)

func each(kind string) string {
	return `{"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"Each","ToleratedFailurePercentage":100,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"` + kind + `"},` + asking + `},"End":true}}}`
}

// Eight items of each leaf, one of them bad and one of them flaky, are counted
// once, although hardly any workflow stays in memory and so most are replayed.
func TestMapsAreCounted(t *testing.T) {
	for _, staged := range []bool{true, false} {
		for _, c := range []struct {
			leaf program.LeafKind
			kind string
		}{{program.ExpressBatch, "EXPRESS"}, {program.PackedShard, "STANDARD"}, {program.ChildWorkflow, "STANDARD"}} {
			t.Run(fmt.Sprintf("%s staged %v", c.leaf, staged), func(t *testing.T) {
				t.Parallel()
				arguments := []string{"--cached-workflows=1"}
				if staged {
					arguments = append(arguments, "--staging=s3://workertest/stage")
				}
				h := host(t, moody(), arguments...)
				require.NoError(t, h.end(h.start("m", wire.Definition{Text: wire.PlainText(each(c.kind)), Type: "STANDARD", Leaf: string(c.leaf)}, eight)))
				want := []string{
					`stepwell_executions_total{error="",machine="m",status="SUCCEEDED"} 1`,
					`stepwell_states_total{error="",machine="m",state_type="Map",status="SUCCEEDED"} 1`,
					`stepwell_states_total{error="",machine="m/Each",state_type="Task",status="SUCCEEDED"} 7`,
					`stepwell_states_total{error="Bad",machine="m/Each",state_type="Task",status="FAILED"} 1`,
					`stepwell_map_runs_total{error="",machine="m",map="Each",status="SUCCEEDED"} 1`,
					`stepwell_map_shards_total{leaf="` + string(c.leaf) + `",machine="m",map="Each",outcome="succeeded"} 1`,
					`stepwell_map_items_total{error="",machine="m",map="Each",status="SUCCEEDED"} 7`,
					`stepwell_map_items_total{error="Bad",machine="m",map="Each",status="FAILED"} 1`,
					`stepwell_task_attempts_total{error="",integration="lambda:invoke",machine="m/Each",outcome="succeeded",state="Ask"} 7`,
					`stepwell_task_attempts_total{error="Bad",integration="lambda:invoke",machine="m/Each",outcome="failed",state="Ask"} 1`,
					`stepwell_task_attempts_total{error="Flaky",integration="lambda:invoke",machine="m/Each",outcome="failed",state="Ask"} 1`,
					`stepwell_task_retries_total{integration="lambda:invoke",machine="m/Each",state="Ask"} 1`,
				}
				if c.leaf == program.PackedShard {
					want = append(want, `stepwell_waves_total{integration="lambda:invoke"} 2`,
						`stepwell_wave_calls_total{integration="lambda:invoke",outcome="done"} 9`)
				}
				// The workflow ends for the caller a moment before it does here.
				require.Eventually(t, func() bool { return len(h.samples()) == len(want) }, 5*time.Second, 50*time.Millisecond, "%v", h.samples())
				assert.ElementsMatch(t, want, h.samples())
			})
		}
	}
}

func TestExecutionsAreCounted(t *testing.T) {
	t.Parallel()
	h := host(t, moody())
	require.Eventually(t, func() bool { code, _ := h.get("/readyz"); return code == 200 }, 15*time.Second, 50*time.Millisecond)

	standard := func(text string) wire.Definition {
		return wire.Definition{Text: wire.PlainText(text), Type: "STANDARD"}
	}
	require.NoError(t, h.end(h.start("flaky", standard(`{`+asking+`}`), `5`)))
	require.Error(t, h.end(h.start("bad", standard(`{`+asking+`}`), `3`)))
	require.NoError(t, h.end(h.start("quick", wire.Definition{Text: wire.PlainText(`{` + asking + `}`), Type: "EXPRESS"}, `1`)))
	require.Error(t, h.end(h.start("late", standard(`{"TimeoutSeconds":1,"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`), `1`)))
	waiting := h.start("stopped", standard(`{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`), `1`)
	require.NoError(t, h.client.CancelWorkflow(context.Background(), waiting.GetID(), ""))
	require.Error(t, h.end(waiting))

	want := []string{
		`stepwell_executions_total{error="",machine="flaky",status="SUCCEEDED"} 1`,
		`stepwell_executions_total{error="Bad",machine="bad",status="FAILED"} 1`,
		`stepwell_executions_total{error="",machine="quick",status="SUCCEEDED"} 1`,
		`stepwell_executions_total{error="States.Timeout",machine="late",status="TIMED_OUT"} 1`,
		`stepwell_states_total{error="",machine="flaky",state_type="Task",status="SUCCEEDED"} 1`,
		`stepwell_states_total{error="Bad",machine="bad",state_type="Task",status="FAILED"} 1`,
		`stepwell_states_total{error="",machine="quick",state_type="Task",status="SUCCEEDED"} 1`,
		`stepwell_states_total{error="",machine="late",state_type="Wait",status="ABORTED"} 1`,
		`stepwell_states_total{error="",machine="stopped",state_type="Wait",status="ABORTED"} 1`,
		`stepwell_task_attempts_total{error="",integration="lambda:invoke",machine="flaky",outcome="succeeded",state="Ask"} 1`,
		`stepwell_task_attempts_total{error="Flaky",integration="lambda:invoke",machine="flaky",outcome="failed",state="Ask"} 1`,
		`stepwell_task_attempts_total{error="Bad",integration="lambda:invoke",machine="bad",outcome="failed",state="Ask"} 1`,
		`stepwell_task_attempts_total{error="",integration="lambda:invoke",machine="quick",outcome="succeeded",state="Ask"} 1`,
		`stepwell_task_retries_total{integration="lambda:invoke",machine="flaky",state="Ask"} 1`,
	}
	require.Eventually(t, func() bool { return len(h.samples()) == len(want)+1 }, 5*time.Second, 50*time.Millisecond, "%v", h.samples())
	assert.Subset(t, h.samples(), want)
	assert.Contains(t, strings.Join(h.samples(), "\n"), `machine="stopped",status="ABORTED"} 1`)

	_, all := h.get("/metrics")
	for _, sample := range []string{
		`stepwell_task_attempt_duration_seconds_count{integration="lambda:invoke",outcome="succeeded"} 2`,
		`temporal_workflow_completed_total{`, `temporal_num_pollers{`, `temporal_request_latency_seconds_bucket{`,
		`temporal_activity_execution_latency_seconds_bucket{`, `workflow_type="flaky"`, `go_goroutines `, `process_cpu_seconds_total `,
	} {
		assert.Contains(t, all, sample)
	}
}
