package offload

import (
	"errors"

	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// Names of the failures of activities whose values cannot be had.
const (
	// runtimeError is that of an input that is lost.
	runtimeError = "States.Runtime"
	// dataLimitExceeded is that of a result that cannot be stored.
	dataLimitExceeded = "States.DataLimitExceeded"
)

// failures is the SDK's failure converter, except that an activity is not tried
// again when that cannot help: its input is lost, or its result was refused by
// staging, when the work has been done already. An input that cannot be read for
// another reason is worth another try, since nothing has been done yet.
type failures struct{ converter.FailureConverter }

func newFailures() failures {
	return failures{temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: NewConverter()})}
}

// ErrorToFailure gives the failure that travels.
func (f failures) ErrorToFailure(err error) *failurepb.Failure {
	var lost *LostError
	var size *SizeError
	var access *AccessError
	switch {
	case errors.As(err, &lost):
		err = temporal.NewNonRetryableApplicationError(lost.Error(), runtimeError, nil)
	case errors.As(err, &size):
		err = temporal.NewNonRetryableApplicationError(size.Error(), dataLimitExceeded, nil)
	case errors.As(err, &access) && access.Stored && !access.Passing:
		err = temporal.NewNonRetryableApplicationError(access.Error(), dataLimitExceeded, nil)
	}
	return f.FailureConverter.ErrorToFailure(err)
}
