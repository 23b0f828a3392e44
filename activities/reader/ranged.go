package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// ranged reads a pinned object at any place. Short reads are served from
// blocks, of which it keeps some; long ones are requests of their own.
type ranged struct {
	ctx   context.Context
	store objects.Store
	at    objects.Location
	etag  string
	size  int64

	mu     sync.Mutex
	blocks []block // those used last are behind
	err    error
}

type block struct {
	number int64
	bytes  []byte
}

const (
	blockSize = 128 << 10
	blocks    = 16
)

// ReadAt reads as io.ReaderAt says.
func (r *ranged) ReadAt(p []byte, offset int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if offset < 0 {
		return 0, fmt.Errorf("byte %d is before the beginning", offset)
	}
	if len(p) >= blockSize {
		return r.fetch(p, offset)
	}
	n := 0
	for n < len(p) {
		if offset >= r.size {
			return n, io.EOF
		}
		b, err := r.block(offset / blockSize)
		if err != nil {
			return n, err
		}
		m := copy(p[n:], b[min(offset%blockSize, int64(len(b))):])
		n += m
		offset += int64(m)
	}
	return n, nil
}

// block needs the lock.
func (r *ranged) block(number int64) ([]byte, error) {
	for i, b := range r.blocks {
		if b.number == number {
			r.blocks = append(append(r.blocks[:i], r.blocks[i+1:]...), b)
			return b.bytes, nil
		}
	}
	b := block{number, make([]byte, min(blockSize, r.size-number*blockSize))}
	if _, err := r.fetch(b.bytes, number*blockSize); err != nil {
		return nil, err
	}
	if len(r.blocks) == blocks {
		r.blocks = r.blocks[1:]
	}
	r.blocks = append(r.blocks, b)
	return b.bytes, nil
}

// fetch needs the lock.
func (r *ranged) fetch(p []byte, offset int64) (int, error) {
	want := min(int64(len(p)), r.size-offset)
	if want <= 0 {
		return 0, io.EOF
	}
	body, err := r.store.Get(r.ctx, r.at, objects.Range{Offset: offset, Length: want, ETag: r.etag})
	if err != nil {
		r.err = err
		return 0, err
	}
	defer body.Close()
	n, err := io.ReadFull(body, p[:want])
	if err != nil {
		r.err = fmt.Errorf("%s gave %d of %d bytes from byte %d: %w", r.at, n, want, offset, err)
		return n, r.err
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// cause gives the error of the store that is behind err, if there is one, and
// otherwise the fault that err is of the object's content: what cannot be done.
func (r *ranged) cause(what string, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		return nil
	case r.err != nil:
		return unreadable(r.err)
	case errors.As(err, new(*Error)):
		return err
	}
	return fault("%s: %s.", what, err)
}
