package main

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// harness drives the command line in this process.
type harness struct {
	dir         string
	environment environment
	stdin       string
	columns     int
}

// environment is an envconfig.EnvLookup.
type environment map[string]string

func (e environment) LookupEnv(name string) (string, bool) { v, ok := e[name]; return v, ok }

func (e environment) Environ() (all []string) {
	for _, name := range slices.Sorted(maps.Keys(e)) {
		all = append(all, name+"="+e[name])
	}
	return all
}

func newHarness(t *testing.T) *harness {
	dir := t.TempDir()
	return &harness{dir: dir, environment: environment{
		// Nothing of the machine that the test runs on.
		"TEMPORAL_CONFIG_FILE": filepath.Join(dir, "none.toml"),
	}}
}

// file makes a file and gives its path.
func (h *harness) file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(h.dir, name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// result is what a command line came to.
type result struct {
	code     int
	out, err string
}

// json gives the one JSON object on stdout.
func (r result) json(t *testing.T) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.out), &v), "stdout is not one JSON object: %s\nstderr: %s", r.out, r.err)
	return v
}

func (h *harness) run(arguments ...string) result { return h.runIn(context.Background(), arguments...) }

func (h *harness) runIn(ctx context.Context, arguments ...string) result {
	var out, errs safeBuffer
	return h.runTo(ctx, &out, &errs, arguments...)
}

func (h *harness) runTo(ctx context.Context, out, errs *safeBuffer, arguments ...string) result {
	c := &console{
		in: strings.NewReader(h.stdin), out: out, err: errs,
		environment: h.environment, width: func() int { return h.columns },
	}
	code := run(ctx, c, arguments)
	return result{code: code, out: out.String(), err: errs.String()}
}

// safeBuffer may be read while a command writes to it.
type safeBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.Write(p)
}

func (b *safeBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.buffer.String()
}

// startServer gives the package's dev server, with these buckets.
func startServer(t *testing.T, h *harness, buckets ...string) *devtest.Server {
	t.Helper()
	server := devtest.Start(t, buckets...)
	h.environment["TEMPORAL_ADDRESS"] = server.TemporalAddress
	h.environment["AWS_ENDPOINT_URL_S3"] = server.S3Endpoint
	// The AWS SDK knows no other environment than the process's. All tests want the
	// same in it, but for a few that have it to themselves.
	environ.Do(func() {
		for _, setting := range server.Environment() {
			if name, content, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "AWS_") {
				require.NoError(t, os.Setenv(name, content))
			}
		}
	})
	return server
}

// environ is for the environment of this process, which is set once.
var environ sync.Once

func TestMain(m *testing.M) {
	devtest.AtOnce(6)
	os.Exit(devtest.Run(m))
}
