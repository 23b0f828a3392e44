package reader

import (
	"context"
	"io"
	"math"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// csv reads a delimited text. Every record becomes an object of strings.
type csv struct {
	object
	delimiter byte
	given     []string // nil when the first row holds the names
}

// headerLimit is how long a header may be in bytes.
const headerLimit = 10 << 10

func openCSV(s Source) (Reader, error) {
	o, err := openObject(s)
	if err != nil {
		return nil, err
	}
	config := s.Run.Reader.Config
	c := &csv{object: o}
	var ok bool
	if c.delimiter, ok = delimiterOf(config.CSVDelimiter); !ok {
		return nil, fault("The CSVDelimiter %q is none of COMMA, PIPE, SEMICOLON, SPACE and TAB.", config.CSVDelimiter)
	}
	switch config.CSVHeaderLocation {
	case "FIRST_ROW":
		return c, nil
	case "GIVEN":
		c.given = config.CSVHeaders
		return c, checkHeader(c.given)
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

func (c *csv) scan(src io.Reader, offset int64) *csvScanner {
	return &csvScanner{window: newWindow(src, offset), delimiter: c.delimiter}
}

// Plan cuts between records.
func (c *csv) Plan(ctx context.Context, from wire.Cursor, limits Limits) (Page, error) {
	from, err := c.pin(ctx, from)
	if err != nil {
		return Page{}, err
	}
	scanner := c.scan(c.rest(ctx, from), from.Offset)
	if err := scanner.skipMark(); err != nil {
		return Page{}, unreadable(err)
	}
	if from.Header == nil {
		if from.Header, err = c.header(scanner); err != nil {
			return Page{}, unreadable(err)
		}
	}
	cut := newCutter(from, limits, c.source.Run.Reader)
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
		return nil, fault("The CSV file %s is empty: its first row should hold the headers.", c.at)
	}
	if len(scanner.record) > headerLimit {
		return nil, fault("The CSV header is longer than %d bytes.", headerLimit)
	}
	names := scanner.fields(nil, math.MaxInt)
	return names, checkHeader(names)
}

// Read fills short records with empty strings and drops the fields that a
// record has too many.
func (c *csv) Read(ctx context.Context, shard wire.Shard, yield func(Item) error) error {
	shape := value.NewShape(sourceOf(shard).Header)
	width := len(shape.Names())
	scanner := c.scan(c.stretch(ctx, shard), shard.Offset)
	fields := make([]string, 0, width)
	empty := value.OfString("")
	for index := shard.First; index < shard.First+shard.Items; index++ {
		ok, err := scanner.next()
		if err != nil {
			return unreadable(err)
		}
		if !ok {
			return fault("The shard at byte %d of %s ends after %d of %d items.", shard.Offset, c.at, index-shard.First, shard.Items)
		}
		fields = scanner.fields(fields[:0], width)
		row := make([]value.Value, width)
		for i := range row {
			if i < len(fields) {
				row[i] = value.OfString(fields[i])
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
