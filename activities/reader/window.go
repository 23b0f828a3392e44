package reader

import (
	"errors"
	"io"
)

// longest is the length of a record in bytes that is read at most; the service
// reads items up to 8 MB.
const longest = 16 << 20

// errLong is a record that is longer than that.
var errLong = errors.New("record too long")

// window is a sliding view of a stream. The view starts with the first byte
// that has not been skipped.
type window struct {
	src    io.Reader
	buf    []byte
	lo, hi int
	// offset is the place of the view's first byte in the source.
	offset int64
	eof    bool
}

func newWindow(src io.Reader, offset int64) window {
	return window{src: src, offset: offset, buf: make([]byte, 64<<10)}
}

// view gives the bytes that are there; they are valid until the next more.
func (w *window) view() []byte { return w.buf[w.lo:w.hi] }

// skip moves the view's start on.
func (w *window) skip(n int) {
	w.lo += n
	w.offset += int64(n)
}

// more makes the view longer, or sets eof.
func (w *window) more() error {
	if w.lo > 0 {
		w.hi = copy(w.buf, w.buf[w.lo:w.hi])
		w.lo = 0
	}
	if w.hi == len(w.buf) {
		if len(w.buf) >= longest {
			return errLong
		}
		w.buf = append(w.buf, make([]byte, len(w.buf))...)
	}
	n, err := w.src.Read(w.buf[w.hi:])
	w.hi += n
	if errors.Is(err, io.EOF) {
		w.eof = true
		return nil
	}
	return err
}

// skipMark skips a byte order mark at the source's beginning.
func (w *window) skipMark() error {
	const mark = "\xef\xbb\xbf"
	if w.offset > 0 {
		return nil
	}
	for w.hi-w.lo < len(mark) && !w.eof {
		if err := w.more(); err != nil {
			return err
		}
	}
	if view := w.view(); len(view) >= len(mark) && string(view[:len(mark)]) == mark {
		w.skip(len(mark))
	}
	return nil
}
