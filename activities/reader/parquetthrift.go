package reader

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The metadata of a Parquet file are structs of Thrift's compact protocol
// (parquet.thrift). The library takes as much memory for a list as its header
// says, so that one damaged byte would cost terabytes: who reads a struct goes
// over it first.

// The types of the compact protocol.
const (
	thriftStop = iota
	thriftTrue
	thriftFalse
	thriftByte
	thriftI16
	thriftI32
	thriftI64
	thriftDouble
	thriftBinary
	thriftList
	thriftSet
	thriftMap
	thriftStruct
)

const (
	// thriftDepth is how deep structs may nest; those of Parquet do by less than ten.
	thriftDepth = 32
	// leastStruct is how many bytes the elements of lists of structs have on the
	// average at least.
	leastStruct = 5
)

// thriftWalk goes over one struct without keeping anything of it.
type thriftWalk struct {
	src *bufio.Reader
	// left is how many bytes there are still.
	left int64
	// structs counts the elements of lists.
	structs int64
}

// checkThrift looks whether the bytes begin with a struct, all of whose lists and
// texts are as long as they say.
func checkThrift(src io.Reader, length int64) error {
	w := &thriftWalk{src: bufio.NewReaderSize(src, int(min(length, 4<<10))), left: length}
	if err := w.structure(0); err != nil {
		return noEOF(err)
	}
	if w.structs*leastStruct > length {
		return fmt.Errorf("%d entries are said to be in %d bytes", w.structs, length)
	}
	return nil
}

// ReadByte gives the next byte.
func (w *thriftWalk) ReadByte() (byte, error) {
	w.left--
	return w.src.ReadByte()
}

func (w *thriftWalk) structure(depth int) error {
	if depth > thriftDepth {
		return errors.New("its structs nest too deep")
	}
	for {
		field, err := w.ReadByte()
		if err != nil || field == thriftStop {
			return err
		}
		if field>>4 == 0 { // the field's number follows
			if _, err := w.varint(); err != nil {
				return err
			}
		}
		if kind := field & 0xf; kind == thriftTrue || kind == thriftFalse {
			continue // the value is in the type
		} else if err := w.value(kind, depth); err != nil {
			return err
		}
	}
}

func (w *thriftWalk) value(kind byte, depth int) error {
	switch kind {
	case thriftTrue, thriftFalse, thriftByte:
		return w.skip(1)
	case thriftI16, thriftI32, thriftI64:
		_, err := w.varint()
		return err
	case thriftDouble:
		return w.skip(8)
	case thriftBinary:
		n, err := w.size()
		if err != nil {
			return err
		}
		return w.skip(n)
	case thriftList, thriftSet:
		return w.list(depth)
	case thriftMap:
		return w.pairs(depth)
	case thriftStruct:
		return w.structure(depth + 1)
	}
	return fmt.Errorf("there is no type %d", kind)
}

func (w *thriftWalk) list(depth int) error {
	header, err := w.ReadByte()
	if err != nil {
		return err
	}
	n := int64(header >> 4)
	if n == 15 {
		if n, err = w.size(); err != nil {
			return err
		}
	}
	kind := header & 0xf
	if kind == thriftStruct {
		w.structs += n
	}
	return w.values(n, depth, kind)
}

func (w *thriftWalk) pairs(depth int) error {
	n, err := w.size()
	if err != nil || n == 0 {
		return err
	}
	kinds, err := w.ReadByte()
	if err != nil {
		return err
	}
	return w.values(n, depth, kinds>>4, kinds&0xf)
}

// values goes over n times the values of the kinds.
func (w *thriftWalk) values(n int64, depth int, kinds ...byte) error {
	if n > w.left {
		return fmt.Errorf("%d entries are said to be in %d bytes", n, w.left)
	}
	for range n {
		for _, kind := range kinds {
			if err := w.value(kind, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// size reads the length of something that has at least so many bytes.
func (w *thriftWalk) size() (int64, error) {
	n, err := w.varint()
	if err == nil && n > uint64(max(w.left, 0)) {
		err = fmt.Errorf("%d entries are said to be in %d bytes", n, w.left)
	}
	return int64(n), err
}

func (w *thriftWalk) varint() (uint64, error) { return binary.ReadUvarint(w) }

func (w *thriftWalk) skip(n int64) error {
	skipped, err := w.src.Discard(int(n))
	w.left -= int64(skipped)
	return err
}
