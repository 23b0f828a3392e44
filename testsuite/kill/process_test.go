package kill

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// workerBinary is the worker, built once from the code as it is: what stands in
// bin may be older.
var workerBinary built

type built struct {
	once   sync.Once
	folder string
	err    error
}

func (b *built) path(t *testing.T) string {
	t.Helper()
	b.once.Do(func() {
		if b.folder, b.err = os.MkdirTemp("", "stepwell-kill-"); b.err != nil {
			return
		}
		build := exec.Command("go", "build", "-o", filepath.Join(b.folder, "stepwell-worker"), "./worker")
		build.Dir = devtest.Root()
		if said, err := build.CombinedOutput(); err != nil {
			b.err = fmt.Errorf("the worker cannot be built: %w\n%s", err, said)
		}
	})
	require.NoError(t, b.err)
	return filepath.Join(b.folder, "stepwell-worker")
}

func (b *built) remove() {
	if b.folder != "" {
		_ = os.RemoveAll(b.folder)
	}
}

// process is one that was started here, and is ended by its own id.
type process struct {
	name    string
	command *exec.Cmd
	said    buffer
	ended   chan struct{}
}

// launch starts a process that lasts no longer than the test.
func launch(t *testing.T, name string, command *exec.Cmd) *process {
	t.Helper()
	p := &process{name: name, command: command, ended: make(chan struct{})}
	command.Stdout, command.Stderr = &p.said, &p.said
	require.NoError(t, command.Start())
	go func() {
		_ = command.Wait() // how it ended is not asked
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill(t)
		if t.Failed() {
			t.Logf("%s %d said:\n%s", name, command.Process.Pid, p.said.String())
		}
	})
	return p
}

// kill ends the process with SIGKILL and waits until it is gone.
func (p *process) kill(t *testing.T) {
	t.Helper()
	_ = p.command.Process.Signal(syscall.SIGKILL) // it may have ended
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.Fail(t, "the process does not end", "%s %d", p.name, p.command.Process.Pid)
	}
}

// until waits until it is so, as long as the process lives.
func (p *process) until(t *testing.T, what string, so func() bool) {
	t.Helper()
	over := time.After(patience)
	for !so() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-p.ended:
			require.Fail(t, "the process ended", "%s, before %s", p.name, what)
		case <-over:
			require.Fail(t, "the process takes too long", "%s, until %s", p.name, what)
		}
	}
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
