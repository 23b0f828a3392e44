package endtoend

import "os"

// binaries are those of this repository, built once for these tests.
var binaries built

type built struct{ folder string }

func (b *built) remove() {
	if b.folder != "" {
		_ = os.RemoveAll(b.folder)
	}
}
