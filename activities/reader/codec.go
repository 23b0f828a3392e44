package reader

import (
	"errors"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// codec decompresses a stream.
type codec func(io.Reader) (io.Reader, error)

// codecOf finds the codec by the extension of a key (AWS, "ItemReader (Map)");
// nil when there is none. Zstandard's own extension is .zst.
func codecOf(key string) codec {
	switch {
	case strings.HasSuffix(key, ".gz"):
		return gunzip
	case strings.HasSuffix(key, ".zstd"), strings.HasSuffix(key, ".zst"):
		return unzstd
	}
	return nil
}

// mostWindow bounds the memory that a Zstandard stream may ask for.
const mostWindow = 128 << 20

func unzstd(src io.Reader) (io.Reader, error) {
	return zstd.NewReader(src, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(mostWindow))
}

// inflating reads the decompressed text of an object.
type inflating struct {
	io.Reader
	src  *counting
	name string
	// room is how many bytes may still come; negative for any number.
	room int64
	done int64
}

// counting counts what is read of a stream, and keeps its error.
type counting struct {
	src io.Reader
	n   int64
	err error
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// decompress gives the text of a compressed object from an offset in the text.
func (o object) decompress(whole io.Reader, offset int64) (io.Reader, error) {
	i := &inflating{src: &counting{src: whole}, name: o.at.String(), room: -1}
	if o.source.Place.IsZero() {
		i.room = InlineLimit
	}
	var err error
	if i.Reader, err = o.codec(i.src); err != nil {
		return nil, i.fault(err)
	}
	if _, err := io.CopyN(io.Discard, i, offset); err != nil {
		if errors.Is(err, io.EOF) {
			err = fault("%s ends before byte %d of its decompressed text.", i.name, offset)
		}
		return nil, err
	}
	return i, nil
}

func (i *inflating) Read(p []byte) (int, error) {
	n, err := i.Reader.Read(p)
	i.done += int64(n)
	if i.room >= 0 && i.done > i.room {
		return 0, &TooLargeError{What: "the decompressed text of " + i.name}
	}
	if err != nil && err != io.EOF {
		err = i.fault(err)
	}
	return n, err
}

// fault tells a fault of the compressed bytes from one of reading them.
func (i *inflating) fault(err error) error {
	if i.src.err != nil {
		return unreadable(i.src.err)
	}
	what := err.Error()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		what = "it is cut off"
	case errors.Is(err, gzip.ErrChecksum):
		what = "its checksum is wrong"
	}
	return fault("%s cannot be decompressed: %s, at byte %d of the compressed object (%d bytes of text were read).", i.name, what, i.src.n, i.done)
}
