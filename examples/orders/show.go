package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// manifest is the part of a Map Run's manifest.json that is shown.
type manifest struct {
	DestinationBucket string
	ResultFiles       map[string][]struct {
		Key  string
		Size int64
	}
}

// record is the part of a child execution's record that is shown.
type record struct {
	Status, Input, Output, Error string
}

func show(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("show", flag.ExitOnError)
	url := flags.String("manifest", "", "s3://bucket/key of the manifest")
	lines := flags.Int("lines", 3, "number of results to show of each kind")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	bucket, key, ok := strings.Cut(strings.TrimPrefix(*url, "s3://"), "/")
	if !ok {
		return fmt.Errorf("-manifest %q is not s3://bucket/key", *url)
	}
	client, err := connect(ctx)
	if err != nil {
		return err
	}
	var m manifest
	if err := read(ctx, client, location{bucket, key}, &m); err != nil {
		return err
	}
	for _, kind := range []string{"SUCCEEDED", "FAILED", "PENDING"} {
		var records []record
		for _, file := range m.ResultFiles[kind] {
			var some []record
			if err := read(ctx, client, location{m.DestinationBucket, file.Key}, &some); err != nil {
				return err
			}
			records = append(records, some...)
		}
		fmt.Printf("%-10s %6d\n", kind, len(records))
		for _, r := range records[:min(*lines, len(records))] {
			fmt.Printf("  %s\n", r.Output+r.Error)
		}
	}
	return nil
}

type location struct{ bucket, key string }

func read(ctx context.Context, client *s3.Client, at location, into any) error {
	object, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: &at.bucket, Key: &at.key})
	if err != nil {
		return err
	}
	defer object.Body.Close()
	text, err := io.ReadAll(object.Body)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
