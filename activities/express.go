package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// expresses runs whole Express executions. Nothing of them is kept on the way:
// when the worker is lost, the execution runs again from its beginning (AWS,
// "Choosing workflow type": at least once).
type expresses struct {
	caller   express.Caller
	programs *programs.Cache
	fetch    func(context.Context, wire.Text) (wire.Text, error)
	states   func(machineName string, end StateEnd, n int64) // nil for none
	ceiling  ceiling                                         // of the output
}

// perform is the activity: [wire.Execution] -> [wire.Ended]. How the execution
// ends is a result; the activity fails, and is retried, when the definition
// cannot be fetched or the worker stops.
func (e *expresses) perform(ctx context.Context, input wire.Execution) (wire.Ended, error) {
	definition := input.Definition
	text, err := e.fetch(ctx, definition.Text)
	if err != nil {
		return wire.Ended{}, err
	}
	definition.Text = text
	p, err := e.programs.Get(definition)
	if err != nil {
		failure := machine.Fault(machine.ErrorRuntime, "The definition cannot be run: "+err.Error())
		return wire.Ended{Status: machine.Failed, Failure: &failure, Started: input.Origin.StartTime, Stopped: time.Now().UTC()}, nil
	}
	end := beating(ctx, beat, func(bool) []any { return nil })
	b := machine.Beginning{Origin: input.Origin, Input: input.Input}
	var states stateEnds
	if e.states != nil {
		b.Meter = &states
	}
	execution := express.Run(ctx, p, b, e.caller)
	end()
	// When the worker stops, Calls end with failures that are not the
	// definition's: whatever came of them does not count.
	if ctx.Err() != nil && stopping(ctx) && execution.Status() != machine.Succeeded {
		return wire.Ended{}, handBack()
	}
	states.tell(input.Origin.StateMachineName, e.states)
	ended := ended(execution.Frame(), e.ceiling)
	logger(ctx).Debug("an express execution has ended",
		"execution", input.Origin.ID, "status", ended.Status, "duration", ended.Stopped.Sub(ended.Started).Round(time.Millisecond))
	return ended, nil
}

// ended tells how the execution ended; an output too large to be returned is a
// failure.
func ended(f *machine.Frame, c ceiling) wire.Ended {
	e := wire.Ended{Status: f.Status, Output: f.Output, Failure: f.Failure, Started: f.Origin.StartTime, Stopped: f.Stopped}
	if size := wire.PayloadSize(f.Output); size > c.bytes() {
		failure := machine.Fault(machine.ErrorDataLimitExceeded, fmt.Sprintf(
			"The execution's output has %d bytes; at most %d can be returned. Write it to S3 and return its key.%s", size, c.bytes(), c.otherwise()))
		e.Status, e.Output, e.Failure = machine.Failed, value.Value{}, &failure
	}
	return e
}
