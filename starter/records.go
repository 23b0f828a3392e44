package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// files gives the files of a category.
func files(m results.Manifest, c wire.Category) []results.File {
	switch c {
	case wire.SucceededFile:
		return m.ResultFiles.SUCCEEDED
	case wire.FailedFile:
		return m.ResultFiles.FAILED
	default:
		return m.ResultFiles.PENDING
	}
}

// each hands the records of a category to visit, file by file, as a stream. A
// record is valid until visit returns. Errors of visit come back as they are.
func (s *storage) each(ctx context.Context, run *runResults, c wire.Category, visit func(record []byte) error) error {
	for _, file := range files(run.manifest, c) {
		at := objects.Location{Bucket: run.manifest.DestinationBucket, Key: file.Key}
		var stop *visitError
		err := s.eachOf(ctx, at, func(record []byte) error {
			if err := visit(record); err != nil {
				return &visitError{err}
			}
			return nil
		})
		if errors.As(err, &stop) {
			return stop.err
		}
		var syntax *jsontext.SyntacticError
		if errors.As(err, &syntax) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, errNoArray) {
			return failed("it was not written by a ResultWriter, or is damaged", "%s cannot be read: %s", at, err)
		}
		if err != nil {
			return s.explain(ctx, err, "the results cannot be read")
		}
	}
	return nil
}

// visitError is an error of those who get the records, not of the file.
type visitError struct{ err error }

func (e *visitError) Error() string { return e.err.Error() }

func (s *storage) eachOf(ctx context.Context, at objects.Location, visit func([]byte) error) error {
	info, err := s.Head(ctx, at)
	if err != nil || info.Size == 0 {
		return err
	}
	lines, err := s.endsWithLine(ctx, at, info)
	if err != nil {
		return err
	}
	return eachRecord(objects.Open(ctx, s, at, objects.Range{Length: info.Size, ETag: info.ETag}), lines, visit)
}

// endsWithLine reports whether the file ends with the end of a line.
func (s *storage) endsWithLine(ctx context.Context, at objects.Location, info objects.Info) (bool, error) {
	body, err := s.Get(ctx, at, objects.Range{Offset: info.Size - 1, Length: 1, ETag: info.ETag})
	if err != nil {
		return false, err
	}
	defer body.Close()
	last, err := io.ReadAll(body)
	return string(last) == "\n", err
}

var errNoArray = errors.New("it holds no array of records")

// eachRecord reads the records of a result file: the elements of one array
// (JSON), or values one after the other (JSONL). Files of both kinds have the
// same names, and a record can be an array itself. So one that begins with an
// array is taken for JSONL when it ends with the end of a line, as each record
// of JSONL does; of the array of a JSON file nothing follows.
func eachRecord(from io.Reader, endsWithLine bool, visit func([]byte) error) error {
	buffered := bufio.NewReader(from)
	begin, err := firstOf(buffered)
	if err != nil {
		return err
	}
	d := jsontext.NewDecoder(buffered, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if begin != '[' || endsWithLine {
		return eachValue(d, visit)
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		record, err := d.ReadValue()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		if err := visit(record); err != nil {
			return err
		}
	}
	return nil
}

func eachValue(d *jsontext.Decoder, visit func([]byte) error) error {
	for {
		record, err := d.ReadValue()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(record); err != nil {
			return err
		}
	}
}

// firstOf gives the first byte that is no white space, and leaves it there.
func firstOf(r *bufio.Reader) (byte, error) {
	for {
		b, err := r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return 0, fmt.Errorf("%w: it is empty", errNoArray)
			}
			return 0, err
		}
		if b != ' ' && b != '\n' && b != '\r' && b != '\t' {
			return b, r.UnreadByte()
		}
	}
}
