package kill

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

const (
	bucket = "kill"
	// patience bounds how long a run may go without a Task that begins, and how
	// long it may take to its end when all have: two shared cores may be slow.
	patience = 3 * time.Minute
)

// leaves are all of them.
func leaves() []program.LeafKind {
	return []program.LeafKind{program.ExpressBatch, program.PackedShard, program.ChildWorkflow}
}

// eachLeaf runs a test for every leaf.
func eachLeaf(t *testing.T, test func(t *testing.T, leaf program.LeafKind)) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			test(t, leaf)
		})
	}
}

// fewItems is how many items a leaf gets where numbers do not matter: some shards
// of the first two, some workflows of the last, which take longer.
func fewItems(leaf program.LeafKind) int {
	switch leaf {
	case program.ExpressBatch:
		return 1_333
	case program.PackedShard:
		return 500
	}
	return 33
}

// world is what a test has around it: servers, and a task queue and a prefix in
// the bucket of its own.
type world struct {
	server        *devtest.Server
	client        client.Client
	s3            *s3.Client
	tasks         *tasks
	queue, prefix string
	// storage is where workers find S3, when that is not the server itself.
	storage string
	workers int
}

var worlds atomic.Int64

func newWorld(t *testing.T, server *devtest.Server) *world {
	t.Helper()
	name := fmt.Sprintf("%s-%d", strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()), worlds.Add(1))
	return &world{
		server: server,
		client: server.Client(t),
		s3:     server.S3(),
		tasks:  newTasks(t),
		queue:  name,
		prefix: name + "/",
	}
}

// startWorker starts a worker's process and waits until it polls. The Task server
// knows it by its number.
func (w *world) startWorker(t *testing.T) *devtest.Command {
	t.Helper()
	w.workers++
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	require.NoError(t, os.WriteFile(routes, []byte(w.tasks.routes(w.workers)), 0o600))
	command := exec.Command(binaries.Path(t, workerBinary))
	command.Env = append(w.server.Environment(), "STEPWELL_TASK_QUEUE="+w.queue, "STEPWELL_ROUTES="+routes)
	if w.storage != "" {
		command.Env = append(command.Env, "AWS_ENDPOINT_URL_S3="+w.storage)
	}
	c := devtest.Begin(t, fmt.Sprintf("worker %d", w.workers), command)
	c.Until(t, "it was ready", func() bool { return strings.Contains(c.Said(), "The worker is ready.") })
	return c
}
