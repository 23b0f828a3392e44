package kill

import (
	"encoding/json"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// devServer is a dev server with a data folder that outlives it.
type devServer struct {
	*devtest.Server
	*process
}

// startServer starts a dev server on the folder, with its ports or with free
// ones, and waits until it is ready.
func startServer(t *testing.T, folder string, ports ...string) devServer {
	t.Helper()
	binary, err := devtest.Binary()
	if err != nil {
		t.Skip(err)
	}
	if len(ports) == 0 {
		ports = []string{"--port", "0", "--s3-port", "0"}
	}
	ready := filepath.Join(folder, "ready.json")
	require.NoError(t, os.RemoveAll(ready)) // one that was killed leaves it
	p := launch(t, "dev server", exec.Command(binary, append(ports, "--ui-port", "0",
		"--data", filepath.Join(folder, "data"), "--ready-file", ready, "--bucket", bucket)...))
	s := devServer{&devtest.Server{}, p}
	p.until(t, "it was ready", func() bool {
		text, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(text, s.Server) == nil
	})
	return s
}

// ports are the flags for the same ports again.
func (s devServer) ports(t *testing.T) []string {
	t.Helper()
	_, temporal, err := net.SplitHostPort(s.TemporalAddress)
	require.NoError(t, err)
	storage, err := url.Parse(s.S3Endpoint)
	require.NoError(t, err)
	return []string{"--port", temporal, "--s3-port", storage.Port()}
}

// TestServerIsKilled kills Temporal and S3 with -9 in the middle of maps on all
// leaves, and starts them again on what they have on disk. The worker lives on.
func TestServerIsKilled(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := startServer(t, folder)
	w := newWorld(t, first.Server)
	worker := w.startWorker(t)
	var all []*execution
	for _, leaf := range leaves() {
		all = append(all, w.start(t, leaf, itemsOf(leaf)))
	}
	worker.until(t, "the middle of the maps", func() bool {
		for _, e := range all {
			if e.calls() < e.items/4 {
				return false
			}
		}
		return true
	})
	first.kill(t)
	before := map[*execution]map[int]int{}
	running := 0
	for _, e := range all {
		before[e] = e.tasks.callsOf(string(e.leaf))
		if len(before[e]) < e.items {
			running++
		}
	}
	require.Positive(t, running, "the server was killed too late")
	second := startServer(t, folder, first.ports(t)...)
	require.Equal(t, first.TemporalAddress, second.TemporalAddress)
	require.Equal(t, first.S3Endpoint, second.S3Endpoint)

	for _, e := range all {
		again := e.requireComplete(t)
		t.Logf("%s: killed after %d of %d items: %d calls more than items", e.leaf, len(before[e]), e.items, again)
		// The worker went on with what it had: no more can be lost than with it.
		assert.LessOrEqual(t, again, e.inFlight(t, before[e]), e.leaf)
	}
}
