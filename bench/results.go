package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// manifest is the part of a Map Run's manifest.json that matters here; see AWS,
// "ResultWriter (Map)".
type manifest struct {
	ResultFiles struct{ FAILED, PENDING, SUCCEEDED []struct{ Key string } }
}

// check counts the records in the result files and the calls of Tasks: what is
// fast must also be complete.
func (r *mapRun) check(ctx context.Context) error {
	at := r.output.Get("ResultWriterDetails").Get("Key").Text()
	var m manifest
	if err := r.read(ctx, at, func(body io.Reader) error { return json.NewDecoder(body).Decode(&m) }); err != nil {
		return fmt.Errorf("the manifest %q: %w", at, err)
	}
	if more := len(m.ResultFiles.FAILED) + len(m.ResultFiles.PENDING); more > 0 {
		return fmt.Errorf("%d result files of items that did not succeed", more)
	}
	records := 0
	for _, file := range m.ResultFiles.SUCCEEDED {
		if err := r.read(ctx, file.Key, func(body io.Reader) (err error) {
			records, err = countRecords(body, records)
			return err
		}); err != nil {
			return fmt.Errorf("the result file %q: %w", file.Key, err)
		}
	}
	if records != r.items {
		return fmt.Errorf("%d records of %d items", records, r.items)
	}
	if calls := r.stage.calls.Load(); r.tasks && calls < int64(r.items) {
		return fmt.Errorf("%d calls for %d items", calls, r.items)
	}
	return nil
}

func (r *mapRun) read(ctx context.Context, key string, take func(io.Reader) error) error {
	name := bucket
	object, err := r.stage.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &name, Key: &key})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	return take(object.Body)
}

// countRecords adds the records of a result file, a JSON array, to n.
func countRecords(body io.Reader, n int) (int, error) {
	d := json.NewDecoder(body)
	if _, err := d.Token(); err != nil {
		return n, err
	}
	for d.More() {
		var record struct{ Status, Output string }
		if err := d.Decode(&record); err != nil {
			return n, err
		}
		if record.Status != "SUCCEEDED" || record.Output == "" {
			return n, errors.New("a record is not one of an item that succeeded")
		}
		n++
	}
	_, err := d.Token()
	return n, err
}
