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
	// patience bounds whatever is waited for: two shared cores may be slow.
	patience = 3 * time.Minute
)

// leaves are all of them.
func leaves() []program.LeafKind {
	return []program.LeafKind{program.ExpressBatch, program.PackedShard, program.ChildWorkflow}
}

// itemsOf is how many items a leaf gets: several shards of the first two, some
// workflows of the last, which take longer.
func itemsOf(leaf program.LeafKind) int {
	switch leaf {
	case program.ExpressBatch:
		return 4_000
	case program.PackedShard:
		return 1_500
	}
	return 100
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
}

var worlds atomic.Int64

func newWorld(t *testing.T, server *devtest.Server) *world {
	t.Helper()
	name := fmt.Sprintf("%s-%d", strings.ReplaceAll(t.Name(), "/", "-"), worlds.Add(1))
	return &world{
		server: server,
		client: server.Client(t),
		s3:     server.S3(),
		tasks:  newTasks(t),
		queue:  name,
		prefix: name + "/",
	}
}

// startWorker starts a worker's process and waits until it polls.
func (w *world) startWorker(t *testing.T) *process {
	t.Helper()
	var functions []string
	for _, leaf := range leaves() {
		functions = append(functions, string(leaf))
	}
	routes := filepath.Join(t.TempDir(), "routes.yaml")
	require.NoError(t, os.WriteFile(routes, []byte(w.tasks.routes(functions...)), 0o600))
	command := exec.Command(workerBinary.path(t))
	command.Env = append(w.server.Environment(), "STEPWELL_TASK_QUEUE="+w.queue, "STEPWELL_ROUTES="+routes)
	if w.storage != "" {
		command.Env = append(command.Env, "AWS_ENDPOINT_URL_S3="+w.storage)
	}
	p := launch(t, "worker", command)
	p.until(t, "it was ready", func() bool { return strings.Contains(p.said.String(), "The worker is ready.") })
	return p
}
