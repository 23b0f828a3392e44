package reader

import (
	"bytes"
	"context"
	"io"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// jsonLines reads a text with one JSON value a line. Lines of white space
// alone are no items.
type jsonLines struct{ object }

func openLines(s Source) (Reader, error) {
	o, err := openObject(s)
	return &jsonLines{o}, err
}

// lineScanner cuts a stream into lines that are not blank.
type lineScanner struct {
	window
	// line is the line at hand; start and end are where it and its line end
	// stand in the source.
	line       []byte
	start, end int64
	taken      int
}

func (s *lineScanner) next() (bool, error) {
	for {
		s.skip(s.taken)
		s.taken = 0
		n, err := s.length()
		if err != nil || n < 0 {
			return false, err
		}
		view := s.view()
		s.line = view[:n]
		s.taken = min(n+1, len(view))
		s.start, s.end = s.offset, s.offset+int64(s.taken)
		if len(bytes.TrimSpace(s.line)) > 0 {
			return true, nil
		}
	}
}

// length gives the length of the line that the view starts with, -1 at the end.
func (s *lineScanner) length() (int, error) {
	for seen := 0; ; {
		view := s.view()
		if end := bytes.IndexByte(view[seen:], '\n'); end >= 0 {
			return seen + end, nil
		}
		if s.eof {
			if len(view) == 0 {
				return -1, nil
			}
			return len(view), nil
		}
		seen = len(view)
		if err := s.more(); err == errLong {
			return 0, fault("The line that begins at byte %d is longer than %d bytes.", s.offset, longest)
		} else if err != nil {
			return 0, err
		}
	}
}

// Plan cuts between lines.
func (l *jsonLines) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	from, err := l.pin(ctx, from)
	if err != nil {
		return Page{}, err
	}
	scanner := &lineScanner{window: newWindow(l.rest(ctx, from), from.Offset)}
	if err := scanner.skipMark(); err != nil {
		return Page{}, unreadable(err)
	}
	cut := newCutter(from, limits, l.source.Run.Reader)
	for !cut.enough() {
		ok, err := scanner.next()
		if err != nil {
			return Page{}, unreadable(err)
		}
		if !ok {
			break
		}
		if !cut.add(scanner.start, scanner.end) {
			return cut.page(true, scanner.start), nil
		}
	}
	return cut.page(false, 0), nil
}

// Read parses the lines of a shard.
func (l *jsonLines) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	return readLines(l.stretch(ctx, shard), shard, l.at.String(), yield)
}

func readLines(src io.Reader, shard wire.Shard, name string, yield func(Item) error) error {
	scanner := &lineScanner{window: newWindow(src, shard.Offset)}
	for index := shard.First; index < shard.First+shard.Items; index++ {
		ok, err := scanner.next()
		if err != nil {
			return unreadable(err)
		}
		if !ok {
			return fault("The shard at byte %d of %s ends after %d of %d items.", shard.Offset, name, index-shard.First, shard.Items)
		}
		v, err := value.Parse(scanner.line)
		if err != nil {
			return fault("Item %d, at byte %d of %s, is not JSON: %s.", index, scanner.start, name, err)
		}
		if err := yield(Item{Index: index, Value: v}); err != nil {
			return err
		}
	}
	return nil
}
