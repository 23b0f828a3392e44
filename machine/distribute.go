package machine

import (
	"fmt"
	"strings"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

const (
	// mostConcurrency is the ceiling of a Distributed Map's MaxConcurrency and
	// its default (AWS, "Map state in Distributed mode").
	mostConcurrency = 10_000
	// mostItems is the ceiling of MaxItems; more is accepted and capped.
	mostItems = 100_000_000
	// mostRedrives is how often a Map Run may be redriven.
	mostRedrives = 1_000
	// batchBytes is the default and ceiling of MaxInputBytesPerBatch.
	batchBytes = 262_144
)

// distribute asks for a Map Run.
func (e *Execution) distribute(t *Thread, input value.Value) {
	run := &Distribute{Origin: e.frame.Origin, EnteredEvent: t.EnteredEvent}
	d := t.state.Map.Distributed
	if d.Reader == nil {
		items, f := e.items(t, input)
		if f != nil {
			e.failFields(t, *f)
			return
		}
		run.Items = items
	}
	if t.MapRun == nil {
		e.recordMapStarted(t, run.Items.Len())
	}
	f := e.evaluateRun(t, run, input)
	if f != nil && f.Name() == ErrorRuntime {
		e.fail(t, *f) // faults of the definition's own fields have no event of their own
		return
	}
	if before := t.MapRun; before != nil { // it is redriven
		if before.Redrives >= mostRedrives {
			e.fail(t, *t.fault(ErrorRuntime, fmt.Sprintf("The Map Run has been redriven %d times.", mostRedrives)))
			return
		}
		run.MapRunArn, run.Redrives = before.MapRunArn, before.Redrives+1
		e.recordMapRunRedriven(t, run)
	} else {
		run.MapRunArn = mapRunArn(e.frame.Origin.StateMachineID, d.Label, e.frame.Random.UUID())
		e.recordMapRunStarted(t, run.MapRunArn)
	}
	if f != nil {
		e.distributed(t, Outcome{Failure: f})
		return
	}
	e.await(t, Effect{Distribute: run})
}

// MapConcurrency gives how many executions a Map Run runs at once that is to run
// so many: 0 stands for as many as there may be.
func MapConcurrency(asked int64) int64 {
	if asked == 0 || asked > mostConcurrency {
		return mostConcurrency
	}
	return asked
}

// evaluateRun computes all that a Map Run needs from the state's input,
// variables and context: items see none of these but through ItemSelector.
func (e *Execution) evaluateRun(t *Thread, run *Distribute, input value.Value) (f *Failure) {
	d := t.state.Map.Distributed
	if run.Tolerance, f = e.tolerance(t, d, input); f != nil {
		return f
	}
	if run.MaxConcurrency, f = e.concurrency(t, input); f != nil {
		return f
	}
	run.MaxConcurrency = MapConcurrency(run.MaxConcurrency)
	if run.Reader, f = e.reader(t, d.Reader, input); f != nil {
		return f
	}
	if run.Batcher, f = e.batcher(t, d.Batcher, input); f != nil {
		return f
	}
	if w := d.Writer; w != nil {
		run.Writer = &Writer{Resource: w.Resource, Transformation: w.Transformation, OutputType: w.OutputType}
		if run.Writer.Parameters, f = e.optional(t, w.Parameters, input, value.Value{}); f != nil {
			return f
		}
	}
	if t.state.Map.ItemSelector != nil {
		c := threadContext{execution: e, thread: t}
		run.Selection = Selection{Input: input, Context: c.ContextObject(), Variables: t.visible()}
	}
	return nil
}

func (e *Execution) tolerance(t *Thread, d *program.Distributed, input value.Value) (Tolerance, *Failure) {
	count, f := e.integer(t, d.ToleratedFailureCount, input)
	if f != nil {
		return Tolerance{}, f
	}
	if count < 0 && t.queries() {
		return Tolerance{}, e.outOfRange(t, "ToleratedFailureCount", "a non-negative integer", value.OfInt(count))
	}
	if count < 0 {
		return Tolerance{}, t.fault(ErrorRuntime, "ToleratedFailureCount cannot be negative.")
	}
	if d.ToleratedFailureCount.IsSet() {
		e.inspect(t, ToleratedFailureCount, value.OfInt(count))
	}
	percentage, f := e.float(t, d.ToleratedFailurePercentage, input)
	if f != nil {
		return Tolerance{}, f
	}
	outside := percentage < 0 || percentage > 100
	if outside && t.queries() {
		return Tolerance{}, e.outOfRange(t, "ToleratedFailurePercentage", "between 0 and 100", value.OfFloat(percentage))
	}
	if outside {
		return Tolerance{}, t.fault(ErrorRuntime, "ToleratedFailurePercentage must be between 0 and 100.")
	}
	if d.ToleratedFailurePercentage.IsSet() {
		e.inspect(t, ToleratedFailurePercentage, value.OfFloat(percentage))
	}
	return Tolerance{
		Count:         count,
		Percentage:    percentage,
		HasCount:      d.ToleratedFailureCount.IsSet(),
		HasPercentage: d.ToleratedFailurePercentage.IsSet(),
	}, nil
}

func (e *Execution) reader(t *Thread, r *program.ItemReader, input value.Value) (*Reader, *Failure) {
	if r == nil {
		return nil, nil
	}
	reader := &Reader{Resource: r.Resource, Config: r.Config}
	var f *Failure
	if reader.MaxItems, f = e.integer(t, r.MaxItems, input); f != nil {
		return nil, f
	}
	if reader.MaxItems < 0 {
		f := Fault(ErrorItemReaderFailed, "field MaxItems must be positive")
		return nil, &f
	}
	reader.MaxItems = min(reader.MaxItems, mostItems)
	reader.Parameters, f = e.optional(t, r.Parameters, input, value.EmptyObject)
	return reader, f
}

func (e *Execution) batcher(t *Thread, b *program.ItemBatcher, input value.Value) (*Batcher, *Failure) {
	if b == nil {
		return nil, nil
	}
	batcher := &Batcher{}
	var f *Failure
	if batcher.MaxItems, f = e.integer(t, b.MaxItemsPerBatch, input); f != nil {
		return nil, f
	}
	if batcher.MaxBytes, f = e.integer(t, b.MaxInputBytesPerBatch, input); f != nil {
		return nil, f
	}
	if batcher.MaxItems < 0 || batcher.MaxBytes < 0 {
		return nil, t.fault(ErrorRuntime, "MaxItemsPerBatch and MaxInputBytesPerBatch must be positive.")
	}
	if batcher.MaxBytes == 0 || batcher.MaxBytes > batchBytes {
		batcher.MaxBytes = batchBytes
	}
	batcher.BatchInput, f = e.optional(t, b.BatchInput, input, value.Value{})
	return batcher, f
}

// distributed takes the outcome of a Map Run.
func (e *Execution) distributed(t *Thread, o Outcome) {
	if o.Failure != nil {
		e.recordMapRunFailed(t, *o.Failure)
		e.failStarted(t, *o.Failure)
		return
	}
	t.MapRun = nil
	e.recordMapRunSucceeded(t)
	e.leave(t, o.Output)
}

// mapRunArn gives arn:...:mapRun:<machine>/<label>:<uuid>.
func mapRunArn(machineArn, label, uuid string) string {
	return strings.Replace(machineArn, ":stateMachine:", ":mapRun:", 1) + "/" + label + ":" + uuid
}
