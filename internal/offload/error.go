package offload

import (
	"errors"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// setting is what lets payloads be stored.
const setting = "STEPWELL_STAGING"

// SizeError is a payload that cannot be stored: nobody said where to, or it is
// larger than a value may be.
type SizeError struct {
	Bytes int
	// Staging tells that there is a place for it.
	Staging bool
}

func (e *SizeError) Error() string {
	if e.Staging {
		return fmt.Sprintf("a value of %d bytes is larger than the %d that can go to staging; keep bulk data in S3 and pass its location", e.Bytes, wire.StagedLimit)
	}
	return fmt.Sprintf("a value of %d bytes is too large for Temporal, and this process has no staging: set %s=s3://bucket/prefix, the same for all workers and for who starts executions", e.Bytes, setting)
}

// action is what was asked of S3.
type action int

const (
	storing action = iota
	reading
)

// AccessError is an S3 that does not give or take a payload, for a reason that
// passes or that people can remove.
type AccessError struct {
	At     objects.Location
	Reason string
	// Stored tells that it was to be written.
	Stored bool
	// Passing tells that the next try may do.
	Passing bool
	err     error
}

func (e *AccessError) Error() string {
	if e.Stored {
		return fmt.Sprintf("a large value cannot be written to staging (%s): %s", e.At, e.Reason)
	}
	return fmt.Sprintf("a large value cannot be read from staging (%s): %s", e.At, e.Reason)
}

func (e *AccessError) Unwrap() error { return e.err }

// refused says what an error of the store means for the payload there.
func refused(what action, at objects.Location, err error) error {
	var answer *objects.Error
	if !errors.As(err, &answer) {
		return &AccessError{At: at, Reason: err.Error(), Stored: what == storing, Passing: true, err: err}
	}
	e := &AccessError{At: at, Reason: answer.Error(), Stored: what == storing, err: err}
	switch {
	case answer.Kind == objects.NotFound && (what == storing || answer.Code == "NoSuchBucket"):
		e.Reason = fmt.Sprintf("the bucket %s does not exist where AWS_ENDPOINT_URL_S3 and AWS_REGION point to; make it, or correct %s", at.Bucket, setting)
	case answer.Kind == objects.NotFound:
		return gone(at)
	case answer.Kind == objects.Denied && what == storing:
		e.Reason = fmt.Sprintf("the AWS credentials need s3:PutObject there (%s)", answer)
	case answer.Kind == objects.Denied:
		e.Reason = fmt.Sprintf("the AWS credentials need s3:GetObject there, and s3:ListBucket, without which S3 says the same of an object that is gone (%s)", answer)
	}
	return e
}
