package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// asCommand makes the test binary act as stepwell-dev. The end-to-end tests run
// it as a process of its own, because signals, kills and restarts are their
// subject, and because the gateway allows one instance a process.
const asCommand = "STEPWELL_DEV_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(command(os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// process is a dev server under test.
type process struct {
	t              *testing.T
	cmd            *exec.Cmd
	stdout, stderr bytes.Buffer
	exited         chan error
	readyFile      string
	ready          ready
}

// launch starts a dev server on free ports and waits until it is ready.
func launch(t *testing.T, dataDir string, args ...string) *process {
	t.Helper()
	p := &process{t: t, exited: make(chan error, 1), readyFile: filepath.Join(dataDir, readyFileName)}
	// A killed one leaves its ready file; the pid tells the new one from it.
	args = append([]string{"--data", dataDir, "--port", "0", "--ui-port", "0", "--s3-port", "0"}, args...)
	p.cmd = exec.Command(os.Args[0], args...)
	p.cmd.Env = append(os.Environ(), asCommand+"=1")
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.exited <- p.cmd.Wait() }()
	t.Cleanup(func() { p.cmd.Process.Kill() })

	for p.ready.PID != p.cmd.Process.Pid {
		select {
		case err := <-p.exited:
			t.Fatalf("ended before it was ready: %v\n%s", err, &p.stderr)
		case <-time.After(10 * time.Millisecond):
		}
		if time.Since(begun) > 2*probePatience {
			t.Fatalf("not ready after %v\n%s", time.Since(begun), &p.stderr)
		}
		p.ready, _ = readReady(p.readyFile)
	}
	t.Logf("ready after %v", time.Since(begun).Round(time.Millisecond))
	return p
}

// terminate asks the dev server to stop and checks that it does so in order.
func (p *process) terminate() {
	p.t.Helper()
	begun := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.exited:
		if err != nil {
			p.t.Errorf("stopping: %v\n%s", err, &p.stderr)
		}
	case <-time.After(2 * stopPatience):
		p.t.Fatalf("does not stop\n%s", &p.stderr)
	}
	p.t.Logf("stopped after %v", time.Since(begun).Round(time.Millisecond))
	if _, err := os.Stat(p.readyFile); !errors.Is(err, os.ErrNotExist) {
		p.t.Errorf("the ready file is still there: %v", err)
	}
}

// kill ends the dev server as a power button would end the process.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	<-p.exited
}

// refused runs a dev server that must not start and returns its exit code and
// what it said.
func refused(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		t.Fatalf("was not refused: %v\n%s", err, output)
	}
	return exit.ExitCode(), string(output)
}
