package devtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// startTime bounds how long the server may take until it is ready.
	startTime = time.Minute
	// stopTime bounds how long it may take to end when asked to.
	stopTime = 15 * time.Second
)

// shared is the server of a package whose TestMain calls Run, nil in others.
var shared *process

// Start gives a server with these buckets: the package's, which the first call
// starts, or without [Run] one that ends with the test. The test is skipped
// when there is no binary.
func Start(t testing.TB, buckets ...string) *Server {
	t.Helper()
	binary, err := Binary()
	if err != nil {
		t.Skip(err)
	}
	p := shared
	if p == nil {
		p = &process{}
		t.Cleanup(p.stop)
	}
	server, err := p.start(binary)
	require.NoError(t, err)
	for _, bucket := range buckets {
		server.Bucket(t, bucket)
	}
	return server
}

// Run runs the tests of a package, ends the server that they started, and gives
// the exit code.
func Run(m *testing.M) int {
	shared = &process{}
	defer shared.stop()
	return m.Run()
}

// Binary gives the path of stepwell-dev, or an error that says how to get it.
func Binary() (string, error) {
	if named := os.Getenv("STEPWELL_DEV"); named != "" {
		return named, nil
	}
	built := filepath.Join(Root(), "bin", "stepwell-dev")
	if _, err := os.Stat(built); err != nil {
		return "", errors.New("no dev server: 'make build' makes bin/stepwell-dev, and STEPWELL_DEV may name another one")
	}
	return built, nil
}

// Root gives the folder of this repository.
func Root() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(filepath.Dir(filepath.Dir(file)))
}

// process is a stepwell-dev, started at most once.
type process struct {
	once    sync.Once
	command *exec.Cmd
	ended   chan struct{}
	folder  string
	server  *Server
	err     error
}

func (p *process) start(binary string) (*Server, error) {
	p.once.Do(func() {
		if p.err = p.launch(binary); p.err == nil {
			p.server, p.err = p.await()
		}
	})
	return p.server, p.err
}

func (p *process) launch(binary string) (err error) {
	if p.folder, err = os.MkdirTemp("", "stepwell-devtest-"); err != nil {
		return err
	}
	output, err := os.Create(p.output())
	if err != nil {
		return err
	}
	defer output.Close()
	p.command = exec.Command(binary, "--port", "0", "--ui-port", "0", "--s3-port", "0",
		"--data", filepath.Join(p.folder, "data"), "--ready-file", p.ready())
	p.command.Stdout, p.command.Stderr = output, output
	p.ended = make(chan struct{})
	return begin(p.command, p.ended)
}

func (p *process) ready() string  { return filepath.Join(p.folder, "ready.json") }
func (p *process) output() string { return filepath.Join(p.folder, "output") }

// await waits for the ready file.
func (p *process) await() (*Server, error) {
	over := time.After(startTime)
	for {
		text, err := os.ReadFile(p.ready())
		if err == nil {
			s := &Server{}
			return s, json.Unmarshal(text, s)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-p.ended:
			return nil, fmt.Errorf("the dev server ended instead of starting:\n%s", p.said())
		case <-over:
			return nil, fmt.Errorf("the dev server is not ready after %v:\n%s", startTime, p.said())
		}
	}
}

func (p *process) said() []byte {
	text, _ := os.ReadFile(p.output())
	return text
}

// stop ends the process, by force if it must be, and removes its data.
func (p *process) stop() {
	if p.command != nil && p.command.Process != nil {
		_ = p.command.Process.Signal(os.Interrupt) // it may have ended
		select {
		case <-p.ended:
		case <-time.After(stopTime):
			_ = p.command.Process.Kill()
			<-p.ended
		}
	}
	if p.folder != "" {
		_ = os.RemoveAll(p.folder)
	}
}
