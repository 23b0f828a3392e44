package activities

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/seed-a99ddb6e/stepwell/idempotency"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Foreign performs Tasks by activities of other teams' workers, on their own
// task queues: arn:aws:states:::temporal:executeActivity, and Lambda functions
// that a route sends there.
//
// It starts a standalone activity and waits for its result. (A Standard
// execution's workflow schedules temporal:executeActivity itself; this is for
// express executions, waves and routes.) The activity's id follows from the
// execution, the effect and the number of the retry, so that a worker that takes
// over finds the one that is under way, or its result. Its header has the Call's
// idempotency key, which is the same for all of them (package idempotency).
type Foreign struct {
	// Client is where the activities are started.
	Client client.Client
}

// activityTarget is an activity that stands in for a Lambda function: its one
// argument is the payload, its result the function's.
type activityTarget struct {
	taskQueue    string
	activityType string
}

// name gives task queue and type.
func (t *activityTarget) name() string { return t.taskQueue + "/" + t.activityType }

// Target names the activity type on its task queue.
func (f *Foreign) Target(call machine.Call) string {
	t := activityTarget{call.Input.Get("TaskQueue").Text(), call.Input.Get("ActivityType").Text()}
	if t.taskQueue == "" || t.activityType == "" {
		return ""
	}
	return t.name()
}

// Integrations names temporal:executeActivity.
func (f *Foreign) Integrations() []string { return []string{wire.ForeignIntegration} }

// Call starts the activity that the Call's input describes and waits for it.
func (f *Foreign) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	a, fault := wire.NewForeignActivity(call)
	if fault != nil {
		return failed(*fault)
	}
	return f.run(ctx, foreignRun{from, call.Retrying.Count(), idempotencyKey(from, call), a})
}

// invoke performs a routed Lambda function.
func (f *Foreign) invoke(ctx context.Context, i invocation, t *activityTarget) machine.Outcome {
	call := machine.Call{TimeoutSeconds: i.call.TimeoutSeconds, HeartbeatSeconds: i.call.HeartbeatSeconds,
		Input: value.OfObject(
			value.Member{Name: "ActivityType", Value: value.OfString(t.activityType)},
			value.Member{Name: "TaskQueue", Value: value.OfString(t.taskQueue)},
			value.Member{Name: "Input", Value: i.payload.Or(value.EmptyObject)},
		), Retrying: i.call.Retrying, Visit: i.call.Visit}
	return f.Call(ctx, i.from, call)
}

// foreignRun is one attempt of a foreign activity.
type foreignRun struct {
	from     express.Place
	retry    int64
	key      string
	activity wire.ForeignActivity
}

func (f *Foreign) run(ctx context.Context, r foreignRun) machine.Outcome {
	handle, err := f.start(ctx, r)
	if err != nil {
		return failed(startFailure(err))
	}
	var raw converter.RawValue
	if err = handle.Get(ctx, &raw); err == nil {
		return foreignResult(raw.Payload(), "activity "+r.activity.ActivityType)
	}
	if ctx.Err() != nil {
		cancelForeign(ctx, handle)
	}
	return failed(foreignFailure(err, r.activity))
}

// start starts the activity, or finds it when an earlier attempt of this very
// Call has started it already.
func (f *Foreign) start(ctx context.Context, r foreignRun) (client.ActivityHandle, error) {
	a := r.activity
	options := client.StartActivityOptions{
		ID:                       foreignID(ctx, r),
		TaskQueue:                a.TaskQueue,
		ScheduleToCloseTimeout:   a.ScheduleToClose,
		ScheduleToStartTimeout:   a.ScheduleToStart,
		StartToCloseTimeout:      a.StartToClose,
		HeartbeatTimeout:         a.Heartbeat,
		ActivityIDConflictPolicy: enumspb.ACTIVITY_ID_CONFLICT_POLICY_USE_EXISTING,
		ActivityIDReusePolicy:    enumspb.ACTIVITY_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY,
		RetryPolicy:              &temporal.RetryPolicy{MaximumAttempts: 1},
		Summary:                  r.from.State,
	}
	var arguments []any
	if !a.Input.IsAbsent() {
		arguments = append(arguments, a.Input)
	}
	handle, err := f.Client.ExecuteActivity(idempotency.In(ctx, r.key), options, a.ActivityType, arguments...)
	var done *serviceerror.ActivityExecutionAlreadyStarted
	if errors.As(err, &done) {
		return f.Client.GetActivityHandle(client.GetActivityHandleOptions{ActivityID: options.ID, RunID: done.RunId}), nil
	}
	return handle, err
}

