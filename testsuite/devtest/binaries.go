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

// Binaries are programs of this repository for the tests of a package, built once
// from the code as it is: what stands in bin may be older.
type Binaries struct {
	// Rooms are their folders in this repository by their names.
	Rooms map[string]string

	once   sync.Once
	folder string
	err    error
}

// Path gives the path of a binary.
func (b *Binaries) Path(t testing.TB, name string) string {
	t.Helper()
	b.once.Do(func() { b.err = b.build() })
	require.NoError(t, b.err)
	return filepath.Join(b.folder, name)
}

func (b *Binaries) build() (err error) {
	if b.folder, err = os.MkdirTemp("", "stepwell-binaries-"); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(b.Rooms)) {
		build := exec.Command("go", "build", "-o", filepath.Join(b.folder, name), "./"+b.Rooms[name])
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
