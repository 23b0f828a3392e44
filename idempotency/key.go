package idempotency

import (
	"context"

	"go.temporal.io/sdk/workflow"
)

// The keys of contexts: what is to be sent, and what has come.
type (
	sent     struct{}
	received struct{}
)

// Key gives the key of the call that an activity performs, a UUID: the same for
// every attempt of the call, whoever makes it, and another one for every other
// call. It is "" for an activity that nobody gave a key, and without the
// [Propagator].
func Key(ctx context.Context) string {
	key, _ := ctx.Value(received{}).(string)
	return key
}

// In gives a context with which a client starts activities with the key.
func In(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, sent{}, key)
}

// InWorkflow gives a context with which a workflow schedules activities with the
// key.
func InWorkflow(ctx workflow.Context, key string) workflow.Context {
	return workflow.WithValue(ctx, sent{}, key)
}
