package endtoend

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// bucket is the bucket that all tests share; each has a prefix of its own.
const bucket = "endtoend"

// settings are what a world may have beside the usual.
type settings struct {
	// staging is the worker's STEPWELL_STAGING, "" for none.
	staging string
	// workflows are the options of the workflows.
	workflows workflows.Options
	// routes is the text of a routes file, "" for none.
	routes string
	// circuits and letters are those of the worker.
	circuits activities.Circuits
	letters  deadletters.Box
	// elsewhere leaves the worker to the test: this process has none.
	elsewhere bool
}

// world is what a test has around it.
type world struct {
	server    *devtest.Server
	client    client.Client
	s3        *s3.Client
	functions *functions
	// largest is what one value may amount to in bytes.
	largest int
	// queue is the task queue of the world's worker, prefix where its objects are.
	queue, prefix string
}

var worlds atomic.Int64

// newWorld makes a world that lasts as long as the test.
func newWorld(t *testing.T, s settings) *world {
	t.Helper()
	server := devtest.Start(t, bucket)
	name := fmt.Sprintf("%s-%d", strings.NewReplacer("/", "-", " ", "-").Replace(t.Name()), worlds.Add(1))
	storage, err := offload.New(s.staging, func(context.Context) (objects.Store, error) { return objects.NewS3(server.S3()), nil })
	require.NoError(t, err)
	w := &world{
		server:    server,
		client:    server.Client(t, storage.Apply, keys),
		largest:   storage.Limit,
		s3:        server.S3(),
		functions: newFunctions(t),
		queue:     name,
		prefix:    name + "/",
	}
	if !s.elsewhere {
		w.work(t, s)
	}
	return w
}

// work starts a worker in this process, put together as the worker's binary
// puts it together.
func (w *world) work(t *testing.T, s settings) {
	t.Helper()
	amazon := w.server.AWS()
	amazon.BaseEndpoint = &w.functions.server.URL
	routes, err := activities.ParseRoutes([]byte(s.routes), func(string) (string, bool) { return w.functions.server.URL, true })
	require.NoError(t, err)
	foreign := &activities.Foreign{Client: w.client}
	services := activities.NewServices(activities.NewLambda(amazon, routes, foreign), foreign).Limited(w.largest).Guard(s.circuits)
	cache := programs.New(workflows.Compile, 100)
	s.workflows.Programs, s.workflows.ValueLimit = cache, w.largest

	hosted := worker.New(w.client, w.queue, worker.Options{
		MaxConcurrentWorkflowTaskPollers: 4,
		MaxConcurrentActivityTaskPollers: 4,
		MaxHeartbeatThrottleInterval:     5 * time.Second, // also what a heartbeat may take
		WorkerStopTimeout:                time.Second,
		DeadlockDetectionTimeout:         4 * time.Second, // the worker's own
	})
	workflows.Register(hosted, s.workflows)
	activities.Register(hosted, activities.Dependencies{
		Services: services,
		Programs: cache,
		Maps: activities.NewMaps(activities.MapDependencies{
			Store: objects.NewS3(w.s3), Staging: s.staging, ValueLimit: w.largest, Programs: cache, Caller: services, Log: discard(),
			DeadLetters: s.letters,
		}),
	})
	require.NoError(t, hosted.Start())
	t.Cleanup(hosted.Stop)
}

// keys lets a client tell activities the keys of calls, and hear of them.
func keys(o *client.Options) {
	o.ContextPropagators = append(o.ContextPropagators, idempotency.Propagator{})
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }
