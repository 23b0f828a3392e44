package activities

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// teller sends heartbeats of an activity that have to arrive, in the order in which
// they are told. Those of the SDK arrive later, or never. Its activity should send
// no others.
type teller struct {
	mu    sync.Mutex
	to    client.Client
	info  activity.Info
	lose  context.CancelCauseFunc // ends the activity's context
	heard time.Time               // when Temporal has answered last
}

func newTeller(ctx context.Context, lose context.CancelCauseFunc) *teller {
	return &teller{to: activity.GetClient(ctx), info: activity.GetInfo(ctx), lose: lose, heard: time.Now()}
}

// tell sends what details gives and waits for the answer. One that ends the
// activity, or none for as long as Temporal waits for a heartbeat, ends its context.
func (t *teller) tell(ctx context.Context, details func() []any) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beat)
	defer cancel()
	err := t.to.RecordActivityHeartbeatWithOptions(ctx, client.RecordActivityHeartbeatOptions{
		TaskToken:    t.info.TaskToken,
		Namespace:    t.info.Namespace,
		WorkflowID:   t.info.WorkflowExecution.ID,
		WorkflowType: workflowType(t.info),
		ActivityType: t.info.ActivityType.Name,
		TaskQueue:    t.info.TaskQueue,
		Details:      details(),
	})
	var gone *serviceerror.NotFound
	switch {
	case err == nil:
		t.heard = time.Now()
	case temporal.IsCanceledError(err), errors.Is(err, activity.ErrActivityPaused), errors.Is(err, activity.ErrActivityReset),
		errors.As(err, &gone), time.Since(t.heard) > t.info.HeartbeatTimeout:
		t.lose(err)
	}
	return err
}

func workflowType(info activity.Info) string {
	if info.WorkflowType == nil {
		return ""
	}
	return info.WorkflowType.Name
}
