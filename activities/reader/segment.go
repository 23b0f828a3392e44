package reader

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
)

// segment is a copy in staging that one page writes as a stream, and that its
// shards are stretches of.
type segment struct {
	name string
	// size is how much has been written.
	size   int64
	text   *io.PipeWriter
	buffer *bufio.Writer // in front of the text
	ended  chan error
	// broken is the error with which staging ended the stream.
	broken error
}

// newSegment begins a segment. The name tells pages apart, and attempts too:
// another attempt may find something else, and shards may know this one's.
func newSegment(ctx context.Context, s Source, shards int) *segment {
	name := fmt.Sprintf("%d-%016x", shards, rand.Uint64())
	out, in := io.Pipe()
	g := &segment{name: name, text: in, buffer: bufio.NewWriterSize(in, 64<<10), ended: make(chan error, 1)}
	go func() {
		err := s.Store.Upload(ctx, s.Place.Segment(name), out)
		out.CloseWithError(err)
		g.ended <- err
	}()
	return g
}

func (g *segment) Write(p []byte) (int, error) {
	n, err := g.buffer.Write(p)
	g.size += int64(n)
	if err != nil {
		g.broken = err
	}
	return n, err
}

// close ends the segment, of which nothing stays when err is not nil. It gives
// err, or the error of staging that is behind it.
func (g *segment) close(err error) error {
	if err == nil {
		g.broken = g.buffer.Flush()
	}
	g.text.CloseWithError(err)
	uploaded := <-g.ended
	if err == nil || g.broken != nil {
		return uploaded
	}
	return err
}
