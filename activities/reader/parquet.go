package reader

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// parquetRows are the rows of an Apache Parquet file. The file tells how many
// there are, so planning reads nothing but its footer: offsets are numbers of
// rows, and a shard reads the pages that its rows are in. Only where the file
// has no index of its pages, and its row groups are so long that every shard
// would have to decode much that is not its own, the rows are copied, once, as
// JSON lines.
type parquetRows struct{}

func newParquet(program.ReaderConfig) (content, error) { return parquetRows{}, nil }

const (
	// footerLimit bounds what a footer may take; the service's limit is 5 MB.
	footerLimit = 16 << 20
	// seekable is in how many shards a row group without an index may be cut.
	seekable = 4
	// columnBuffer is what the buffer of a column has, in bytes, unless the file
	// has so many columns that they would have more than columnsBuffer together.
	columnBuffer  = 256 << 10
	columnsBuffer = 16 << 20
)

// parquetFile is an open file.
type parquetFile struct {
	*parquet.File
	bytes *ranged
	rows  *rowShape
}

func openParquet(ctx context.Context, o object, known wire.Cursor) (f *parquetFile, err error) {
	src := &ranged{ctx: ctx, store: o.source.Store, at: o.at, etag: known.ETag, size: known.Size}
	f = &parquetFile{bytes: src}
	what := func() string { return o.at.String() + " cannot be read as Parquet" }
	err = f.guard(what, func() error {
		if err := checkFooter(src); err != nil {
			return err
		}
		if err := f.open(columnBuffer); err != nil {
			return err
		}
		if n := f.rows.leaves; n > columnsBuffer/columnBuffer {
			return f.open(columnsBuffer / n)
		}
		return nil
	})
	return f, err
}

func (f *parquetFile) open(buffer int) (err error) {
	f.File, err = parquet.OpenFile(f.bytes, f.bytes.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(buffer))
	if err == nil {
		err = checkGroups(f.Metadata(), f.bytes.size)
	}
	if err == nil {
		f.rows, err = newRowShape(f.Root())
	}
	return err
}

// checkGroups looks whether the numbers in a footer can be true.
func checkGroups(footer *format.FileMetaData, size int64) error {
	for i, g := range footer.RowGroups {
		if g.NumRows < 0 || len(g.Columns) == 0 && g.NumRows > 0 {
			return fmt.Errorf("its row group %d is said to have %d rows in %d columns", i, g.NumRows, len(g.Columns))
		}
		if first := len(footer.RowGroups[0].Columns); len(g.Columns) != first {
			return fmt.Errorf("its row group %d has %d columns, its first one %d", i, len(g.Columns), first)
		}
		for j, c := range g.Columns {
			if err := checkCodec(&c.MetaData, &footer.RowGroups[0].Columns[j].MetaData); err != nil {
				return err
			}
			if m := c.MetaData; m.NumValues < g.NumRows || m.TotalCompressedSize < 0 || m.TotalCompressedSize > size {
				return fmt.Errorf("its row group %d is said to have %d rows, and its column %q %d values in %d bytes", i, g.NumRows, m.PathInSchema, m.NumValues, m.TotalCompressedSize)
			}
		}
	}
	return nil
}

// count gives the number of rows. Some writers leave the footer's own at 0.
func (f *parquetFile) count() (rows int64) {
	for _, g := range f.Metadata().RowGroups {
		rows += g.NumRows
	}
	return rows
}

// checkFooter looks at the end of the file before it is believed.
func checkFooter(src *ranged) error {
	const least, tail = 12, 8
	if src.size < least {
		return fmt.Errorf("it has %d bytes only", src.size)
	}
	end := make([]byte, tail)
	if _, err := src.ReadAt(end, src.size-tail); err != nil && err != io.EOF {
		return err
	}
	if magic := string(end[4:]); magic != "PAR1" && magic != "PARE" {
		return fmt.Errorf("its footer is cut off: it ends with %q at byte %d, not with PAR1", magic, src.size-4)
	}
	length := int64(binary.LittleEndian.Uint32(end))
	if length > footerLimit {
		return fmt.Errorf("its footer is said to have %d bytes, more than %d", length, footerLimit)
	}
	if length > src.size-least {
		return fmt.Errorf("its footer is said to have %d bytes, more than the file", length)
	}
	at := src.size - tail - length
	if err := checkThrift(io.NewSectionReader(src, at, length), length); err != nil {
		return fmt.Errorf("its footer, from byte %d on, is damaged: %w", at, err)
	}
	return nil
}

