package activities

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// answering is a client that answers to heartbeats with an error.
type answering struct {
	client.Client
	err  error
	told []client.RecordActivityHeartbeatOptions
}

func (a *answering) RecordActivityHeartbeatWithOptions(_ context.Context, o client.RecordActivityHeartbeatOptions) error {
	a.told = append(a.told, o)
	return a.err
}

// An answer that ends the attempt ends its context; no answer does only when it
// takes so long that Temporal must have given the attempt up.
func TestTellerEndsItsActivity(t *testing.T) {
	for name, c := range map[string]struct {
		err       error
		silent    time.Duration
		ends      bool
		cancelled bool
	}{
		"heard":                      {},
		"cancelled":                  {err: temporal.NewCanceledError(), ends: true, cancelled: true},
		"timed out":                  {err: serviceerror.NewNotFound("no such activity"), ends: true},
		"paused":                     {err: activity.ErrActivityPaused, ends: true},
		"reset":                      {err: activity.ErrActivityReset, ends: true},
		"away":                       {err: serviceerror.NewUnavailable("away"), silent: 20 * time.Second},
		"away for longer than it is": {err: serviceerror.NewUnavailable("away"), silent: 31 * time.Second, ends: true},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, lose := context.WithCancelCause(t.Context())
			to := &answering{err: c.err}
			teller := &teller{to: to, lose: lose, heard: time.Now().Add(-c.silent),
				info: activity.Info{TaskToken: []byte("token"), HeartbeatTimeout: 30 * time.Second, TaskQueue: "queue"}}
			require.ErrorIs(t, teller.tell(ctx, func() []any { return []any{"details"} }), c.err)
			require.Len(t, to.told, 1)
			assert.Equal(t, client.RecordActivityHeartbeatOptions{TaskToken: []byte("token"), TaskQueue: "queue", Details: []any{"details"}}, to.told[0])
			assert.Equal(t, c.ends, ctx.Err() != nil)
			if c.ends {
				assert.Equal(t, c.cancelled, temporal.IsCanceledError(context.Cause(ctx)))
			}
		})
	}
}
