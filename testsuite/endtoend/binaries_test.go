package endtoend

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// binaries are those of this repository that these tests run.
var binaries = devtest.Binaries{Rooms: map[string]string{"stepwell": "starter", "stepwell-worker": "worker"}}

// environment is that of the world's processes; variables of more stand above.
func (w *world) environment(more ...string) []string {
	return append(w.server.Environment(), append([]string{
		"STEPWELL_TASK_QUEUE=" + w.queue,
		"AWS_ENDPOINT_URL_LAMBDA=" + w.functions.server.URL,
	}, more...)...)
}

// startWorker starts a worker's process and waits until it is ready.
func (w *world) startWorker(t *testing.T, more ...string) *devtest.Command {
	t.Helper()
	command := exec.Command(binaries.Path(t, "stepwell-worker"), "--stop-timeout", "5s")
	command.Env = w.environment(more...)
	c := devtest.Begin(t, "worker", command)
	c.Until(t, "it was ready", func() bool { return strings.Contains(c.Said(), "The worker is ready.") })
	return c
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
	var out, err devtest.Buffer
	command := exec.CommandContext(ctx, binaries.Path(t, binary), arguments...)
	command.Env, command.Stdout, command.Stderr = environment, &out, &err
	_ = command.Run() // the code tells
	return said{command.ProcessState.ExitCode(), out.String(), err.String()}
}
