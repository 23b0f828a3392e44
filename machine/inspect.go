package machine

import (
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Inspector is told what a state makes of its data on the way from its input
// to its output. A [Sink] that is an Inspector as well is told; without one
// nothing is done for it.
type Inspector interface {
	// Inspect tells a value of the state. A stage that a state goes through
	// twice, as when it is retried, is told twice.
	Inspect(state *program.State, stage Stage, v value.Value)
}

// Stage names a value inside of a state, as AWS does where it has a name for it
// (AWS API, InspectionData).
type Stage string

// The stages.
const (
	// AfterInputPath is the effective input.
	AfterInputPath Stage = "afterInputPath"
	// AfterParameters is what Parameters (or Arguments) make of it.
	AfterParameters Stage = "afterParameters"
	// AfterItemsPath is what a Map iterates over, unless an ItemReader reads it.
	AfterItemsPath Stage = "afterItemsPath"
	// RawResult is the result of the state's work.
	RawResult           Stage = "result"
	AfterResultSelector Stage = "afterResultSelector"
	AfterResultPath     Stage = "afterResultPath"
	// MaxConcurrency is 0 when the Map does not say it. The tolerances are told
	// only when the Map says them.
	MaxConcurrency             Stage = "maxConcurrency"
	ToleratedFailureCount      Stage = "toleratedFailureCount"
	ToleratedFailurePercentage Stage = "toleratedFailurePercentage"
	// ErrorOutput is a failure before Retry and Catch are asked: an object with
	// Error and Cause, as far as they are there.
	ErrorOutput Stage = "errorOutput"
	// CatchIndex is the place in Catch of the catcher that takes the failure.
	CatchIndex Stage = "catchIndex"
)

func (e *Execution) inspect(t *Thread, stage Stage, v value.Value) {
	if inspector, ok := e.sink.(Inspector); ok {
		inspector.Inspect(t.state, stage, v)
	}
}

func (e *Execution) inspectFailure(t *Thread, f Failure) {
	if inspector, ok := e.sink.(Inspector); ok {
		object := value.NewObject(2)
		object.Put("Error", f.Error)
		object.Put("Cause", f.Cause)
		inspector.Inspect(t.state, ErrorOutput, object.Value())
	}
}
