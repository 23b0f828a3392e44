package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// TestDevServer goes once through the life of a data folder: made, used,
// stopped in order, started again, killed, started again.
func TestDevServer(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole server")
	}
	// A folder name that a URI, a shell and a pattern would all trip over.
	dataDir := filepath.Join(t.TempDir(), "50% #1 ?")

	dev := launch(t, dataDir, "--namespace", "first,second", "--bucket", "made-at-start")
	checkAddresses(t, dev.ready)
	checkNamespaces(t, dev.ready, "first", "second")
	checkWebUI(t, dev.ready)
	checkObjects(t, dev.ready, "made-at-start")
	checkRefusal(t, dataDir, dev)
	stopWorker := runWorkflow(t, dev.ready, "before-stop")
	dev.terminate() // while the worker still polls
	stopWorker()
	checkAnnouncement(t, dev)

	dev = launch(t, dataDir, "--namespace", "first", "--bucket", "made-at-start")
	checkWorkflow(t, dev.ready, "before-stop")
	checkNamespaces(t, dev.ready, "first", "second")
	checkKeptObject(t, dev.ready, "made-at-start")
	stopWorker = runWorkflow(t, dev.ready, "before-kill")
	dev.kill()
	stopWorker()

	dev = launch(t, dataDir, "--namespace", "first")
	checkWorkflow(t, dev.ready, "before-stop")
	checkWorkflow(t, dev.ready, "before-kill")
	checkKeptObject(t, dev.ready, "made-at-start")
	stopWorker = runWorkflow(t, dev.ready, "after-kill")
	stopWorker()
	dev.terminate()
}

// A folder on a file system without extended attributes has a sidecar.
func TestObjectsWithSidecar(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole server")
	}
	dataDir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dataDir, "sidecar"), 0o755); err != nil {
		t.Fatal(err)
	}
	dev := launch(t, dataDir, "--bucket", "beside")
	checkObjects(t, dev.ready, "beside")
	dev.kill()
	dev = launch(t, dataDir)
	checkKeptObject(t, dev.ready, "beside")
	dev.terminate()
}

// A port in use is left to its owner, and the person is told.
func TestPortInUse(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the whole server")
	}
	owner, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	taken := owner.Addr().(*net.TCPAddr).Port
	dev := launch(t, t.TempDir(), "--port", fmt.Sprint(taken))
	if dev.ready.TemporalAddress == owner.Addr().String() {
		t.Error("the ready file names a port of somebody else")
	}
	dev.terminate()
	if want := fmt.Sprintf("PORT %d IS IN USE", taken); !strings.Contains(dev.stdout.String(), want) {
		t.Errorf("%q is not said:\n%s", want, &dev.stdout)
	}
}

// checkAnnouncement wants all that was said, hence a dev server that has ended.
func checkAnnouncement(t *testing.T, dev *process) {
	t.Helper()
	for _, part := range []string{dev.ready.TemporalAddress, dev.ready.UIAddress, "export AWS_ENDPOINT_URL_S3=" + dev.ready.S3Endpoint} {
		if !strings.Contains(dev.stdout.String(), part) {
			t.Errorf("%s is not announced:\n%s", part, &dev.stdout)
		}
	}
	if said := dev.stderr.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "stopping") {
		t.Errorf("a run without faults says more than that it stops:\n%s", said)
	}
}

func checkAddresses(t *testing.T, r ready) {
	t.Helper()
	for _, address := range []string{"http://" + r.TemporalAddress, r.UIAddress, r.S3Endpoint} {
		parsed, err := url.Parse(address)
		if err != nil || parsed.Hostname() != loopback {
			t.Errorf("%s is not on loopback (%v)", address, err)
		}
	}
}

func checkNamespaces(t *testing.T, r ready, names ...string) {
	t.Helper()
	c := dial(t, r)
	defer c.Close()
	for _, name := range names {
		described, err := c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: name})
		if err != nil {
			t.Errorf("namespace %s: %v", name, err)
			continue
		}
		if kept := described.Config.WorkflowExecutionRetentionTtl.AsDuration(); kept != retention {
			t.Errorf("namespace %s keeps workflows for %v", name, kept)
		}
	}
}

func checkWebUI(t *testing.T, r ready) {
	t.Helper()
	for _, path := range []string{"/", "/namespaces/first/workflows", "/api/v1/namespaces/second"} {
		response, err := http.Get(r.UIAddress + path)
		if err != nil {
			t.Error(err)
			continue
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK || len(body) == 0 {
			t.Errorf("GET %s answers %s with %d bytes", path, response.Status, len(body))
		}
	}
}

func checkRefusal(t *testing.T, dataDir string, dev *process) {
	t.Helper()
	code, said := refused(t, "--data", dataDir)
	if code != exitFailure || !strings.Contains(said, fmt.Sprintf("process %d", dev.cmd.Process.Pid)) {
		t.Errorf("a second dev server exits with %d and says %q", code, said)
	}
	if _, err := readReady(dev.readyFile); err != nil {
		t.Errorf("a refused dev server took the ready file away: %v", err)
	}
}

func dial(t *testing.T, r ready) client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{HostPort: r.TemporalAddress, Namespace: r.Namespace, Logger: silent{}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func double(_ context.Context, n int) (int, error) { return 2 * n, nil }

func doubling(ctx workflow.Context, n int) (int, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	var doubled int
	err := workflow.ExecuteActivity(ctx, "double", n).Get(ctx, &doubled)
	return doubled, err
}

// runWorkflow completes a workflow and a standalone activity, and leaves the
// worker polling until the returned function is called.
func runWorkflow(t *testing.T, r ready, id string) (stop func()) {
	t.Helper()
	const queue = "doubling"
	c := dial(t, r)
	w := worker.New(c, queue, worker.Options{WorkerStopTimeout: time.Second})
	w.RegisterWorkflowWithOptions(doubling, workflow.RegisterOptions{Name: "doubling"})
	w.RegisterActivityWithOptions(double, activity.RegisterOptions{Name: "double"})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue}, "doubling", 21)
	if err != nil {
		t.Fatal(err)
	}
	var answer int
	if err := run.Get(ctx, &answer); err != nil || answer != 42 {
		t.Errorf("workflow %s: %d, %v", id, answer, err)
	}

	alone, err := c.ExecuteActivity(ctx, client.StartActivityOptions{
		ID: id + "-alone", TaskQueue: queue, StartToCloseTimeout: time.Minute,
	}, "double", 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.Get(ctx, &answer); err != nil || answer != 8 {
		t.Errorf("standalone activity of %s: %d, %v", id, answer, err)
	}
	return func() {
		w.Stop()
		c.Close()
	}
}

// checkWorkflow reads the result of a workflow of an earlier start.
func checkWorkflow(t *testing.T, r ready, id string) {
	t.Helper()
	c := dial(t, r)
	defer c.Close()
	var answer int
	if err := c.GetWorkflow(t.Context(), id, "").Get(t.Context(), &answer); err != nil || answer != 42 {
		t.Errorf("workflow %s of an earlier start: %d, %v", id, answer, err)
	}
}

// silent is a logger for clients whose server is taken away under them.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}
