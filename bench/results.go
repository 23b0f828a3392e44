package main

import (
	"context"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"path"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// manifest is the part of a Map Run's manifest.json that matters here; see AWS,
// "ResultWriter (Map)".
type manifest struct {
	ResultFiles struct{ FAILED, PENDING, SUCCEEDED []struct{ Key string } }
}

// records are the results of a run, as they are read: every order must be there
// once, with the output that belongs to it.
type records struct {
	isOutput func(int, string) bool
	seen     []bool
	count    int
}

// checkResults reads the result files that the manifest names and looks at
// every record: what is fast must also be complete and right.
func (s *stage) checkResults(ctx context.Context, at string, items int, isOutput func(int, string) bool) error {
	var m manifest
	if err := s.read(ctx, at, func(body io.Reader) error { return stdjson.NewDecoder(body).Decode(&m) }); err != nil {
		return fmt.Errorf("the manifest %q: %w", at, err)
	}
	if more := len(m.ResultFiles.FAILED) + len(m.ResultFiles.PENDING); more > 0 {
		return fmt.Errorf("%d result files of items that did not succeed", more)
	}
	r := records{isOutput: isOutput, seen: make([]bool, items)}
	for _, file := range m.ResultFiles.SUCCEEDED {
		if err := s.read(ctx, file.Key, r.take); err != nil {
			return fmt.Errorf("the result file %q: %w", file.Key, err)
		}
	}
	if r.count != items {
		return fmt.Errorf("%d records of %d items", r.count, items)
	}
	return nil
}

func (s *stage) read(ctx context.Context, key string, take func(io.Reader) error) error {
	name := bucket
	object, err := s.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: &key})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	return take(object.Body)
}

// take reads a result file, which is a JSON array of records.
func (r *records) take(body io.Reader) error {
	d := jsontext.NewDecoder(body)
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() != ']' {
		var record struct{ Status, Input, Output string }
		if err := json.UnmarshalDecode(d, &record); err != nil {
			return err
		}
		i, ok := numberOf(record.Input)
		switch {
		case record.Status != "SUCCEEDED":
			return errors.New("a record is not one of an item that succeeded")
		case !ok || i >= len(r.seen):
			return fmt.Errorf("a record has the input %s, which is no row", record.Input)
		case r.seen[i]:
			return fmt.Errorf("order %d has two records", i)
		case !r.isOutput(i, record.Output):
			return fmt.Errorf("order %d has the output %s", i, record.Output)
		}
		r.seen[i] = true
		r.count++
	}
	_, err := d.ReadToken()
	return err
}

// firstFailure gives the first record of an item that failed, "" when there is
// none: the execution alone does not tell why items fail.
func (s *stage) firstFailure(ctx context.Context) string {
	name, prefix := bucket, "results/"
	files, err := s.objects.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &name, Prefix: &prefix})
	if err != nil {
		return ""
	}
	var first jsontext.Value
	for _, file := range files.Contents {
		if path.Base(*file.Key) == "FAILED_0.json" {
			_ = s.read(ctx, *file.Key, func(body io.Reader) (err error) { // what can be read is told
				d := jsontext.NewDecoder(body)
				if _, err = d.ReadToken(); err == nil {
					first, err = d.ReadValue()
					first = first.Clone()
				}
				return err
			})
		}
	}
	return string(first)
}
