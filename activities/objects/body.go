package objects

import (
	"context"
	"errors"
	"io"
	"time"
)

// A stretch of an object is asked for again when the connection breaks, or when
// the store is not well, so often without a byte of progress, and after a pause
// that doubles. Who streams a thousand objects could not begin anew with each
// request that fails.
const (
	reopenings  = 3
	reopenPause = 200 * time.Millisecond
)

// body is a stretch of an object that is read to its end, over as many requests
// as it takes.
type body struct {
	ctx context.Context
	// open asks for what is left, and tells the ETag of the object.
	open func(left Range) (io.ReadCloser, string, error)
	left Range
	// current is the answer at hand, nil for none; failed is how many times in a
	// row there was none, or nothing in it.
	current io.ReadCloser
	failed  int
}

// begin opens the stretch.
func (b *body) begin() error {
	for {
		current, etag, err := b.open(b.left)
		if err == nil {
			b.current, b.left.ETag = current, etag
			return nil
		}
		if !b.again(err) {
			return err
		}
	}
}

// again pauses and reports whether to ask once more after an error.
func (b *body) again(err error) bool {
	definite := (*Error)(nil)
	if errors.As(err, &definite) || b.failed == reopenings {
		return false
	}
	pause := time.NewTimer(reopenPause << b.failed)
	defer pause.Stop()
	b.failed++
	select {
	case <-pause.C:
		return true
	case <-b.ctx.Done():
		return false
	}
}

// Read reads as io.Reader says.
func (b *body) Read(p []byte) (int, error) {
	if b.current == nil {
		if err := b.begin(); err != nil {
			return 0, err
		}
	}
	n, err := b.current.Read(p)
	if n > 0 {
		b.left.Offset, b.left.Length, b.failed = b.left.Offset+int64(n), b.left.Length-int64(n), 0
	}
	if err == nil || errors.Is(err, io.EOF) || !b.again(err) {
		return n, err
	}
	_ = b.Close() // it is broken
	if b.left.Length == 0 {
		return n, io.EOF
	}
	return n, nil
}

// Close closes the answer at hand.
func (b *body) Close() error {
	if b.current == nil {
		return nil
	}
	current := b.current
	b.current = nil
	return current.Close()
}
