package reader

import (
	"bytes"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// jsonLines is a text with one JSON value a line. Lines of white space alone
// are no items.
type jsonLines struct{}

func newLines(program.ReaderConfig) (content, error) { return texts{jsonLines{}}, nil }

// lineScanner cuts a stream into lines that are not blank.
type lineScanner struct {
	window
	name string // of the source
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
			return 0, fault("The line that begins at byte %d of %s is longer than %d bytes.", s.offset, s.name, longest)
		} else if err != nil {
			return 0, err
		}
	}
}

// walk cuts between lines.
func (jsonLines) walk(t text, _ *wire.Cursor, cut *cutter) (next int64, more bool, err error) {
	scanner := scanLines(t)
	if err := scanner.skipMark(); err != nil {
		return 0, false, err
	}
	for !cut.enough() {
		ok, err := scanner.next()
		if err != nil || !ok {
			return 0, false, err
		}
		if !cut.add(scanner.start, scanner.end) {
			return scanner.start, true, nil
		}
	}
	return 0, false, nil
}

// read parses the lines of a shard.
func (jsonLines) read(t text, shard wire.Shard, yield func(Item) error) error {
	scanner := scanLines(t)
	for index := shard.First; index < shard.First+shard.Items; index++ {
		ok, err := scanner.next()
		if err != nil {
			return err
		}
		if !ok {
			return fault("The shard at byte %d of %s ends after %d of %d items.", t.offset, t.name, index-shard.First, shard.Items)
		}
		v, err := value.Parse(scanner.line)
		if err != nil {
			what, at := notJSON(scanner.line)
			return fault("Item %d, at byte %d of %s, is not JSON: %s, at byte %d.", index, scanner.start, t.name, what, scanner.start+at)
		}
		if err := yield(Item{Index: index, Value: v}); err != nil {
			return err
		}
	}
	return nil
}

func scanLines(t text) *lineScanner {
	return &lineScanner{window: newWindow(t.Reader, t.offset), name: t.name}
}
