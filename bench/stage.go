package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

const (
	bucket    = "bench"
	taskQueue = "bench"
)

// stage is what one measurement has for itself, so that none inherits the
// database, the caches or the remaining work of another: two dev servers, of
// which one is there for Temporal and one for S3 so that each can be seen to
// work (the idle half of each takes 0.2 % of a core), the service that the
// Tasks call, and workers.
type stage struct {
	// server is where both are.
	server  devtest.Server
	objects *s3.Client
	client  client.Client
	// folder holds the data and logs of the processes.
	folder    string
	processes []*process
	// temporal and storage are the two dev servers.
	temporal, storage *process
	service           *httptest.Server
	pricing           pricing
	// fail ends the stage's context.
	fail context.CancelCauseFunc
}

// openStage starts a dev server and connects to it. The context that it gives
// ends when one of the stage's processes does.
func openStage(parent context.Context, devServer string) (_ *stage, _ context.Context, err error) {
	ctx, fail := context.WithCancelCause(parent)
	s := &stage{fail: fail}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.folder, err = os.MkdirTemp("", "stepwell-bench-"); err != nil {
		return nil, nil, err
	}
	if s.temporal, err = s.serve("dev server", devServer); err != nil {
		return nil, nil, err
	}
	if s.storage, err = s.serve("S3 server", devServer); err != nil {
		return nil, nil, err
	}
	var there devtest.Server
	if there, err = s.served(ctx, s.temporal); err != nil {
		return nil, nil, err
	}
	if s.server, err = s.served(ctx, s.storage); err != nil {
		return nil, nil, err
	}
	s.server.TemporalAddress, s.server.Namespace = there.TemporalAddress, there.Namespace
	s.objects = s.server.S3()
	s.client, err = client.DialContext(ctx, client.Options{
		HostPort:  s.server.TemporalAddress,
		Namespace: s.server.Namespace,
		Logger:    log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return nil, nil, err
	}
	s.service = httptest.NewServer(&s.pricing)
	return s, ctx, nil
}

// serve starts a dev server.
func (s *stage) serve(name, binary string) (*process, error) {
	data := filepath.Join(s.folder, name)
	return s.start(name, exec.Command(binary, "--port", "0", "--ui-port", "0", "--s3-port", "0",
		"--bucket", bucket, "--data", data, "--ready-file", data+".json"))
}

// served waits until a dev server answers, and tells where.
func (s *stage) served(ctx context.Context, p *process) (at devtest.Server, err error) {
	return at, p.until(ctx, func() (bool, error) {
		text, err := os.ReadFile(filepath.Join(s.folder, p.name+".json"))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		return true, json.Unmarshal(text, &at)
	})
}

// environment is that of a worker of this stage.
func (s *stage) environment() []string {
	return append(s.server.Environment(), "STEPWELL_TASK_QUEUE="+taskQueue, "BENCH_PRICING="+s.service.URL)
}

// close ends everything, the workers before the servers, and removes it.
func (s *stage) close() {
	if s.client != nil {
		s.client.Close()
	}
	servers := min(2, len(s.processes))
	end(s.processes[servers:])
	end(s.processes[:servers])
	if s.service != nil {
		s.service.Close()
	}
	s.fail(nil)
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}
