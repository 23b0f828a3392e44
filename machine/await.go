package machine

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// waits reports whether a Task with the resource goes on after the answer to
// its request (AWS, "Discover service integration patterns").
func waits(r program.Resource) bool { return r.Pattern != program.RequestResponse }

// requested takes the answer to the request of a Task that waits, and lets it
// wait for what the request has set going.
func (e *Execution) requested(t *Thread, call *Call, o Outcome) {
	activity := call.Resource.Pattern == program.Activity
	if o.Failure != nil {
		failure := *o.Failure
		switch {
		case activity && failure.Name() == ErrorRuntime: // there is no such activity: nothing was scheduled
			failure = *t.fault(ErrorRuntime, failure.Cause.Text())
		case activity:
			e.recordTaskScheduled(t, call)
			failure.Stage = "schedule"
			e.recordTaskFailed(t, call.Resource, failure)
		default:
			if failure.Stage == "" {
				failure.Stage = "submit"
			}
			e.recordTaskFailed(t, call.Resource, failure)
		}
		e.fail(t, failure)
		return
	}
	if activity {
		e.recordTaskScheduled(t, call)
	} else {
		e.recordTaskSubmitted(t, call.Resource, o.Output)
	}
	await := &Await{
		Resource:         call.Resource,
		Credentials:      call.Credentials,
		Submitted:        o.Output,
		Token:            call.Token,
		HeartbeatSeconds: call.HeartbeatSeconds,
	}
	if call.TimeoutSeconds > 0 {
		await.Until = call.Made.Add(time.Duration(call.TimeoutSeconds) * time.Second)
	}
	e.await(t, Effect{Await: await})
}

// TaskStarted notes that a worker of an activity has taken the task that the
// effect awaits; worker is its name and may be empty. It is ignored when the
// effect is not in flight, or not an activity's.
func (e *Execution) TaskStarted(id EffectID, worker string, now time.Time) {
	t, ok := e.waiting[id]
	if !ok || e.frame.Status != Running || t.Pending.Await == nil || t.Pending.Await.Resource.Pattern != program.Activity {
		return
	}
	e.now = now
	e.recordActivityStarted(t, worker)
}

// TaskToken is what a task token says. Nobody but Stepwell should read it.
type TaskToken struct {
	// Execution is the ARN of the execution, Effect the [Call] of the attempt.
	Execution string   `json:"e"`
	Effect    EffectID `json:"n"`
	// Nonce tells apart executions that have the same ARN at different times.
	Nonce string `json:"x"`
}

// token gives the token of the Call that is asked for next.
func (e *Execution) token() string {
	effect := e.frame.LastEffect + 1
	random := expr.Derive(e.frame.Origin.Seed, uint64(effect))
	return TaskToken{Execution: e.frame.Origin.ID, Effect: effect, Nonce: random.UUID()}.String()
}

// String gives the token as people pass it on.
func (t TaskToken) String() string {
	text, err := json.Marshal(t)
	if err != nil {
		panic(err) // two strings and a number
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

// ParseTaskToken reads a token that [TaskToken.String] wrote.
func ParseTaskToken(text string) (TaskToken, error) {
	var t TaskToken
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(plain, &t)
	}
	if err != nil || t.Execution == "" || t.Effect == 0 {
		return TaskToken{}, fmt.Errorf("%q is not a task token", text)
	}
	return t, nil
}