// foreignID gives the activity's id. The run of the calling workflow is part
// of it, since an execution's name may be used again one day.
func foreignID(ctx context.Context, r foreignRun) string {
	id := fmt.Sprintf("%s/%d", r.from.ExecutionArn, r.from.Effect)
	if r.retry > 0 {
		id += fmt.Sprintf("-retry%d", r.retry)
	}
	if activity.IsActivity(ctx) {
		id += "@" + activity.GetInfo(ctx).WorkflowExecution.RunID
	}
	return id
}

// foreignResult reads the result of what is named, which may be written in any
// language: JSON as it is, none as null, bytes as a base64 string.
func foreignResult(payload *commonpb.Payload, name string) machine.Outcome {
	encoding := string(payload.GetMetadata()[converter.MetadataEncoding])
	switch encoding {
	case "", converter.MetadataEncodingNil:
		return succeeded(value.NullValue)
	case converter.MetadataEncodingBinary:
		return succeeded(value.OfString(base64.StdEncoding.EncodeToString(payload.GetData())))
	case converter.MetadataEncodingJSON, converter.MetadataEncodingProtoJSON:
		output, err := value.Parse(payload.GetData())
		if err == nil {
			return succeeded(output)
		}
	}
	return failed(machine.Fault(machine.ErrorTaskFailed,
		fmt.Sprintf("The result of the %s, of encoding %s, is not JSON.", name, encoding)))
}

// cancelForeign asks a running activity to end, since nobody waits for it any
// more. A worker that only stops leaves it running: another one will find it.
func cancelForeign(ctx context.Context, handle client.ActivityHandle) {
	if stopping(ctx) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := handle.Cancel(ctx, client.CancelActivityOptions{Reason: "The Task that waited for it has ended."})
	if err != nil {
		logger(ctx).Warn("a foreign activity could not be cancelled", "activityId", handle.GetID(), "error", err)
	}
}

// startFailure is the failure of an activity that could not be started.
func startFailure(err error) machine.Failure {
	cause := "The Temporal activity could not be started: " + err.Error()
	var unimplemented *serviceerror.Unimplemented
	if errors.As(err, &unimplemented) {
		cause += ". Activities started from Express executions, packed items and routes need a Temporal server with standalone activities (1.31 or later)"
	}
	f := machine.Fault("Temporal.ServiceException", cause)
	f.Stage = "start"
	return f
}

// foreignFailure turns the end of a foreign activity into a failure. Its
// timeouts are States.Timeout, its own errors keep their type and message.
func foreignFailure(err error, a wire.ForeignActivity) machine.Failure {
	var timeout *temporal.TimeoutError
	var application *temporal.ApplicationError
	var canceled *temporal.CanceledError
	var terminated *temporal.TerminatedError
	switch {
	case errors.As(err, &timeout):
		return timeoutFailure(timeout.TimeoutType(), a)
	case errors.As(err, &application):
		return wire.ForeignFailure(application.Type(), application.Message())
	case errors.As(err, &canceled), errors.As(err, &terminated):
		return machine.Fault(machine.ErrorTaskFailed, fmt.Sprintf("The activity %s was cancelled or terminated.", a.ActivityType))
	}
	return machine.Fault(machine.ErrorTaskFailed, fmt.Sprintf("The result of the activity %s could not be had: %v", a.ActivityType, err))
}

func timeoutFailure(kind enumspb.TimeoutType, a wire.ForeignActivity) machine.Failure {
	f := machine.Failure{Error: value.OfString(machine.ErrorTimeout)}
	switch kind {
	case enumspb.TIMEOUT_TYPE_HEARTBEAT:
		f.Heartbeat = true
	case enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START:
		f.Cause = value.OfString(fmt.Sprintf("No worker took the activity %s from the task queue %s in time.", a.ActivityType, a.TaskQueue))
	}
	return f
}
