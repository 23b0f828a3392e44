package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ItemInput is the input of one item's (or batch's) execution.
type ItemInput struct {
	First int64       `json:"first"`
	Items int64       `json:"items"`
	Input value.Value `json:"input"`
	// Earlier stands for an execution that is redriven.
	Earlier *Earlier `json:"earlier,omitempty"`
}

// Earlier is how far an execution had come before its redrive.
type Earlier struct {
	// Status is how it had ended; [Pending] for one that had not been started.
	Status machine.Status `json:"status"`
	// Frame is the JSON of the machine.Frame that it goes on from; without one it
	// begins with its first state.
	Frame *Text `json:"frame,omitempty"`
	// Run is the id of the last run of its workflow, for an execution that has one.
	Run string `json:"run,omitempty"`
	// Redrives is how often it had been redriven, Started when it was started at first.
	Redrives int       `json:"redrives,omitempty"`
	Started  time.Time `json:"started,omitzero"`
	// Stopped is when it had ended, Error and Cause are why, for people: cut short.
	Stopped time.Time `json:"stopped,omitzero"`
	Error   string    `json:"error,omitempty"`
	Cause   string    `json:"cause,omitempty"`
}

// Begun reports that the execution had been started, so that to start it is to
// redrive it.
func (e *Earlier) Begun() bool { return e != nil && e.Status != Pending }

// Again gives the number of redrives of the execution once it is started.
func (i ItemInput) Again() int {
	if i.Earlier.Begun() {
		return i.Earlier.Redrives + 1
	}
	return 0
}

// Waits gives the status of the execution as long as it is not started.
func (i ItemInput) Waits() machine.Status {
	if i.Earlier.Begun() {
		return PendingRedrive
	}
	return Pending
}
