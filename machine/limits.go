package machine

import (
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// AWS's limits, which an execution keeps when its [Origin] is Strict (AWS,
// "Step Functions service quotas").
const (
	// strictBytes bounds the input, output and parameters of a state.
	strictBytes = 262_144
	// strictEvents bounds the history.
	strictEvents = 25_000
)

// oversized is the failure of a value of somebody that is too large for AWS;
// nil when it is not, or when nobody asks.
func (e *Execution) oversized(who, did string, v value.Value) *Failure {
	if !e.frame.Origin.Strict || v.Size() <= strictBytes {
		return nil
	}
	f := Fault(ErrorDataLimitExceeded, fmt.Sprintf(
		"The state/task '%s' %s with a size exceeding the maximum number of bytes service limit.", who, did))
	return &f
}

// What was too large, in AWS's words.
const (
	returnedResult     = "returned a result"
	providedParameters = "provided parameters"
)

// full reports that no event fits any more but the one that ends the execution.
func (e *Execution) full() bool {
	return e.frame.Origin.Strict && e.frame.LastEvent >= strictEvents-1
}

// exceed fails an execution that had more to tell than AWS keeps.
func (e *Execution) exceed() {
	if !e.exceeded {
		return
	}
	e.exceeded = false
	f := Fault(ErrorRuntime, fmt.Sprintf("The execution reached the maximum number of history events (%d).", strictEvents))
	if e.frame.Status == Running {
		e.abandonAll()
	}
	e.endFailed(f)
}
