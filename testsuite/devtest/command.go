package devtest

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// commandTime bounds what is waited for from a command: two shared cores may be
// slow.
const commandTime = 3 * time.Minute

// Command is a program that a test has started. It lasts no longer than the
// test, and is ended by its own id.
type Command struct {
	Name    string
	command *exec.Cmd
	said    Buffer
	ended   chan struct{}
}

// Begin starts a program. What it says is shown when the test fails.
func Begin(t testing.TB, name string, command *exec.Cmd) *Command {
	t.Helper()
	c := &Command{Name: name, command: command, ended: make(chan struct{})}
	command.Stdout, command.Stderr = &c.said, &c.said
	require.NoError(t, begin(command, c.ended))
	t.Cleanup(func() {
		c.End(t, syscall.SIGKILL)
		if t.Failed() {
			t.Logf("%s %d said:\n%s", name, c.Pid(), c.Said())
		}
	})
	return c
}

// begin starts a program that ends with this process, whatever ends that; the
// channel is closed at its end.
func begin(command *exec.Cmd, ended chan struct{}) error {
	command.SysProcAttr = attributes()
	started := make(chan error)
	go func() {
		defer close(ended)
		// The tie is to the thread that starts the process.
		runtime.LockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait() // its state tells how it ended
		}
	}()
	return <-started
}

// End sends the signal, waits for the end and gives the exit code, -1 for a
// program that was killed.
func (c *Command) End(t testing.TB, signal os.Signal) int {
	t.Helper()
	_ = c.command.Process.Signal(signal) // it may have ended
	select {
	case <-c.ended:
	case <-time.After(commandTime):
		require.Fail(t, "the process does not end", "%s %d", c.Name, c.Pid())
	}
	return c.command.ProcessState.ExitCode()
}

// Until waits until it is so, as long as the program lives.
func (c *Command) Until(t testing.TB, what string, so func() bool) {
	t.Helper()
	over := time.After(commandTime)
	for !so() {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-c.ended:
			require.Fail(t, "the process ended", "%s, before %s", c.Name, what)
		case <-over:
			require.Fail(t, "the process takes too long", "%s, until %s", c.Name, what)
		}
	}
}

// Ended gives a channel that is closed at its end.
func (c *Command) Ended() <-chan struct{} { return c.ended }

// Pid gives the id of its process.
func (c *Command) Pid() int { return c.command.Process.Pid }

// Said gives what the program has said.
func (c *Command) Said() string { return c.said.String() }

// Buffer may be read while a program writes to it.
type Buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write adds to it.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

// String gives what has been written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