// guard runs a function of the library, and makes a fault of what is wrong with
// the file: the library panics over some of it. what says what cannot be done.
func (f *parquetFile) guard(what func() string, run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = f.bytes.cause(what(), fmt.Errorf("%v", p))
		}
	}()
	err = run() // what may tell how far it came
	return f.bytes.cause(what(), err)
}

// plan cuts between rows.
func (parquetRows) plan(ctx context.Context, o object, at *wire.Cursor, p *draft) (*wire.Cursor, error) {
	known := &wire.Cursor{ETag: at.ETag, Size: at.Size}
	f, err := openParquet(ctx, o, *known)
	if err != nil {
		return nil, err
	}
	v := p.vein(o, known)
	row, more := at.Offset, false
	if f.copied(p.limits) && !o.source.Place.IsZero() {
		copies := p.copies(ctx)
		v.segment = copies.name
		p.enter(v)
		row, more, err = f.copyRows(row, p, copies)
	} else {
		v.unit = f.rowBytes()
		p.enter(v)
		for rows := f.count(); row < rows && !p.enough() && !more; row++ {
			if more = !p.add(row, row+1); more {
				break
			}
		}
	}
	if err != nil || !more {
		return nil, err
	}
	rest := *known
	rest.Offset = row
	return &rest, nil
}

// rowBytes is how many bytes a row has on the average.
func (f *parquetFile) rowBytes() int64 {
	size := int64(0)
	for _, g := range f.Metadata().RowGroups {
		size += max(g.TotalByteSize, 0)
	}
	return max(size/max(f.count(), 1), 1)
}

// copied reports that the rows have to be copied.
func (f *parquetFile) copied(limits Limits) bool {
	for _, g := range f.Metadata().RowGroups {
		if g.NumRows <= seekable*limits.Items {
			continue
		}
		for _, c := range g.Columns {
			if c.OffsetIndexOffset == 0 {
				return true
			}
		}
	}
	return false
}

// copyRows writes the rows from one on into the segment until the page is full.
func (f *parquetFile) copyRows(from int64, p *draft, copies *segment) (row int64, more bool, err error) {
	row = from
	var line []byte
	if p.enough() {
		return row, false, nil
	}
	err = f.read(from, f.count()-from, func(v value.Value) error {
		if p.enough() {
			return errEnough
		}
		line = append(v.Append(line[:0]), '\n')
		if !p.add(copies.size, copies.size+int64(len(line))) {
			more = true
			return errEnough
		}
		row++
		_, err := copies.Write(line)
		return err
	})
	if err == errEnough {
		err = nil
	}
	return row, more, err
}

// read gives the rows of a shard.
func (parquetRows) read(ctx context.Context, o object, shard wire.Shard, yield func(Item) error) error {
	if shard.Segment != "" {
		src := objects.Open(ctx, o.source.Store, o.source.Place.Segment(shard.Segment), objects.Range{Offset: shard.Offset, Length: shard.Length})
		return unreadable(jsonLines{}.read(text{src, shard.Offset, o.at.String()}, shard, yield))
	}
	f, err := openParquet(ctx, o, sourceOf(shard))
	if err != nil {
		return err
	}
	index := shard.First
	err = f.read(shard.Offset, shard.Items, func(v value.Value) error {
		item := Item{Index: index, Value: v}
		index++
		return yield(item)
	})
	if err == nil && index != shard.First+shard.Items {
		err = fault("%s ends after row %d: its footer promises %d.", o.at, shard.Offset+index-shard.First, f.count())
	}
	return err
}
