package teststate

import (
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// watch is the machine's inspector: it keeps what is told of the tested state,
// and the name of the state that follows.
type watch struct {
	state *program.State
	told  map[machine.Stage]value.Value
	next  string
	// What the machine does not tell because a Map Run would do it.
	afterItemsPointer, afterItemSelector, afterItemBatcher value.Value
}

// Record makes the watch a machine.Sink; a test has no history.
func (w *watch) Record(machine.Event) {}

// Inspect keeps what is told.
func (w *watch) Inspect(state *program.State, stage machine.Stage, v value.Value) {
	switch {
	case state == w.state:
		w.told[stage] = v
	case state.Type == program.SucceedState:
		w.next = state.Name
	}
}

// failure gives the failure that the state had at last.
func (w *watch) failure() machine.Failure {
	f := w.told[machine.ErrorOutput]
	return machine.Failure{Error: f.Get("Error"), Cause: f.Get("Cause")}
}

// shows tells whether AWS shows the value of the stage in inspection data. It
// shows nothing that only JSONPath has in JSONata, nothing of what a Parallel
// starts from, and only results that do not come from inside of the state.
func (w *watch) shows(stage machine.Stage) bool {
	s := w.state
	paths := s.Language == program.JSONPath
	switch stage {
	case machine.AfterInputPath, machine.AfterItemsPath:
		return paths && s.Parallel == nil
	case machine.AfterParameters:
		return s.Task != nil || paths && s.Pass != nil
	case machine.RawResult:
		return s.Task != nil || paths && s.Pass != nil && s.Pass.Result != nil
	case machine.AfterResultSelector, machine.AfterResultPath:
		return paths
	}
	return true
}

func (w *watch) text(stage machine.Stage) string {
	if !w.shows(stage) {
		return ""
	}
	return text(w.told[stage])
}

func text(v value.Value) string {
	if v.IsAbsent() {
		return ""
	}
	return v.String()
}

// data gives the inspection data, but for the error details.
func (w *watch) data(input, variables value.Value) *InspectionData {
	d := &InspectionData{
		Input:               text(input),
		AfterInputPath:      w.text(machine.AfterInputPath),
		AfterItemsPath:      w.text(machine.AfterItemsPath),
		AfterItemsPointer:   text(w.afterItemsPointer),
		AfterItemSelector:   text(w.afterItemSelector),
		AfterItemBatcher:    text(w.afterItemBatcher),
		Result:              w.text(machine.RawResult),
		AfterResultSelector: w.text(machine.AfterResultSelector),
		AfterResultPath:     w.text(machine.AfterResultPath),
	}
	if w.state.Language == program.JSONPath {
		d.AfterParameters = w.text(machine.AfterParameters)
	} else {
		d.AfterArguments = w.text(machine.AfterParameters)
	}
	if n, ok := w.told[machine.MaxConcurrency].Int(); ok {
		d.MaxConcurrency = &n
	}
	if n, ok := w.told[machine.ToleratedFailureCount].Int(); ok {
		d.ToleratedFailureCount = &n
	}
	if x, ok := w.told[machine.ToleratedFailurePercentage].Float(); ok {
		d.ToleratedFailurePercentage = &x
	}
	if variables.Len() > 0 {
		d.Variables = variables.String()
	}
	return d
}
