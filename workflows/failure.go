package workflows

import (
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// From Temporal's errors to failures:
//
//	error                                   failure
//	application error of a Task's activity  what its details say, with the attempts
//	other application error                 its type (States.TaskFailed without one), its message
//	timeout: heartbeat                      States.Timeout, marked as a heartbeat
//	timeout: any other                      States.Timeout
//	cancelled                               States.TaskFailed
//	panic                                   States.TaskFailed
//	terminated                              States.TaskFailed
//	server error                            States.TaskFailed
//	any other                               States.TaskFailed
//
// And from how an execution ended to errors:
//
//	status     error of the workflow
//	SUCCEEDED  none; the result is the output
//	FAILED     application error: type is the error name, message the cause
//	TIMED_OUT  application error of type States.Timeout
//	ABORTED    cancelled
//
// Their details are the machine.Failure and the wire.Ended, and, of an item, the
// wire.ItemRest.

// longestName and longestCause are what an error name and a cause may have in
// characters (AWS API, SendTaskFailure).
const (
	longestName  = 256
	longestCause = 32_768
)

// taskOutcome gives how a Task's own activity failed.
func taskOutcome(err error) machine.Outcome {
	if app, ok := bare(err).(*temporal.ApplicationError); ok && app.HasDetails() {
		var failure machine.Failure
		var attempts []machine.Attempt
		if app.Details(&failure, &attempts) == nil {
			return machine.Outcome{Failure: &failure, Attempts: attempts}
		}
	}
	failure := failureOf(err)
	return machine.Outcome{Failure: &failure}
}

// failureOf gives the failure that an error of an activity or child workflow
// stands for.
func failureOf(err error) machine.Failure {
	switch err := bare(err).(type) {
	case *temporal.ApplicationError:
		return wire.ForeignFailure(err.Type(), err.Message())
	case *temporal.TimeoutError:
		return timeoutFailure(err)
	case *temporal.CanceledError:
		return machine.Fault(machine.ErrorTaskFailed, "It was cancelled on Temporal.")
	case *temporal.PanicError:
		return machine.Fault(machine.ErrorTaskFailed, "It panicked: "+err.Error())
	case *temporal.TerminatedError:
		return machine.Fault(machine.ErrorTaskFailed, "It was terminated on Temporal.")
	default:
		return machine.Fault(machine.ErrorTaskFailed, err.Error())
	}
}

// bare takes off the layers that only tell where an error comes from. Causes
// below the error proper stay: the last failure inside a timeout is not what
// ended the activity.
func bare(err error) error {
	for {
		var inner error
		switch outer := err.(type) {
		case *temporal.ActivityError, *temporal.ChildWorkflowExecutionError, *temporal.WorkflowExecutionError:
			inner = errors.Unwrap(outer)
		}
		if inner == nil {
			return err
		}
		err = inner
	}
}

var timeoutCauses = map[enumspb.TimeoutType]string{
	enumspb.TIMEOUT_TYPE_START_TO_CLOSE:    "It did not end within its time (StartToClose).",
	enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START: "No worker took it from its task queue in time (ScheduleToStart).",
	enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: "It did not end within its time (ScheduleToClose).",
	enumspb.TIMEOUT_TYPE_HEARTBEAT:         "It, or its worker, was silent for too long (Heartbeat).",
}

func timeoutFailure(err *temporal.TimeoutError) machine.Failure {
	cause, ok := timeoutCauses[err.TimeoutType()]
	if !ok {
		cause = err.Error()
	}
	if last := errors.Unwrap(err); last != nil {
		cause += " Its last failure: " + last.Error()
	}
	failure := machine.Fault(machine.ErrorTimeout, cause)
	failure.Heartbeat = err.TimeoutType() == enumspb.TIMEOUT_TYPE_HEARTBEAT
	return failure
}

// errorOf gives the error that ends an execution's workflow, nil for one that
// succeeded.
func errorOf(ended wire.Ended, more ...any) error {
	if ended.Status == machine.Succeeded {
		return nil
	}
	var failure machine.Failure
	if ended.Failure != nil {
		failure = *ended.Failure
	}
	failure.Error, failure.Cause = cut(failure.Error, longestName), cut(failure.Cause, longestCause)
	ended.Failure = &failure
	details := append([]any{failure, ended}, more...)
	if ended.Status == machine.Aborted {
		return temporal.NewCanceledError(details...)
	}
	return temporal.NewApplicationErrorWithOptions(failure.Cause.Text(), failure.Name(), temporal.ApplicationErrorOptions{
		NonRetryable: true,
		Details:      details,
	})
}

// isRefusal reports that the error is of an execution that could not begin.
func isRefusal(err error) bool {
	app, ok := bare(err).(*temporal.ApplicationError)
	return ok && !app.HasDetails()
}

// restOfError gives where an item's execution stood, as the error of its workflow
// tells.
func restOfError(err error) (rest wire.ItemRest) {
	var failure machine.Failure
	var ended wire.Ended
	var told error
	switch err := bare(err).(type) {
	case *temporal.ApplicationError:
		told = err.Details(&failure, &ended, &rest)
	case *temporal.CanceledError:
		told = err.Details(&failure, &ended, &rest)
	}
	if told != nil {
		return wire.ItemRest{}
	}
	return rest
}

// endedOf reads back how an execution ended from the error of its workflow. An
// error that [errorOf] did not make becomes a failed, or aborted, execution
// without times.
func endedOf(err error) wire.Ended {
	var failure machine.Failure
	var ended wire.Ended
	switch err := bare(err).(type) {
	case *temporal.ApplicationError:
		if err.HasDetails() && err.Details(&failure, &ended) == nil && ended.Status != "" {
			return ended
		}
	case *temporal.CanceledError:
		if err.HasDetails() && err.Details(&failure, &ended) == nil && ended.Status != "" {
			return ended
		}
		return wire.Ended{Status: machine.Aborted}
	case *temporal.TerminatedError:
		return wire.Ended{Status: machine.Aborted}
	case *temporal.TimeoutError:
		failure = failureOf(err)
		return wire.Ended{Status: machine.TimedOut, Failure: &failure}
	}
	failure = failureOf(err)
	return wire.Ended{Status: machine.Failed, Failure: &failure}
}

// cut shortens a text to a number of characters.
func cut(v value.Value, longest int) value.Value {
	text := v.Text()
	if utf8.RuneCountInString(text) <= longest {
		return v
	}
	return value.OfString(string([]rune(text)[:longest]))
}

func base64Value(data []byte) value.Value {
	return value.OfString(base64.StdEncoding.EncodeToString(data))
}

// refusal is the error of a workflow that cannot begin.
func refusal(name, format string, args ...any) error {
	return temporal.NewNonRetryableApplicationError(fmt.Sprintf(format, args...), name, nil)
}
