package reader

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// pageLimit is how large a page may be, decompressed, in bytes: the service's
// limit for a whole row group (AWS, "ItemReader (Map)").
const pageLimit = 256 << 20

// checkPages looks at the headers of the pages that the rows of a group are in,
// before the library does: it would take as much memory as a damaged one says.
func (f *parquetFile) checkPages(g groupRows) error {
	for i, chunk := range g.group.ColumnChunks() {
		column := &f.Metadata().RowGroups[g.number].Columns[i].MetaData
		if err := f.checkIndex(&f.Metadata().RowGroups[g.number].Columns[i]); err != nil {
			return fmt.Errorf("column %q: %w", column.PathInSchema, err)
		}
		index, err := chunk.OffsetIndex()
		switch {
		case errors.Is(err, parquet.ErrMissingOffsetIndex):
			err = f.checkAll(column)
		case err == nil:
			err = f.checkSome(column, index, g)
		}
		if err != nil {
			return fmt.Errorf("column %q: %w", column.PathInSchema, err)
		}
	}
	return nil
}

// checkIndex looks at the index of a column's pages, if there is one, before the
// library reads it.
func (f *parquetFile) checkIndex(c *format.ColumnChunk) error {
	at, length := c.OffsetIndexOffset, int64(c.OffsetIndexLength)
	if at == 0 {
		return nil
	}
	if at < 0 || length < 0 || length > footerLimit || at > f.bytes.size-length {
		return fmt.Errorf("the index of its pages is said to have %d bytes at byte %d", length, at)
	}
	if err := checkThrift(io.NewSectionReader(f.bytes, at, length), length); err != nil {
		return fmt.Errorf("the index of its pages, from byte %d on, is damaged: %w", at, err)
	}
	return nil
}

// firstPage gives where the pages of a column begin.
func firstPage(c *format.ColumnMetaData) int64 {
	if c.DictionaryPageOffset > 0 {
		return c.DictionaryPageOffset
	}
	return c.DataPageOffset
}

// checkAll goes from page to page.
func (f *parquetFile) checkAll(c *format.ColumnMetaData) error {
	for at, end := firstPage(c), firstPage(c)+c.TotalCompressedSize; at < end; {
		next, err := f.checkPage(c, at)
		if err != nil {
			return err
		}
		at = next
	}
	return nil
}

// checkSome looks at the dictionary and at the pages of the rows.
func (f *parquetFile) checkSome(c *format.ColumnMetaData, index parquet.OffsetIndex, g groupRows) error {
	if _, err := f.checkPage(c, firstPage(c)); err != nil && index.NumPages() > 0 {
		return err
	}
	for page := range index.NumPages() {
		last := page+1 == index.NumPages()
		if index.FirstRowIndex(page) >= g.from+g.count || !last && index.FirstRowIndex(page+1) <= g.from {
			continue
		}
		if _, err := f.checkPage(c, index.Offset(page)); err != nil {
			return err
		}
	}
	return nil
}

// checkPage looks at the header of the page at an offset, and gives where the
// page ends.
func (f *parquetFile) checkPage(c *format.ColumnMetaData, at int64) (end int64, err error) {
	rest := firstPage(c) + c.TotalCompressedSize - at
	if at < 0 || rest <= 0 {
		return 0, fmt.Errorf("a page is said to begin at byte %d, outside of the column", at)
	}
	if err := checkThrift(io.NewSectionReader(f.bytes, at, rest), rest); err != nil {
		return 0, fmt.Errorf("the page at byte %d has no header: %w", at, err)
	}
	src := &counting{src: io.NewSectionReader(f.bytes, at, rest)}
	buffered := bufio.NewReaderSize(src, 512)
	var header format.PageHeader
	if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(buffered)).Decode(&header); err != nil {
		return 0, fmt.Errorf("the page at byte %d has no header: %w", at, noEOF(err))
	}
	length := src.n - int64(buffered.Buffered())
	values := max(header.DataPageHeader.V.NumValues, header.DataPageHeaderV2.V.NumValues, header.DictionaryPageHeader.V.NumValues)
	if size := int64(header.CompressedPageSize); size < 0 || length+size > rest || header.UncompressedPageSize > pageLimit || int64(values) > c.NumValues {
		return 0, fmt.Errorf("the page at byte %d is said to have %d values in %d bytes, and %d decompressed", at, values, size, header.UncompressedPageSize)
	}
	if body, ok := bodyOf(c.Codec, &header, at+length); ok {
		if err := f.checkCompressed(body); err != nil {
			return 0, fmt.Errorf("the page at byte %d: %w", at, err)
		}
	}
	return at + length + int64(header.CompressedPageSize), nil
}
