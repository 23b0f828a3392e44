package recorded

import (
	"errors"

	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// endOf reads how a workflow ended, as anybody who started it would: err is the
// error that it ended with, output reads its result.
func endOf(err error, output func(*value.Value) error) (Result, error) {
	if err == nil {
		r := Result{Status: machine.Succeeded}
		return r, output(&r.Output)
	}
	var canceled *temporal.CanceledError
	if errors.As(err, &canceled) {
		r := Result{Status: machine.Aborted}
		return r, canceled.Details(&r.Failure)
	}
	var applicationError *temporal.ApplicationError
	if !errors.As(err, &applicationError) {
		return Result{}, err
	}
	r := Result{Status: machine.Failed}
	var ended wire.Ended
	if detailsErr := applicationError.Details(&r.Failure, &ended); detailsErr != nil {
		return r, errors.Join(err, detailsErr)
	}
	r.Status = ended.Status
	return r, nil
}
