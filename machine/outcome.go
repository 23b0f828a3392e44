package machine

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Outcome is how an effect ended: with an Output (a Call or Distribute), with
// a Failure, or, for a Wait, with neither.
type Outcome struct {
	Output  value.Value `json:"output,omitzero"`
	Failure *Failure    `json:"failure,omitempty"`
	// Attempts are the attempts before the last one that the runtime made on
	// its own, oldest first.
	Attempts []Attempt `json:"attempts,omitempty"`
}

// Fired is the outcome of a Wait.
var Fired = Outcome{}

// Failure is an error as the States Language has it. Error and Cause are
// strings, or absent: a Fail state may leave either out.
type Failure struct {
	Error value.Value `json:"error,omitzero"`
	Cause value.Value `json:"cause,omitzero"`
	// Heartbeat marks a States.Timeout that was a missed heartbeat, which the
	// name States.HeartbeatTimeout matches too.
	Heartbeat bool `json:"heartbeat,omitempty"`
	// Stage is where in its life a task failed, for the history: "" for its
	// execution, "submit" when its service refused the request of a task that
	// waits, "start" when it could not be started, "schedule" when it could not
	// even be scheduled.
	Stage string `json:"stage,omitempty"`
}

// Fault gives a failure with both parts.
func Fault(name, cause string) Failure {
	return Failure{Error: value.OfString(name), Cause: value.OfString(cause)}
}

// Name gives the error name, "" when there is none.
func (f Failure) Name() string { return f.Error.Text() }

// String gives name and cause in one line, for logs and messages.
func (f Failure) String() string { return f.Error.Text() + ": " + f.Cause.Text() }

// Attempt is one attempt of a Call that failed and was followed by another.
type Attempt struct {
	Failure Failure `json:"failure"`
	// Started and Ended are the times of the attempt, Delay the pause after it.
	Started time.Time     `json:"started"`
	Ended   time.Time     `json:"ended"`
	Delay   time.Duration `json:"delay"`
}

// Names of the errors that Stepwell itself raises (Amazon States Language
// specification, "Predefined error codes"; AWS, "Handling errors").
const (
	ErrorAll                = "States.ALL"
	ErrorTaskFailed         = "States.TaskFailed"
	ErrorTimeout            = "States.Timeout"
	ErrorHeartbeatTimeout   = "States.HeartbeatTimeout"
	ErrorPermissions        = "States.Permissions"
	ErrorRuntime            = "States.Runtime"
	ErrorDataLimitExceeded  = "States.DataLimitExceeded"
	ErrorItemReaderFailed   = "States.ItemReaderFailed"
	ErrorResultWriterFailed = "States.ResultWriterFailed"
	ErrorExceedTolerance    = "States.ExceedToleratedFailureThreshold"
)
