package reader

import (
	"math"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// csv is a delimited text. Every record becomes an object of strings.
type csv struct {
	delimiter byte
	given     []string // nil when the first row holds the names
}

// headerLimit is how long a header may be in bytes.
const headerLimit = 10 << 10

func newCSV(config program.ReaderConfig) (content, error) {
	c := &csv{}
	var ok bool
	if c.delimiter, ok = delimiterOf(config.CSVDelimiter); !ok {
		return nil, fault("The CSVDelimiter %q is none of COMMA, PIPE, SEMICOLON, SPACE and TAB.", config.CSVDelimiter)
	}
	switch config.CSVHeaderLocation {
	case "FIRST_ROW":
		return texts{c}, nil
	case "GIVEN":
		c.given = config.CSVHeaders
		return texts{c}, checkHeader(c.given)
	}
	return nil, fault("The CSVHeaderLocation %q is neither FIRST_ROW nor GIVEN.", config.CSVHeaderLocation)
}

func delimiterOf(name string) (byte, bool) {
	switch name {
	case "", "COMMA":
		return ',', true
	case "PIPE":
		return '|', true
	case "SEMICOLON":
		return ';', true
	case "SPACE":
		return ' ', true
	case "TAB":
		return '\t', true
	}
	return 0, false
}

func checkHeader(names []string) error {
	seen, size := make(map[string]bool, len(names)), 0
	for _, name := range names {
		if seen[name] {
			return fault("CSV headers cannot contain duplicates.")
		}
		seen[name] = true
		size += len(name) + 1
	}
	if len(names) == 0 {
		return fault("The CSV file has no header.")
	}
	if size > headerLimit+1 {
		return fault("The CSV header is longer than %d bytes.", headerLimit)
	}
	return nil
}

func (c *csv) scan(t text) *csvScanner {
	return &csvScanner{window: newWindow(t.Reader, t.offset), name: t.name, delimiter: c.delimiter}
}

// walk cuts between records.
func (c *csv) walk(t text, known *wire.Cursor, cut *cutter) (next int64, more bool, err error) {
	scanner := c.scan(t)
	scanner.begins = t.offset == 0
	if err := scanner.skipMark(); err != nil {
		return 0, false, err
	}
	if known.Header == nil {
		if known.Header, err = c.header(scanner); err != nil {
			return 0, false, err
		}
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

// header gives the names: those given, or those of the first record.
func (c *csv) header(scanner *csvScanner) ([]string, error) {
	if c.given != nil {
		return c.given, nil
	}
	ok, err := scanner.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault("The CSV file %s is empty: its first row should hold the headers.", scanner.name)
	}
	if len(scanner.record) > headerLimit {
		return nil, fault("The CSV header of %s is longer than %d bytes.", scanner.name, headerLimit)
	}
	if at := invalidAt(scanner.record); at >= 0 {
		return nil, fault("The CSV header of %s is not UTF-8, at byte %d.", scanner.name, scanner.start+int64(at))
	}
	names := scanner.fields(nil, math.MaxInt)
	return names, checkHeader(names)
}

// read fills short records with empty strings and drops the fields that a
// record has too many.
func (c *csv) read(t text, shard wire.Shard, yield func(Item) error) error {
	header := sourceOf(shard).Header
	width := len(header)
	order := expr.HashOrder(header) // AWS's items have their members in it
	names := make([]string, width)
	for i, column := range order {
		names[i] = header[column]
	}
	shape := value.NewShape(names)
	scanner := c.scan(t)
	fields := make([]string, 0, width)
	empty := value.OfString("")
	for index := shard.First; index < shard.First+shard.Items; index++ {
		ok, err := scanner.next()
		if err != nil {
			return err
		}
		if !ok {
			return fault("The shard at byte %d of %s ends after %d of %d items.", t.offset, t.name, index-shard.First, shard.Items)
		}
		if at := invalidAt(scanner.record); at >= 0 {
			return fault("Item %d, the CSV record that begins at byte %d of %s, is not UTF-8, at byte %d.", index, scanner.start, t.name, scanner.start+int64(at))
		}
		fields = scanner.fields(fields[:0], width)
		row := make([]value.Value, width)
		for i, column := range order {
			if column < len(fields) {
				row[i] = value.OfString(fields[column])
			} else {
				row[i] = empty
			}
		}
		if err := yield(Item{Index: index, Value: shape.Of(row)}); err != nil {
			return err
		}
	}
	return nil
}
