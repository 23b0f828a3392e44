package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// hosted is a worker that runs in this process as the binary runs it.
type hosted struct {
	t      *testing.T
	client client.Client
	queue  string
	log    lines
	stop   context.CancelFunc
	code   chan int
	url    string // of the endpoint
}

// environ is for the environment of this process, which is set once.
var environ sync.Once

// host starts a worker whose Lambda functions are all answered by f.
func host(t *testing.T, f http.HandlerFunc, arguments ...string) *hosted {
	t.Helper()
	server := devtest.Start(t, "workertest")
	environ.Do(func() { // the AWS SDK reads the process's own, and all want the same
		for _, variable := range server.Environment() {
			if name, text, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
				require.NoError(t, os.Setenv(name, text))
			}
		}
	})
	functions := httptestServer(t, f)
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	require.NoError(t, os.WriteFile(routes, []byte("routes:\n  - function: f\n    http:\n      url: "+functions+"\n"), 0o600))

	h := &hosted{t: t, client: server.Client(t), queue: strings.ReplaceAll(t.Name(), "/", "-"), code: make(chan int, 1)}
	env := variables{"TEMPORAL_ADDRESS": server.TemporalAddress, "TEMPORAL_NAMESPACE": server.Namespace, "AWS_ENDPOINT_URL_S3": server.S3Endpoint,
		"STEPWELL_LOG_FORMAT": "json", "STEPWELL_TASK_QUEUE": h.queue, "STEPWELL_ROUTES": routes, "STEPWELL_METRICS_LISTEN": "127.0.0.1:0"}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	go func() {
		h.code <- run(ctx, arguments, surroundings{environment: env, out: &h.log, err: &h.log})
		close(h.code)
	}()
	t.Cleanup(func() {
		stop()
		<-h.code
	})
	require.Eventually(t, func() bool { return strings.Contains(h.log.String(), "The worker is ready.") }, 20*time.Second, 20*time.Millisecond, h.log.String())
	h.url = "http://" + regexp.MustCompile(`is open.*?"address":"([^"]+)"`).FindStringSubmatch(h.log.String())[1]
	return h
}

// get gives a page of the endpoint.
func (h *hosted) get(path string) (code int, body string) {
	answer, err := http.Get(h.url + path)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(h.t, err)
	return answer.StatusCode, string(text)
}

// samples gives Stepwell's own samples.
func (h *hosted) samples() (all []string) {
	_, body := h.get("/metrics")
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "stepwell_") && !strings.Contains(line, "duration") && !strings.HasPrefix(line, "stepwell_build") {
			all = append(all, strings.TrimSpace(line))
		}
	}
	return all
}

// start starts an execution of a machine.
func (h *hosted) start(name string, d wire.Definition, input string) client.WorkflowRun {
	h.t.Helper()
	given, err := value.ParseString(input)
	require.NoError(h.t, err)
	now := time.Now().UTC()
	id := fmt.Sprintf("e%d", now.UnixNano())
	run, err := h.client.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{
		ID: name + "/" + id, TaskQueue: h.queue, Memo: map[string]any{wire.KindMemo: "execution"},
	}, name, wire.Execution{
		Definition: d,
		Input:      given,
		Origin: machine.Origin{
			ID:               "arn:aws:states:us-east-1:000000000000:execution:" + name + ":" + id,
			Name:             id,
			StateMachineID:   "arn:aws:states:us-east-1:000000000000:stateMachine:" + name,
			StateMachineName: name,
			StartTime:        now,
			Seed:             uint64(now.UnixNano()),
			Express:          d.Type == "EXPRESS",
		},
	})
	require.NoError(h.t, err)
	return run
}

// end waits until an execution has ended.
func (h *hosted) end(run client.WorkflowRun) error {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	err := run.Get(ctx, nil)
	require.NoError(h.t, ctx.Err())
	return err
}
