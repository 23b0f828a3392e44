package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// largeValues names the change by which values over wire.ValueLimit may pass.
// Runs that met one before it refused that, and do so in a replay.
const largeValues = "stepwell:large-values"

// passage says how large a value may be for a run of a workflow to pass it on.
// Up to wire.ValueLimit all do. For larger ones it depends on the worker that
// meets the first of them: what its storage takes stands in history from then
// on, so that a replay without that storage decides the same.
type passage struct {
	// offered is [Options].ValueLimit.
	offered int
	// bytes is the limit of this run, 0 until it is asked for.
	bytes int
}

// fits reports whether a value of so many bytes may pass.
func (p *passage) fits(ctx workflow.Context, bytes int) bool {
	return bytes <= wire.ValueLimit || bytes <= p.limit(ctx)
}

func (p *passage) limit(ctx workflow.Context) int {
	if p.bytes > 0 {
		return p.bytes
	}
	p.bytes = wire.ValueLimit
	if workflow.GetVersion(ctx, largeValues, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return p.bytes
	}
	var offered int
	err := workflow.SideEffect(ctx, func(workflow.Context) any { return p.offered }).Get(&offered)
	if err == nil {
		p.bytes = max(p.bytes, offered)
	}
	return p.bytes
}

// tooLarge gives the failure of a value that may not pass.
func (p *passage) tooLarge(what string, bytes int) machine.Failure {
	if p.bytes > wire.ValueLimit {
		return machine.Fault(machine.ErrorDataLimitExceeded, fmt.Sprintf(
			"%s has %d bytes, more than the %d that can pass. Keep bulk data in S3 and pass its location.", what, bytes, p.bytes))
	}
	return tooLarge(what, bytes)
}

// tooLarge gives the failure of a value that cannot cross the server, where
// nothing goes to staging.
func tooLarge(what string, bytes int) machine.Failure {
	return machine.Fault(machine.ErrorDataLimitExceeded, fmt.Sprintf(
		"%s has %d bytes, more than the %d that can pass through Temporal. Keep bulk data in S3 and pass its location,"+
			" or set STEPWELL_STAGING=s3://bucket/prefix on the workers: up to %d bytes can pass then.",
		what, bytes, wire.ValueLimit, wire.StagedLimit))
}

// get gives what a future holds. A value that staging has lost is an error the
// first time, which the run answers for. In a replay the run had the value, and
// went on by it: there the workflow task fails and says what is missing, instead
// of being found to do something else than its history.
func get(ctx workflow.Context, f workflow.Future, into any) error {
	err := f.Get(ctx, into)
	var lost interface {
		error
		Lost()
	}
	if err != nil && errors.As(err, &lost) && workflow.IsReplaying(ctx) {
		panic(lost)
	}
	return err
}
