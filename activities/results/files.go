package results

import (
	"context"
	"fmt"
	"io"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// FileLimit is the size in bytes of a result file at which the next is begun
// (AWS, "ResultWriter (Map)").
const FileLimit = 5_000_000_000

// File is a result file as the manifest names it.
type File struct {
	Key  string `json:"Key"`
	Size int64  `json:"Size"`
}

// Files writes the result files of one category: <CATEGORY>_0.json and so on.
// A file appears when it is complete. Errors of the store are of type
// *[Error] when they are definite.
type Files struct {
	Category wire.Category

	ctx    context.Context
	store  objects.Store
	at     objects.Location
	format Format
	limit  int64

	files   []File
	current *file
}

// file is the one that is being written.
type file struct {
	key      string
	pipe     *io.PipeWriter
	uploaded chan error
	size     int64
}

// Target is where and how result files are written.
type Target struct {
	Store  objects.Store
	At     objects.Location
	Format Format
	// Limit is the size of a file; 0 means [FileLimit].
	Limit int64
}

// NewFiles begins the files of a category. They have to be closed.
func NewFiles(ctx context.Context, t Target, c wire.Category) *Files {
	limit := t.Limit
	if limit == 0 {
		limit = FileLimit
	}
	return &Files{ctx: ctx, store: t.Store, at: t.At, format: t.Format, Category: c, limit: limit}
}

// Add adds records that are separated as in parts. They stay in one file.
func (f *Files) Add(records []byte) error {
	if len(records) == 0 {
		return nil
	}
	if f.current != nil && f.current.size+int64(len(records)) > f.limit {
		if err := f.end(); err != nil {
			return err
		}
	}
	opening := ""
	if f.current == nil {
		f.begin()
		if !f.format.Lines {
			opening = "["
		}
	} else {
		opening = string(f.format.separator())
	}
	if err := f.write([]byte(opening)); err != nil {
		return err
	}
	return f.write(records)
}

func (f *Files) begin() {
	body, pipe := io.Pipe()
	c := &file{
		key:  fmt.Sprintf("%s%s_%d.json", f.at.Key, f.Category, len(f.files)),
		pipe: pipe, uploaded: make(chan error, 1),
	}
	f.current = c
	go func() {
		err := f.store.Upload(f.ctx, f.at.At(c.key), body)
		body.CloseWithError(err)
		c.uploaded <- Unwritable(err)
	}()
}

func (f *Files) write(text []byte) error {
	n, err := f.current.pipe.Write(text)
	f.current.size += int64(n)
	if err != nil {
		return Unwritable(err)
	}
	return nil
}

func (f *Files) end() error {
	closing := "]"
	if f.format.Lines {
		closing = "\n"
	}
	if err := f.write([]byte(closing)); err != nil {
		return err
	}
	f.current.pipe.Close()
	err := <-f.current.uploaded
	f.files = append(f.files, File{Key: f.current.key, Size: f.current.size})
	f.current = nil
	return err
}

// Close ends the last file and gives all of them.
func (f *Files) Close() ([]File, error) {
	if f.current != nil {
		if err := f.end(); err != nil {
			return nil, err
		}
	}
	return f.files, nil
}

// Abandon gives up the file that is being written. It does nothing after Close.
func (f *Files) Abandon(err error) {
	if f.current != nil {
		f.current.pipe.CloseWithError(err)
		<-f.current.uploaded
		f.current = nil
	}
}
