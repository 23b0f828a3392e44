package reader

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/format"
)

// codecs are those that can be read: AWS's, and Brotli. The library's LZ4 codec
// takes all memory there is for a damaged page, and gives the bytes of another page
// for some that are not.
var codecs = []format.CompressionCodec{format.Uncompressed, format.Snappy, format.Gzip, format.Zstd, format.Brotli}

// checkCodec tells whether the library can read a column chunk. It takes the codec
// of the first row group for all.
func checkCodec(c, first *format.ColumnMetaData) error {
	if !slices.Contains(codecs, c.Codec) {
		return fmt.Errorf("its column %q is compressed with %s: only %v can be read", c.PathInSchema, c.Codec, codecs)
	}
	if c.Codec != first.Codec {
		return fmt.Errorf("its column %q is compressed with %s, in its first row group with %s", c.PathInSchema, c.Codec, first.Codec)
	}
	return nil
}

// page is a page of a Parquet file as its header tells.
type page struct {
	codec format.CompressionCodec
	// at is where its bytes begin, length how many there are, and size how many
	// they are decompressed.
	at, length, size int64
}

// bodyOf gives the compressed part of the page whose header stands before the
// offset; false when there is none.
func bodyOf(codec format.CompressionCodec, h *format.PageHeader, at int64) (page, bool) {
	p := page{codec, at, int64(h.CompressedPageSize), int64(h.UncompressedPageSize)}
	if h.Type == format.DataPageV2 { // its levels come first and are not compressed
		v2 := &h.DataPageHeaderV2.V
		levels := int64(v2.RepetitionLevelsByteLength) + int64(v2.DefinitionLevelsByteLength)
		p.at, p.length = p.at+levels, p.length-levels
		if v2.IsCompressed.Valid && !v2.IsCompressed.V || levels < 0 {
			return p, false
		}
	}
	return p, p.length > 0
}

// checkCompressed looks at the bytes of a page before the library decompresses
// them: the Snappy codec takes as much memory as they say.
func (f *parquetFile) checkCompressed(p page) error {
	if p.codec != format.Snappy {
		return nil
	}
	var start [binary.MaxVarintLen64]byte
	n, err := f.bytes.ReadAt(start[:min(int64(len(start)), p.length)], p.at)
	if err != nil && err != io.EOF {
		return err
	}
	if size, n := binary.Uvarint(start[:n]); n <= 0 || size > uint64(max(p.size, 0)) {
		return fmt.Errorf("its compressed bytes are damaged: they are said to have %d bytes decompressed, not %d", size, p.size)
	}
	return nil
}
