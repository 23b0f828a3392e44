package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const (
	keptKey  = "dir/kept.json"
	keptText = `{"kept":true}`
)

// checkObjects uses every S3 operation that Stepwell needs.
func checkObjects(t *testing.T, r ready, bucket string) {
	t.Helper()
	c := newObjectClient(r)
	defer c.close()
	if _, err := c.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String("made-by-client")}); err != nil {
		t.Errorf("create bucket: %v", err)
	}
	checkReading(t, c, bucket)
	checkConditions(t, c, bucket)
	checkListing(t, c, bucket)
	checkMultipart(t, c, bucket)
	checkDeleting(t, c, bucket)
	if _, err := c.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &bucket, Key: aws.String(keptKey), Body: bytes.NewReader([]byte(keptText)),
		ContentType: aws.String("application/json"), Metadata: map[string]string{"run": "7"},
	}); err != nil {
		t.Error(err)
	}
}

// checkKeptObject finds what checkObjects left, metadata included.
func checkKeptObject(t *testing.T, r ready, bucket string) {
	t.Helper()
	c := newObjectClient(r)
	defer c.close()
	got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(keptKey)})
	if err != nil {
		t.Errorf("object of an earlier start: %v", err)
		return
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil || string(text) != keptText || aws.ToString(got.ContentType) != "application/json" || got.Metadata["run"] != "7" {
		t.Errorf("object of an earlier start: %q, %v, %+v", text, err, got)
	}
}

func put(t *testing.T, c *objectClient, bucket, key, text string) string {
	t.Helper()
	out, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader([]byte(text))})
	if err != nil {
		t.Fatalf("put %s: %v", key, err)
	}
	return aws.ToString(out.ETag)
}

func checkReading(t *testing.T, c *objectClient, bucket string) {
	t.Helper()
	put(t, c, bucket, "text", "0123456789")
	for _, read := range []struct {
		bytes *string
		want  string
	}{{nil, "0123456789"}, {aws.String("bytes=2-4"), "234"}, {aws.String("bytes=7-"), "789"}, {aws.String("bytes=-2"), "89"}} {
		got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("text"), Range: read.bytes})
		if err != nil {
			t.Errorf("get %s: %v", aws.ToString(read.bytes), err)
			continue
		}
		text, err := io.ReadAll(got.Body)
		got.Body.Close()
		if err != nil || string(text) != read.want {
			t.Errorf("get %s: %q, %v", aws.ToString(read.bytes), text, err)
		}
	}
	var absent *types.NoSuchKey
	if _, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("none")}); !errors.As(err, &absent) {
		t.Errorf("get of an absent key: %v", err)
	}
}

func checkConditions(t *testing.T, c *objectClient, bucket string) {
	t.Helper()
	etag := put(t, c, bucket, "guarded", "one")
	key := aws.String("guarded")
	replace := func(match, noneMatch *string) error {
		_, err := c.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &bucket, Key: key, Body: bytes.NewReader([]byte("two")), IfMatch: match, IfNoneMatch: noneMatch,
		})
		return err
	}
	wrong := aws.String(`"00000000000000000000000000000000"`)
	for name, err := range map[string]error{
		"replace If-Match":    replace(wrong, nil),
		"make If-None-Match":  replace(nil, aws.String("*")),
		"read with If-Match ": readIf(t, c, bucket, key, wrong),
	} {
		var refusal smithy.APIError
		if !errors.As(err, &refusal) || refusal.ErrorCode() != "PreconditionFailed" {
			t.Errorf("%s of another version: %v", name, err)
		}
	}
	if err := readIf(t, c, bucket, key, &etag); err != nil {
		t.Errorf("read with If-Match: %v", err)
	}
	if err := replace(&etag, nil); err != nil {
		t.Errorf("replace If-Match: %v", err)
	}
}

func readIf(t *testing.T, c *objectClient, bucket string, key, match *string) error {
	got, err := c.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: key, IfMatch: match})
	if err == nil {
		got.Body.Close()
	}
	return err
}

func checkListing(t *testing.T, c *objectClient, bucket string) {
	t.Helper()
	for i := range 5 {
		put(t, c, bucket, fmt.Sprintf("list/%d", i), "x")
	}
	pages := s3.NewListObjectsV2Paginator(c, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("list/"), MaxKeys: aws.Int32(2)})
	var keys string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatalf("list: %v", err)
		}
		for _, object := range page.Contents {
			keys += aws.ToString(object.Key) + " "
		}
	}
	if keys != "list/0 list/1 list/2 list/3 list/4 " {
		t.Errorf("listed %q", keys)
	}
}

func checkMultipart(t *testing.T, c *objectClient, bucket string) {
	t.Helper()
	key := aws.String("parts/large")
	upload, err := c.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: key})
	if err != nil {
		t.Fatalf("begin multipart upload: %v", err)
	}
	var parts []types.CompletedPart
	for i, size := range []int{5 << 20, 17} {
		number := aws.Int32(int32(i + 1))
		part, err := c.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: &bucket, Key: key, UploadId: upload.UploadId, PartNumber: number,
			Body: bytes.NewReader(bytes.Repeat([]byte{byte('a' + i)}, size)),
		})
		if err != nil {
			t.Fatalf("upload part: %v", err)
		}
		parts = append(parts, types.CompletedPart{PartNumber: number, ETag: part.ETag})
	}
	if _, err := c.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: &bucket, Key: key, UploadId: upload.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	}); err != nil {
		t.Fatalf("complete multipart upload: %v", err)
	}
	head, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: key})
	if err != nil || aws.ToInt64(head.ContentLength) != 5<<20+17 {
		t.Errorf("uploaded in parts: %+v, %v", head, err)
	}
}

func checkDeleting(t *testing.T, c *objectClient, bucket string) {
	t.Helper()
	put(t, c, bucket, "doomed", "x")
	for range 2 { // the second finds nothing, which S3 does not call an error
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: aws.String("doomed")}); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := c.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: aws.String("doomed")}); err == nil {
		t.Error("a deleted object is still there")
	}
}
