package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"runtime"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// plainLoopCommand makes this binary the plain loop: bucket, key of the CSV
// file, prefix of the results.
const plainLoopCommand = "plain-loop"

// plainBatch is how many rows a goroutine takes at once.
const plainBatch = 1_000

// plainFile is a result file in the manifest.
type plainFile struct {
	Key  string
	Size int64
}

// runPlainLoop reads on one goroutine, works on as many as there are cores, and
// writes the records in the order of the rows while it reads.
func runPlainLoop(ctx context.Context, bucket, from, to string) error {
	settings, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	store := s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })
	object, err := store.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &from})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	// Each batch has a place in the queue before it is worked on: its records
	// come out in order.
	type batch struct {
		rows []plainRow
		text chan []byte
	}
	cores := runtime.GOMAXPROCS(0)
	work, queue := make(chan batch, cores), make(chan batch, 4*cores)
	read := make(chan error, 1)
	go func() {
		defer close(work)
		defer close(queue)
		read <- eachPlainBatch(object.Body, func(rows []plainRow) error {
			b := batch{rows, make(chan []byte, 1)}
			for _, to := range []chan batch{queue, work} {
				select {
				case to <- b:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	}()
	failed := make(chan error, cores)
	for range cores {
		go func() {
			for b := range work {
				text, err := plainRecords(b.rows)
				if err != nil {
					failed <- err
					cancel()
					text = nil
				}
				b.text <- text
			}
		}()
	}
	body, pipe := io.Pipe()
	size := int64(0)
	go func() {
		separator := byte('[')
		for b := range queue {
			text := <-b.text
			if len(text) == 0 {
				break // an error, which has ended ctx
			}
			text[0], separator = separator, ','
			size += int64(len(text))
			if _, err := pipe.Write(text); err != nil {
				cancel()
			}
		}
		size++
		_, _ = pipe.Write([]byte("]"))
		pipe.CloseWithError(ctx.Err())
	}()
	results := to + "SUCCEEDED_0.json"
	uploads := transfermanager.New(store, func(o *transfermanager.Options) {
		o.Concurrency = cores
		o.PartSizeBytes = 8 << 20
	})
	_, err = uploads.UploadObject(ctx, &transfermanager.UploadObjectInput{Bucket: &bucket, Key: &results, Body: body})
	body.CloseWithError(err) // whoever still writes
	cancel()
	select {
	case fault := <-failed:
		return fault
	default:
	}
	if err = errors.Join(err, <-read); err != nil {
		return err
	}
	return writePlainManifest(store, bucket, to, plainFile{results, size})
}

// eachPlainBatch reads the rows of a CSV file.
func eachPlainBatch(body io.Reader, take func([]plainRow) error) error {
	lines := csv.NewReader(body)
	lines.ReuseRecord = true
	if _, err := lines.Read(); err != nil {
		return err
	}
	rows := make([]plainRow, 0, plainBatch)
	for {
		line, err := lines.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if rows = append(rows, plainRow{line[0], line[1], line[2], line[3], line[4]}); len(rows) == plainBatch {
			if err := take(rows); err != nil {
				return err
			}
			rows = make([]plainRow, 0, plainBatch)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return take(rows)
}

func writePlainManifest(store *s3.Client, bucket, to string, file plainFile) error {
	var m struct {
		DestinationBucket string
		ResultFiles       struct{ FAILED, PENDING, SUCCEEDED []plainFile }
	}
	m.DestinationBucket = bucket
	m.ResultFiles.SUCCEEDED = []plainFile{file}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	key := to + "manifest.json"
	_, err = store.PutObject(context.Background(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(text)})
	return err
}
