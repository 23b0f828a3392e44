package main

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters/sqstest"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// A worker whose function is away opens the circuit, puts the items that failed on
// the queue, and tells both in its metrics.
func TestGuardedWorker(t *testing.T) {
	queue := sqstest.New(t, "dead")
	t.Setenv("AWS_ENDPOINT_URL_SQS", queue.URL)
	var calls atomic.Int32
	away := func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	h := host(t, away, "--dead-letters="+queue.QueueURL(), "--breaker=fail", "--breaker-failures=3", "--breaker-open=1h")
	one := wire.Definition{Text: wire.PlainText(`{` + asking + `}`), Type: "STANDARD"}
	for range 3 {
		require.ErrorContains(t, h.end(h.start("one", one, "1")), "503")
	}
	require.ErrorContains(t, h.end(h.start("one", one, "1")), "was not called")
	assert.EqualValues(t, 3, calls.Load())
	samples := strings.Join(h.samples(), "\n")
	assert.Regexp(t, `stepwell_circuit_opened_total\{resource="http://127.0.0.1:\d+"\} 1`, samples)
	assert.Regexp(t, `stepwell_circuit_state\{resource="http://127.0.0.1:\d+"\} 2`, samples)
	assert.Contains(t, samples, `stepwell_task_attempts_total{error="Lambda.ServiceException"`)
	assert.NotContains(t, samples, `stepwell_task_attempts_total{error="Stepwell.CircuitOpen"`, "nothing was attempted")

	require.NoError(t, h.end(h.start("eight", wire.Definition{Text: wire.PlainText(each("STANDARD")), Type: "STANDARD"}, eight)))
	assert.EqualValues(t, 3, calls.Load())
	require.Len(t, queue.Messages(), 8)
	assert.Contains(t, queue.Messages()[0].Body, "Stepwell.CircuitOpen")
	assert.Eventually(t, func() bool {
		return strings.Contains(strings.Join(h.samples(), "\n"), "stepwell_dead_letters_total 8")
	}, 10*time.Second, 50*time.Millisecond)
}
