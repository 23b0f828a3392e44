package machine

import "github.com/seed-a99ddb6e/stepwell/translator/program"

// Meter is told how states end, each visit to a state once:
//
//   - Succeeded, when the state is left with an output;
//   - Failed, when it fails and its Retry does not ask for another attempt,
//     whether a Catch takes the error (of that name) or nobody does. What is
//     retried has not ended;
//   - Aborted, when it is stopped with its execution or because a sibling failed.
//
// A state that contains others ends after them, and each counts.
type Meter interface {
	StateEnded(state *program.State, status Status, errorName string)
}

// MeteredBy lets an execution that was read back by [Load] tell the Meter, nil
// for none, of the states that end from now on.
func (e *Execution) MeteredBy(m Meter) { e.meter = m }

// stateEnded tells the meter, if there is one, how the thread's state has ended.
func (e *Execution) stateEnded(t *Thread, status Status, errorName string) {
	if e.meter != nil {
		e.meter.StateEnded(t.state, status, errorName)
	}
}
