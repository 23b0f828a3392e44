package results

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// putObject is the resource of a ResultWriter (AWS, "ResultWriter (Map)").
const putObject = "arn:aws:states:::s3:putObject"

// Error is something wrong with the destination that trying again would not
// mend. It is a States.ResultWriterFailed with this cause.
type Error struct{ Cause string }

func (e *Error) Error() string { return e.Cause }

func fault(format string, args ...any) error { return &Error{Cause: fmt.Sprintf(format, args...)} }

// UUID gives the last part of a Map Run's ARN.
func UUID(mapRunArn string) string { return mapRunArn[strings.LastIndexByte(mapRunArn, ':')+1:] }

// Destination gives the prefix that the result files of a run go below,
// <Prefix>/<map run uuid>/; ok is false for a run that exports nothing.
func Destination(run machine.Distribute) (at objects.Location, ok bool, err error) {
	w := run.Writer
	if w == nil || w.Resource == "" {
		return at, false, nil
	}
	if w.Resource != putObject {
		return at, false, fault("This version of Stepwell does not support the Resource %q in a ResultWriter.", w.Resource)
	}
	bucket, prefix := w.Parameters.Get("Bucket"), w.Parameters.Get("Prefix")
	if bucket.Kind() != value.String || bucket.Text() == "" {
		return at, false, fault("The ResultWriter's parameters have no Bucket.")
	}
	if !prefix.IsAbsent() && prefix.Kind() != value.String {
		return at, false, fault("The ResultWriter's parameter Prefix is a %s, not a string.", prefix.Kind())
	}
	at.Bucket = bucket.Text()
	if p := strings.TrimSuffix(prefix.Text(), "/"); p != "" {
		at.Key = p + "/"
	}
	at.Key += UUID(run.MapRunArn) + "/"
	return at, true, nil
}

// Unwritable makes an [*Error] of a store's refusal, with what to do about it.
func Unwritable(err error) error {
	var refused *objects.Error
	if !errors.As(err, &refused) {
		return err
	}
	advice := "Check the ResultWriter's parameters."
	switch refused.Kind {
	case objects.NotFound:
		advice = "Check the Bucket of the ResultWriter."
	case objects.Denied:
		advice = "The worker's AWS credentials need s3:PutObject, s3:GetObject, s3:DeleteObject and s3:AbortMultipartUpload there."
	}
	return fault("The results cannot be written: %s. %s", refused, advice)
}
