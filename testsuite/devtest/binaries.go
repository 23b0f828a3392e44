package devtest

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// BinariesVariable names the folder in which 'make build' has just put its
// binaries: 'make test' sets it. Without it they are built, since those in bin may
// be older than the code.
const BinariesVariable = "STEPWELL_BIN"

// made are the binaries of 'make build' for which there may be such a folder.
func made() []string { return []string{"stepwell", "stepwell-worker"} }

// Binaries are programs of this repository for the tests of a package, from the
// code as it is, built once at most.
type Binaries struct {
	// Rooms are their folders in this repository by their names.
	Rooms map[string]string

	once   sync.Once
	paths  map[string]string
	folder string
	err    error
}

// Path gives the path of a binary.
func (b *Binaries) Path(t testing.TB, name string) string {
	t.Helper()
	b.once.Do(func() { b.err = b.build() })
	require.NoError(t, b.err)
	return b.paths[name]
}

func (b *Binaries) build() (err error) {
	b.paths = map[string]string{}
	if b.folder, err = os.MkdirTemp("", "stepwell-binaries-"); err != nil {
		return err
	}
	there := os.Getenv(BinariesVariable)
	for _, name := range slices.Sorted(maps.Keys(b.Rooms)) {
		if there != "" && slices.Contains(made(), name) {
			b.paths[name] = filepath.Join(there, name)
			// That the test looks at it lets Go run it again when it is another.
			if _, err := os.Stat(b.paths[name]); err != nil {
				return fmt.Errorf("%s=%s: %w", BinariesVariable, there, err)
			}
			continue
		}
		b.paths[name] = filepath.Join(b.folder, name)
		build := exec.Command("go", "build", "-o", b.paths[name], "./"+b.Rooms[name])
		build.Dir = Root()
		if said, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("%s cannot be built: %w\n%s", name, err, said)
		}
	}
	return nil
}

// Remove removes them.
func (b *Binaries) Remove() {
	if b.folder != "" {
		_ = os.RemoveAll(b.folder)
	}
}
