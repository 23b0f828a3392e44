package main

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

func TestMain(m *testing.M) {
	devtest.AtOnce(6)
	os.Exit(devtest.Run(m))
}

// lines is a log that can be read while it is written.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func TestWorkerComesUpAndStops(t *testing.T) {
	t.Parallel()
	server := devtest.Start(t)
	env := variables{"TEMPORAL_ADDRESS": server.TemporalAddress, "TEMPORAL_NAMESPACE": server.Namespace,
		"STEPWELL_LOG_FORMAT": "json", "STEPWELL_TASK_QUEUE": t.Name()}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var log lines
	code := make(chan int, 1)
	go func() { code <- run(ctx, nil, surroundings{environment: env, out: &log, err: &log}) }()
	require.Eventually(t, func() bool { return strings.Contains(log.String(), "The worker is ready.") }, 20*time.Second, 20*time.Millisecond, log.String())
	assert.Contains(t, log.String(), `"taskQueue":"`+t.Name()+`"`)
	stop()
	select {
	case c := <-code:
		assert.Zero(t, c)
	case <-time.After(20 * time.Second):
		t.Fatal("the worker did not stop")
	}
	assert.Contains(t, log.String(), "The worker has stopped.")
}

func TestNoSuchNamespace(t *testing.T) {
	t.Parallel()
	server := devtest.Start(t)
	code, _, said := try(t, variables{"TEMPORAL_ADDRESS": server.TemporalAddress}, "--namespace", "nowhere")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, `has no namespace "nowhere"`)
	assert.Contains(t, said, "TEMPORAL_NAMESPACE")
}
