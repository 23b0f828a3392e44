package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// chunk is how many bytes a [Stream] fetches at a time. Chunks are read whole,
// so that a slow consumer never holds a connection open.
const chunk = 4 << 20

// Stream reads a stretch of a pinned object chunk by chunk.
type Stream struct {
	ctx   context.Context
	store Store
	at    Location
	etag  string
	next  int64 // offset of the next chunk
	end   int64
	buf   []byte // the current chunk
	read  int    // how much of it has been handed out
}

// Open gives a reader of the stretch r of the object, which ends with io.EOF
// after exactly r.Length bytes; a chunk that comes short is an error that may
// pass. ctx bounds the reads.
func Open(ctx context.Context, s Store, at Location, r Range) *Stream {
	return &Stream{ctx: ctx, store: s, at: at, etag: r.ETag, next: r.Offset, end: r.Offset + r.Length}
}

// Read reads as io.Reader says.
func (s *Stream) Read(p []byte) (int, error) {
	if s.read == len(s.buf) {
		if s.next >= s.end {
			return 0, io.EOF
		}
		if err := s.fetch(); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.buf[s.read:])
	s.read += n
	return n, nil
}

func (s *Stream) fetch() error {
	n := min(chunk, s.end-s.next)
	body, err := s.store.Get(s.ctx, s.at, Range{Offset: s.next, Length: n, ETag: s.etag})
	if err != nil {
		return err
	}
	defer body.Close()
	if int64(cap(s.buf)) < n {
		s.buf = make([]byte, n)
	}
	s.buf, s.read = s.buf[:n], 0
	got, err := io.ReadFull(body, s.buf)
	if err != nil {
		s.read = len(s.buf)
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return fmt.Errorf("%s gave %d of %d bytes from byte %d", s.at, got, n, s.next)
		}
		return err
	}
	s.next += n
	return nil
}
