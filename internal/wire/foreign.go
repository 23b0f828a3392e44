package wire

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// ForeignIntegration is the integration of a Task whose Resource is
// arn:aws:states:::temporal:executeActivity: an activity of another team's
// worker on its own task queue.
const ForeignIntegration = "temporal:executeActivity"

// ForeignActivity is what such a Task asks for: its Parameters and its own
// TimeoutSeconds and HeartbeatSeconds. A timeout of 0 is not set.
type ForeignActivity struct {
	ActivityType string
	TaskQueue    string
	// Input is the activity's one argument; absent for none.
	Input value.Value
	// ScheduleToClose bounds one attempt of the Task with its waiting in the
	// task queue, ScheduleToStart the waiting alone.
	ScheduleToClose time.Duration
	ScheduleToStart time.Duration
	// StartToClose bounds the work of one attempt and is always set.
	StartToClose time.Duration
	Heartbeat    time.Duration
}

// unbounded is the TimeoutSeconds of a Task that has none (AWS, "Task workflow
// state").
const unbounded = 99_999_999 * time.Second

// NewForeignActivity reads a Call of [ForeignIntegration]. Its input is
//
//	{"ActivityType": "...", "TaskQueue": "...", "Input": any value,
//	 "ScheduleToCloseSeconds": n, "ScheduleToStartSeconds": n,
//	 "StartToCloseSeconds": n, "HeartbeatSeconds": n}
//
// of which the first two are required. The Task's TimeoutSeconds and
// HeartbeatSeconds bound StartToClose and Heartbeat too: the smaller one counts.
// A fault in the input is a States.Runtime failure, as a wrong field is to AWS.
func NewForeignActivity(call machine.Call) (ForeignActivity, *machine.Failure) {
	r := foreignReader{input: call.Input, integration: ForeignIntegration}
	if call.Input.Kind() != value.Object {
		r.refuse("The Parameters must be an object with ActivityType and TaskQueue")
	}
	a := ForeignActivity{
		ActivityType:    r.text("ActivityType"),
		TaskQueue:       r.text("TaskQueue"),
		Input:           r.member("Input"),
		ScheduleToClose: r.seconds("ScheduleToCloseSeconds"),
		ScheduleToStart: r.seconds("ScheduleToStartSeconds"),
		StartToClose:    smaller(r.seconds("StartToCloseSeconds"), seconds(call.TimeoutSeconds)),
		Heartbeat:       smaller(r.seconds("HeartbeatSeconds"), seconds(call.HeartbeatSeconds)),
	}
	r.refuseUnknown()
	if a.StartToClose == 0 {
		a.StartToClose = smaller(a.ScheduleToClose, unbounded)
	}
	return a, r.fault
}

// ForeignFailure gives the failure of a foreign activity that ended with an
// application error: the error's type is the name that Retry and Catch match,
// its message the cause. An error without a type is States.TaskFailed.
func ForeignFailure(errorType, message string) machine.Failure {
	if errorType == "" {
		errorType = machine.ErrorTaskFailed
	}
	return machine.Fault(errorType, message)
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

// smaller gives the smaller of two bounds, of which 0 is none.
func smaller(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// foreignReader takes an input apart and keeps the first fault.
type foreignReader struct {
	input       value.Value
	integration string
	known       []string
	fault       *machine.Failure
}

func (r *foreignReader) refuse(format string, args ...any) {
	if r.fault == nil {
		cause := fmt.Sprintf(format, args...) + fmt.Sprintf(" (resource arn:aws:states:::%s).", r.integration)
		fault := machine.Fault(machine.ErrorRuntime, cause)
		r.fault = &fault
	}
}

func (r *foreignReader) member(name string) value.Value {
	r.known = append(r.known, name)
	return r.input.Get(name)
}

func (r *foreignReader) text(name string) string {
	v := r.member(name)
	if v.Kind() != value.String || v.Text() == "" {
		r.refuse("The field '%s' must be a string that is not empty", name)
		return ""
	}
	return v.Text()
}

func (r *foreignReader) seconds(name string) time.Duration {
	v := r.member(name)
	if v.IsAbsent() {
		return 0
	}
	n, ok := v.Int()
	if !ok || n < 1 || n > int64(unbounded/time.Second) {
		r.refuse("The field '%s' must be a whole number from 1 to 99999999", name)
		return 0
	}
	return seconds(n)
}

func (r *foreignReader) refuseUnknown() {
	if r.input.Kind() != value.Object {
		return
	}
	for i := range r.input.Len() {
		if name := r.input.NameAt(i); !slices.Contains(r.known, name) {
			r.refuse("The field '%s' is not supported", name)
		}
	}
}
