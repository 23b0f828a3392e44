package reader

import (
	"errors"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
)

// Error is something wrong with the source that trying again would not mend.
// It is a States.ItemReaderFailed with this cause.
type Error struct{ Cause string }

func (e *Error) Error() string { return e.Cause }

// TooLargeError is a source that would need staging, and there is none.
type TooLargeError struct{ What string }

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s is larger than %d bytes, so the map run needs a place for its intermediate files", e.What, InlineLimit)
}

func fault(format string, args ...any) error {
	return &Error{Cause: fmt.Sprintf(format, args...)}
}

// unreadable makes an [*Error] of a store's refusal, with what to do about it.
func unreadable(err error) error {
	var refused *objects.Error
	if errors.As(err, new(*Error)) || !errors.As(err, &refused) {
		return err
	}
	advice := "Check the ItemReader's parameters."
	switch refused.Kind {
	case objects.NotFound:
		advice = "Check Bucket and Key of the ItemReader."
	case objects.Denied:
		advice = "The worker's AWS credentials need s3:GetObject on the object, or s3:ListBucket on the bucket of a listing."
	case objects.Changed:
		advice = "Do not write to the source while the map runs, or name its VersionId."
	}
	return fault("The items cannot be read: %s. %s", refused, advice)
}
