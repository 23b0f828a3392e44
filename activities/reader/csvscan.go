package reader

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// csvScanner cuts a stream into the records of a delimited text, by the rules
// of AWS, "ItemReader (Map)", "CSV file". It is made to pass over records
// without looking at their fields.
type csvScanner struct {
	window
	name      string // of the source
	delimiter byte
	// begins tells that the stream begins where the source does.
	begins bool
	// record is the record at hand without its line end; start and end are
	// where it and its line end stand in the source. plain tells that it has
	// neither quotes nor backslashes.
	record     []byte
	start, end int64
	plain      bool

	taken   int // bytes of the view that the record at hand covers
	scratch []byte
	bounds  []int
}

// next goes to the next record; it reports false at the end of the stream.
func (s *csvScanner) next() (bool, error) {
	s.skip(s.taken)
	s.taken = 0
	for seen := 0; ; {
		view := s.view()
		end := bytes.IndexByte(view[seen:], '\n')
		switch {
		case end >= 0:
			end += seen
		case s.eof && len(view) == 0:
			return false, nil
		case s.eof:
			if end = len(view); s.onlyReturns() {
				return false, s.noLineFeeds()
			}
		default:
			seen = len(view)
			if err := s.more(); err != nil {
				return false, s.long(err)
			}
			continue
		}
		if line := view[:end]; bytes.IndexByte(line, '"') >= 0 || bytes.IndexByte(line, '\\') >= 0 {
			return s.nextQuoted()
		}
		s.take(end, true)
		return true, nil
	}
}

// nextQuoted goes to the next record when it has quotes or backslashes.
func (s *csvScanner) nextQuoted() (bool, error) {
	for {
		end, ended, quoted := recordEnd(s.view(), s.delimiter)
		if ended {
			s.take(end, false)
			return true, nil
		}
		if s.eof {
			if quoted {
				return false, fault("The CSV record that begins at byte %d of %s has a quoted field that does not end.", s.offset, s.name)
			}
			if s.onlyReturns() {
				return false, s.noLineFeeds()
			}
			s.take(len(s.view()), false)
			return true, nil
		}
		if err := s.more(); err != nil {
			return false, s.long(err)
		}
	}
}

func (s *csvScanner) long(err error) error {
	if err == errLong && s.onlyReturns() {
		return s.noLineFeeds()
	}
	if err == errLong {
		return fault("The CSV record that begins at byte %d of %s is longer than %d bytes; is a quote not closed?", s.offset, s.name, longest)
	}
	return err
}

// onlyReturns reports that the view, in which no record ends, is the source's
// beginning, and has carriage returns where its records seem to end. They are not
// taken for line ends: the newlines of AWS are not known to be such.
func (s *csvScanner) onlyReturns() bool {
	if !s.begins || s.end > 0 {
		return false
	}
	text := bytes.ReplaceAll(bytes.TrimSuffix(s.view(), []byte("\r")), []byte("\r"), []byte("\n"))
	_, ended, _ := recordEnd(text, s.delimiter)
	return ended
}

func (s *csvScanner) noLineFeeds() error {
	return fault("The records of the CSV file %s end with carriage returns alone; they have to end with line feeds.", s.name)
}

// take makes the first n bytes of the view the record at hand.
func (s *csvScanner) take(n int, plain bool) {
	view := s.view()
	s.record, s.plain = view[:n], plain
	s.taken = min(n+1, len(view))
	s.start, s.end = s.offset, s.offset+int64(s.taken)
	if n > 0 && view[n-1] == '\r' {
		s.record = view[:n-1]
	}
}

// The places inside a record.
const (
	fieldStart = iota
	inField
	inQuotes
	quotesClosed
)

// recordEnd finds the line end that ends the record. Without one it tells
// whether the text so far ends inside quotes.
func recordEnd(text []byte, delimiter byte) (end int, ended, quoted bool) {
	place := fieldStart
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			if i+1 < len(text) && escapable(text[i+1], delimiter) {
				i++
			}
			if place != inQuotes {
				place = inField
			}
		case place == inQuotes:
			if c == '"' {
				place = quotesClosed
			}
		case c == '\n':
			return i, true, false
		case c == delimiter:
			place = fieldStart
		case c == '"' && place != inField:
			place = inQuotes
		default:
			place = inField
		}
	}
	return 0, false, place == inQuotes
}

// escapable reports whether a backslash makes c an ordinary character; before
// any other a backslash is dropped.
func escapable(c, delimiter byte) bool { return c == '\\' || c == '"' || c == delimiter }

// fields appends up to limit fields of the record at hand to dst.
func (s *csvScanner) fields(dst []string, limit int) []string {
	if s.plain {
		return splitPlain(dst, string(s.record), s.delimiter, limit)
	}
	return s.splitQuoted(dst, s.record, limit)
}

// invalidAt gives the place of the first byte that is not UTF-8, -1 when all are.
func invalidAt(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for at := 0; ; {
		r, n := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && n <= 1 {
			return at
		}
		at += n
	}
}

func splitPlain(dst []string, record string, delimiter byte, limit int) []string {
	for ; limit > 1; limit-- {
		i := strings.IndexByte(record, delimiter)
		if i < 0 {
			return append(dst, record)
		}
		dst, record = append(dst, record[:i]), record[i+1:]
	}
	if i := strings.IndexByte(record, delimiter); i >= 0 {
		record = record[:i]
	}
	return append(dst, record)
}

// splitQuoted unescapes the fields into one string, of which they are slices.
func (s *csvScanner) splitQuoted(dst []string, record []byte, limit int) []string {
	text, bounds := s.scratch[:0], s.bounds[:0]
	place := fieldStart
	for i := 0; i < len(record) && len(bounds) < limit; i++ {
		switch c := record[i]; {
		case c == '\\':
			if i+1 < len(record) && escapable(record[i+1], s.delimiter) {
				i++
				text = append(text, record[i])
			}
			if place != inQuotes {
				place = inField
			}
		case place == inQuotes:
			if c == '"' {
				place = quotesClosed
			} else {
				text = append(text, c)
			}
		case c == s.delimiter:
			bounds = append(bounds, len(text))
			place = fieldStart
		case c == '"' && place == quotesClosed:
			text = append(text, c)
			place = inQuotes
		case c == '"' && place == fieldStart:
			place = inQuotes
		default:
			text = append(text, c)
			place = inField
		}
	}
	if len(bounds) < limit {
		bounds = append(bounds, len(text))
	}
	s.scratch, s.bounds = text, bounds
	all, from := string(text), 0
	for _, to := range bounds {
		dst = append(dst, all[from:to])
		from = to
	}
	return dst
}
