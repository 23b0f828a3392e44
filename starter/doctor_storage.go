package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/uuid"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// storageTime bounds how long one look at S3 may take, with the SDK's retries.
const storageTime = 15 * time.Second

const stagingSetting = "STEPWELL_STAGING"

// storage looks at S3 and at the staging location.
func (d *diagnosis) storage(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, storageTime)
	defer cancel()
	staging := d.console.setting(stagingSetting, "")
	s, err := d.console.storage(ctx)
	if err != nil {
		d.fault("s3", err)
		return
	}
	if _, err := s.config.Credentials.Retrieve(ctx); err != nil {
		fix := "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them"
		if staging != "" {
			d.fail("s3", fix, "there are no AWS credentials")
			return
		}
		d.warn("s3", fix+"\nwithout S3 only state machines run that read and write none", "there are no AWS credentials")
		return
	}
	if d.reach(ctx, s) {
		d.staging(ctx, s, staging)
	}
}

// reach looks whether S3 answers, by whatever it is that these credentials may.
func (d *diagnosis) reach(ctx context.Context, s *storage) bool {
	one := int32(1)
	answer, err := s.client.ListBuckets(ctx, &s3.ListBucketsInput{MaxBuckets: &one})
	if err == nil {
		if at, ok := awsmiddleware.GetServerTime(answer.ResultMetadata); ok {
			d.clock.is(at, "S3")
		}
		d.ok("s3", "%s answers", s.place())
		return true
	}
	var answered interface{ HTTPStatusCode() int }
	if !errors.As(err, &answered) || answered.HTTPStatusCode() == 0 {
		d.fail("s3", "is S3 running there? AWS_ENDPOINT_URL_S3 says where it is, AWS_REGION which region of AWS", "%s cannot be reached: %s", s.place(), err)
		return false
	}
	var refused interface{ ErrorCode() string }
	code := fmt.Sprint(answered.HTTPStatusCode())
	if errors.As(err, &refused) {
		code = refused.ErrorCode()
	}
	switch code {
	case "AccessDenied": // few need to list all buckets
		d.ok("s3", "%s answers", s.place())
		return true
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken":
		d.fail("s3", "correct the AWS credentials: AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN", "%s does not know these credentials (%s)", s.place(), code)
	case "RequestTimeTooSkewed":
		d.fail("s3", "set this machine's clock, by NTP", "%s refuses requests of a clock that is this wrong", s.place())
	default:
		d.fail("s3", "is it an S3 that answers there? AWS_ENDPOINT_URL_S3 says where it is", "%s refuses requests: %s", s.place(), err)
	}
	return false
}

// staging writes an object to the staging location, reads it, and deletes it.
func (d *diagnosis) staging(ctx context.Context, s *storage, setting string) {
	if setting == "" {
		d.warn("staging", "set it, for the workers too: "+stagingSetting+"=s3://bucket/prefix",
			"%s is not set: a Distributed Map then uses its ResultWriter's bucket, one without a ResultWriter must read less than 1 MiB, and no value may have more than 1.5 MiB", stagingSetting)
		return
	}
	place, err := objects.Parse(setting)
	if err != nil {
		d.fail("staging", stagingSetting+" must look like s3://bucket/prefix", "%s: %s", stagingSetting, err)
		return
	}
	prefix := place.Key
	if prefix != "" && prefix[len(prefix)-1] != '/' {
		prefix += "/"
	}
	at := place.At(prefix + "doctor/" + uuid.NewString())
	content := []byte("stepwell doctor")
	if err := s.Bucket(ctx, place); err != nil {
		d.refused(err, "found", "make the bucket, or name another: "+stagingSetting)
		return
	}
	if err := s.Put(ctx, at, content); err != nil {
		d.refused(err, "written", "the credentials need s3:PutObject and s3:AbortMultipartUpload there")
		return
	}
	read, err := objects.Load(ctx, s, at)
	if err == nil && !bytes.Equal(read, content) {
		err = errors.New("it gives something else than was written")
	}
	deleting := s.Empty(ctx, at)
	switch {
	case err != nil:
		d.refused(err, "read", "the credentials need s3:GetObject there")
	case deleting != nil:
		d.refused(deleting, "deleted from", fmt.Sprintf("the credentials need s3:DeleteObject and s3:ListBucket there; %s is left", at))
	default:
		d.ok("staging", "%s can be written, read and deleted from", setting)
		d.lifecycle(ctx, s, place, prefix)
	}
}

func (d *diagnosis) refused(err error, what, fix string) {
	d.fail("staging", fix, "%s cannot be %s: %s", stagingSetting, what, err)
}
