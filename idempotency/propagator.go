package idempotency

import (
	"context"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// Header is the field of an activity's header that has the key, a JSON string.
const Header = "stepwell-idempotency-key"

// Propagator writes keys into headers and reads them there. It is one of the
// ContextPropagators of a client's options.
type Propagator struct{}

var _ workflow.ContextPropagator = Propagator{}

// Inject writes the key of a context with one.
func (Propagator) Inject(ctx context.Context, header workflow.HeaderWriter) error {
	return write(ctx.Value(sent{}), header)
}

// InjectFromWorkflow writes the key of a workflow's context with one.
func (Propagator) InjectFromWorkflow(ctx workflow.Context, header workflow.HeaderWriter) error {
	return write(ctx.Value(sent{}), header)
}

func write(key any, header workflow.HeaderWriter) error {
	if key == nil {
		return nil
	}
	payload, err := converter.GetDefaultDataConverter().ToPayload(key)
	if err == nil {
		header.Set(Header, payload)
	}
	return err
}

// Extract reads the key of an activity. What is not a key is none: it must not
// keep the activity from its work.
func (Propagator) Extract(ctx context.Context, header workflow.HeaderReader) (context.Context, error) {
	payload, ok := header.Get(Header)
	if !ok {
		return ctx, nil
	}
	var key string
	if converter.GetDefaultDataConverter().FromPayload(payload, &key) != nil {
		return ctx, nil
	}
	return context.WithValue(ctx, received{}, key), nil
}

// ExtractToWorkflow gives the context as it is: workflows get no key.
func (Propagator) ExtractToWorkflow(ctx workflow.Context, _ workflow.HeaderReader) (workflow.Context, error) {
	return ctx, nil
}
