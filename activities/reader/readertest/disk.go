package readertest

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// Disk is a store of files, for sources that should not be in memory. It has
// what readers use of one that they know the keys of.
type Disk struct {
	objects.Store
	folder string
}

// NewDisk gives an empty store that lasts as long as the test.
func NewDisk(t testing.TB) *Disk { return &Disk{folder: t.TempDir()} }

func (d *Disk) path(at objects.Location) string {
	return filepath.Join(d.folder, url.PathEscape(at.Bucket+"/"+at.Key))
}

// Create opens a new object to be written.
func (d *Disk) Create(t testing.TB, at objects.Location) *os.File {
	t.Helper()
	f, err := os.Create(d.path(at))
	require.NoError(t, err)
	return f
}

// Head gives the object's size, and an ETag that never changes.
func (d *Disk) Head(_ context.Context, at objects.Location) (objects.Info, error) {
	info, err := os.Stat(d.path(at))
	if err != nil {
		return objects.Info{}, &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchKey"}
	}
	return objects.Info{Key: at.Key, Size: info.Size(), ETag: fmt.Sprintf("%q", at.Key)}, nil
}

// Get opens a stretch of the object.
func (d *Disk) Get(_ context.Context, at objects.Location, r objects.Range) (io.ReadCloser, error) {
	f, err := os.Open(d.path(at))
	if err != nil {
		return nil, &objects.Error{Kind: objects.NotFound, At: at, Code: "NoSuchKey"}
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, r.Offset, r.Length), f}, nil
}

// Upload writes the object from a stream.
func (d *Disk) Upload(_ context.Context, at objects.Location, content io.Reader) error {
	f, err := os.Create(d.path(at))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, content)
	return err
}
