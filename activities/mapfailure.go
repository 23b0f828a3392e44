package activities

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/activities/deadletters"
	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// faultError is a failure on its way to the edge.
type faultError struct{ machine.Failure }

func (e *faultError) Error() string { return e.Failure.String() }

// fieldsError is a fault of the Map state's own fields.
type fieldsError struct{ fault faultError }

func (e *fieldsError) Error() string { return e.fault.Error() }
func (e *fieldsError) Unwrap() error { return &e.fault }

// ofFields reports whether an error is a fault of the state's own fields.
func ofFields(err error) bool {
	var fields *fieldsError
	return errors.As(err, &fields)
}

func faulty(name, cause string, args ...any) error {
	return &faultError{machine.Fault(name, fmt.Sprintf(cause, args...))}
}

// needsStaging says how to give map runs a place for their files.
const needsStaging = "Set " + staging.Setting + "=s3://bucket/prefix for the worker."

// definite gives the failure that an error stands for, nil when the error may
// pass when the work is tried again.
func definite(err error) *machine.Failure {
	var (
		fault  *faultError
		source *reader.Error
		large  *reader.TooLargeError
		target *results.Error
		result results.LargeError
		letter *deadletters.Refusal
		f      machine.Failure
	)
	switch {
	case errors.As(err, &fault):
		f = fault.Failure
	case errors.As(err, &source):
		f = machine.Fault(machine.ErrorItemReaderFailed, source.Cause)
	case errors.As(err, &large):
		f = machine.Fault(machine.ErrorRuntime, large.Error()+". "+needsStaging+" Or give the state a ResultWriter with a Resource.")
	case errors.As(err, &letter):
		f = machine.Fault(machine.ErrorRuntime, "The map run's "+letter.Error()+".")
	case errors.As(err, &target):
		f = machine.Fault(machine.ErrorResultWriterFailed, target.Cause)
	case errors.As(err, &result):
		f = machine.Fault(machine.ErrorDataLimitExceeded, result.Error())
	default:
		return nil
	}
	return &f
}

// concluded gives the error that an activity returns: as settled says, or the
// one with which an activity ends that was ended from outside.
func concluded(ctx context.Context, err error) error {
	if err != nil && definite(err) == nil {
		if outside := interrupted(ctx); outside != nil {
			return outside
		}
	}
	return settled(err)
}

// settled gives an error that Temporal does not retry when err stands for a
// failure.
func settled(err error) error {
	f := definite(err)
	if f == nil {
		return err
	}
	return temporal.NewApplicationErrorWithOptions(f.Cause.Text(), f.Name(),
		temporal.ApplicationErrorOptions{NonRetryable: true, Cause: err, Details: []any{*f}})
}

// unstaged makes a failure of a refusal of the place where staging is, which may be
// that of the results.
func (m *Maps) unstaged(err error) error {
	var refused *objects.Error
	if !errors.As(err, &refused) {
		return err
	}
	if m.Staging == "" {
		return results.Unwritable(err)
	}
	return faulty(machine.ErrorResultWriterFailed, "The map run's intermediate files cannot be read or written: %s. Check %s (%s) and the worker's AWS credentials, which need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket there.",
		refused, staging.Setting, m.Staging)
}

// handBack is the error with which a stopping worker gives an activity back.
func handBack() error {
	return temporal.NewApplicationErrorWithOptions("The worker stops; another one goes on.", handedBack,
		temporal.ApplicationErrorOptions{NextRetryDelay: leastDelay, Category: temporal.ApplicationErrorCategoryBenign})
}
