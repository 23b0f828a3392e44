package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// binaries are those of this repository, built once for these tests: what
// stands in bin may be older than the code.
var binaries built

type built struct {
	once   sync.Once
	folder string
	err    error
}

// path gives the path of a binary: stepwell or stepwell-worker.
func (b *built) path(t *testing.T, name string) string {
	t.Helper()
	b.once.Do(func() {
		if b.folder, b.err = os.MkdirTemp("", "stepwell-endtoend-"); b.err != nil {
			return
		}
		for binary, room := range map[string]string{"stepwell": "./starter", "stepwell-worker": "./worker"} {
			build := exec.Command("go", "build", "-o", filepath.Join(b.folder, binary), room)
			build.Dir = devtest.Root()
			if said, err := build.CombinedOutput(); err != nil {
				b.err = fmt.Errorf("%s cannot be built: %w\n%s", binary, err, said)
			}
		}
	})
	require.NoError(t, b.err)
	return filepath.Join(b.folder, name)
}

func (b *built) remove() {
	if b.folder != "" {
		_ = os.RemoveAll(b.folder)
	}
}

// environment is that of the world's processes; variables of more stand above.
func (w *world) environment(more ...string) []string {
	return append(w.server.Environment(), append([]string{
		"STEPWELL_TASK_QUEUE=" + w.queue,
		"AWS_ENDPOINT_URL_LAMBDA=" + w.functions.server.URL,
	}, more...)...)
}

// process is a worker that runs on its own.
type process struct {
	command *exec.Cmd
	said    *buffer
	ended   chan struct{}
}

// startWorker starts a worker's process and waits until it is ready.
func (w *world) startWorker(t *testing.T, more ...string) *process {
	t.Helper()
	p := &process{said: &buffer{}, ended: make(chan struct{})}
	p.command = exec.Command(binaries.path(t, "stepwell-worker"), "--stop-timeout", "5s")
	p.command.Env = w.environment(more...)
	p.command.Stderr = p.said
	require.NoError(t, p.command.Start())
	go func() {
		_ = p.command.Wait() // its state tells
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.end(t, syscall.SIGKILL)
		if t.Failed() {
			t.Logf("the worker said:\n%s", p.said)
		}
	})
	require.Eventually(t, func() bool { return strings.Contains(p.said.String(), "The worker is ready.") }, 30*time.Second, 20*time.Millisecond, "%s", p.said)
	return p
}

// end sends the signal, waits for the end and gives the exit code, -1 for a
// process that was killed.
func (p *process) end(t *testing.T, signal os.Signal) int {
	t.Helper()
	_ = p.command.Process.Signal(signal) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		require.Fail(t, "the worker does not end", "%s", p.said)
	}
	return p.command.ProcessState.ExitCode()
}

// said is what a command came to.
type said struct {
	code     int
	out, err string
}

// run runs a binary to its end.
func (w *world) run(t *testing.T, environment []string, binary string, arguments ...string) said {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	var out, err buffer
	command := exec.CommandContext(ctx, binaries.path(t, binary), arguments...)
	command.Env, command.Stdout, command.Stderr = environment, &out, &err
	_ = command.Run() // the code tells
	return said{command.ProcessState.ExitCode(), out.String(), err.String()}
}

// buffer may be read while a process writes to it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
