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
	"slices"
	"sync/atomic"

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
// database, the caches or the remaining work of another: a dev server, the
// service that the Tasks call, and a worker.
type stage struct {
	server  devtest.Server
	objects *s3.Client
	client  client.Client
	// folder holds the data and logs of the processes.
	folder    string
	processes []*process
	service   *httptest.Server
	calls     atomic.Int64
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
	if err = s.serve(ctx, devServer); err != nil {
		return nil, nil, err
	}
	s.objects = s.server.S3()
	s.client, err = client.DialContext(ctx, client.Options{
		HostPort:  s.server.TemporalAddress,
		Namespace: s.server.Namespace,
		Logger:    log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return nil, nil, err
	}
	s.service = httptest.NewServer(pricing{&s.calls})
	return s, ctx, nil
}

// serve starts the dev server and waits until it answers.
func (s *stage) serve(ctx context.Context, binary string) error {
	ready := filepath.Join(s.folder, "ready.json")
	p, err := s.start("dev server", exec.Command(binary, "--port", "0", "--ui-port", "0", "--s3-port", "0",
		"--bucket", bucket, "--data", filepath.Join(s.folder, "data"), "--ready-file", ready))
	if err != nil {
		return err
	}
	return p.until(ctx, func() (bool, error) {
		text, err := os.ReadFile(ready)
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		return true, json.Unmarshal(text, &s.server)
	})
}

// environment is that of a worker of this stage.
func (s *stage) environment() []string {
	return append(s.server.Environment(), "STEPWELL_TASK_QUEUE="+taskQueue, "BENCH_PRICING="+s.service.URL)
}

// close ends everything in the reverse order of its start and removes it.
func (s *stage) close() {
	if s.client != nil {
		s.client.Close()
	}
	for _, p := range slices.Backward(s.processes) {
		p.end()
	}
	if s.service != nil {
		s.service.Close()
	}
	s.fail(nil)
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}
