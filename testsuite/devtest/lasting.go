package devtest

import (
	"encoding/json"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lasting is a dev server whose data outlive it, so that a test may kill it.
type Lasting struct {
	Server
	*Command
	folder, bucket string
}

// StartLasting starts a dev server with this bucket on an empty folder, and waits
// until it is ready. The test is skipped when there is no binary.
func StartLasting(t testing.TB, folder, bucket string) *Lasting {
	t.Helper()
	l := &Lasting{folder: folder, bucket: bucket}
	l.start(t, "--port", "0", "--s3-port", "0")
	return l
}

// Again starts the server, which has ended, on its data and its ports.
func (l *Lasting) Again(t testing.TB) {
	t.Helper()
	before := l.Server
	_, temporal, err := net.SplitHostPort(l.TemporalAddress)
	require.NoError(t, err)
	storage, err := url.Parse(l.S3Endpoint)
	require.NoError(t, err)
	l.start(t, "--port", temporal, "--s3-port", storage.Port())
	require.Equal(t, before, l.Server)
}

func (l *Lasting) start(t testing.TB, ports ...string) {
	t.Helper()
	binary, err := Binary()
	if err != nil {
		t.Skip(err)
	}
	ready := filepath.Join(l.folder, "ready.json")
	require.NoError(t, os.RemoveAll(ready)) // one that was killed leaves it
	l.Command = Begin(t, "dev server", exec.Command(binary, append(ports, "--ui-port", "0",
		"--data", filepath.Join(l.folder, "data"), "--ready-file", ready, "--bucket", l.bucket)...))
	var s Server
	l.Until(t, "it was ready", func() bool {
		text, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(text, &s) == nil
	})
	l.Server = s
}
