package wire

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Task is the input of a Task's activity.
type Task struct {
	Call machine.Call `json:"call"`
	// State, Execution (the ARN) and Effect tell where the Call comes from.
	State     string           `json:"state,omitempty"`
	Execution string           `json:"execution,omitempty"`
	Effect    machine.EffectID `json:"effect"`
	// Again tells that the Call follows one that failed, where its Retrying has
	// been left out: in waves.
	Again bool `json:"again,omitempty"`
	// Waited is how much of its TimeoutSeconds the attempt has waited for a
	// resource that is not to be called now.
	Waited time.Duration `json:"waited,omitempty"`
}

// TaskResult is the result of a Task's activity that succeeded.
//
// One that fails ends with a Temporal application error that is not retryable:
// its type is the error name, its details are the [machine.Failure] and the
// []machine.Attempt before it. It makes no difference to the reader whether
// Retry was used up or the log of attempts was full: the machine counts the
// attempts and asks Retry again.
type TaskResult struct {
	Output value.Value `json:"output"`
	// Attempts are those before the one that succeeded, oldest first; long
	// causes are cut.
	Attempts []machine.Attempt `json:"attempts,omitempty"`
}

// Await is the input of an activity that watches the job of a Task.
type Await struct {
	Await machine.Await `json:"await"`
	// State, Execution (the ARN) and Effect tell where it comes from.
	State     string           `json:"state"`
	Execution string           `json:"execution"`
	Effect    machine.EffectID `json:"effect"`
}

// TaskReport is what whoever holds a task token tells: that its work has ended,
// when Outcome is there; that an activity's worker has begun, when Worker is
// there; else that it is still at it.
type TaskReport struct {
	Token   string           `json:"token"`
	Outcome *machine.Outcome `json:"outcome,omitempty"`
	// Worker is the worker's name, which may be empty.
	Worker *string `json:"worker,omitempty"`
}

// Outcome gives the outcome of the Call.
func (r TaskResult) Outcome() machine.Outcome {
	return machine.Outcome{Output: r.Output, Attempts: r.Attempts}
}

// AttemptLog stands in the heartbeat details of a Task's activity: what the
// attempts before this one came to. What is left of the Call's Retry follows
// from it: [machine.Retrying.After] of each attempt in turn.
type AttemptLog struct {
	Attempts []machine.Attempt `json:"attempts,omitempty"`
	// Activity is the number of activity attempts that the log accounts for; a
	// higher attempt number means that a worker was lost.
	Activity int32 `json:"activity"`
	// Held is since when the attempt to come waits for a resource that is not to
	// be called now.
	Held time.Time `json:"held,omitzero"`
}
