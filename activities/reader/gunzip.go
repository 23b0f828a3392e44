package reader

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// members reads the text of a gzip file: of its members, one after the other (RFC
// 1952). Zeros after the last one, with which tapes and block devices fill their
// blocks, are no part of it, as for gzip(1).
type members struct {
	src    *bufio.Reader
	member *gzip.Reader
}

// errAfterMembers is of what follows the last member.
var errAfterMembers = errors.New("what follows its last member is neither gzip nor zeros")

func gunzip(src io.Reader) (io.Reader, error) {
	m := &members{src: bufio.NewReader(src)}
	var err error
	if m.member, err = gzip.NewReader(m.src); err != nil {
		return nil, err
	}
	m.member.Multistream(false)
	return m, nil
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.member.Read(p)
		if n > 0 && err == io.EOF {
			return n, nil // the next read comes to the same end
		}
		if n > 0 || err != io.EOF {
			return n, err
		}
		if err := m.next(); err != nil {
			return 0, err
		}
	}
}

// next goes to the next member; io.EOF tells that there is none.
func (m *members) next() error {
	start, err := m.src.Peek(2)
	switch {
	case len(start) == 0:
		return err
	case start[0] == 0:
		return m.zeros()
	case !bytes.HasPrefix([]byte("\x1f\x8b"), start):
		return errAfterMembers
	}
	if err := m.member.Reset(m.src); err != nil {
		return err
	}
	m.member.Multistream(false)
	return nil
}

// zeros reads to the end of the file, of which nothing but zeros may be left.
func (m *members) zeros() error {
	for {
		b, err := m.src.ReadByte()
		if err != nil {
			return err
		}
		if b != 0 {
			return errAfterMembers
		}
	}
}
