package machine

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// EffectID names an effect within its execution. Ids rise from 1 and are
// never used again.
type EffectID int64

// Effect is something that a runtime does for an execution. Exactly one of the
// pointers is set. Effects are plain JSON and part of the frame until their
// outcome has come.
type Effect struct {
	ID EffectID `json:"id"`
	// State names the state that wants it, for people. It is empty for the
	// timer of the execution's own TimeoutSeconds.
	State string `json:"state,omitempty"`

	Call       *Call       `json:"call,omitempty"`
	Await      *Await      `json:"await,omitempty"`
	Wait       *Wait       `json:"wait,omitempty"`
	Distribute *Distribute `json:"distribute,omitempty"`
	// Cancel takes back an earlier effect, whose outcome is no longer wanted:
	// it has no outcome itself.
	Cancel EffectID `json:"cancel,omitempty"`
}

// Call is one request of a Task to its service: the whole Task when it is
// request-response, the first part of it when its Resource waits for more (see
// [Await]). A runtime may make a single attempt and report how it
// ended, in which case the machine asks for the retries itself, or it may
// follow Retry on its own with [Retrying] and report the attempts: the
// execution comes out the same.
type Call struct {
	Resource    program.Resource `json:"resource,omitzero"`
	Input       value.Value      `json:"input"`
	Credentials value.Value      `json:"credentials,omitzero"`
	// TimeoutSeconds bounds one attempt, HeartbeatSeconds the silence within
	// one; 0 means no bound.
	TimeoutSeconds   int64 `json:"timeoutSeconds,omitempty"`
	HeartbeatSeconds int64 `json:"heartbeatSeconds,omitempty"`
	// Retrying is what has been spent of the state's Retry and what is left. It
	// is zero for a Task that waits: its attempts are more than their requests.
	Retrying Retrying `json:"retrying,omitzero"`
	// Made is when the attempt began, for a Task that waits; else zero.
	Made time.Time `json:"made,omitzero"`
	// Token names the attempt to those who end it from outside, for a Task that
	// waits; else empty.
	Token string `json:"token,omitempty"`
	// Visit names the visit to the state within the execution. It is the same for
	// all attempts, however often and in whatever order they are made, and after
	// a redrive.
	Visit string `json:"visit,omitempty"`
}

// Await is what follows the request of a Task that waits for more than its
// answer: for a job to end (.sync), for a callback (.waitForTaskToken), or for
// an activity's worker. Its outcome is the Task's.
type Await struct {
	Resource    program.Resource `json:"resource"`
	Credentials value.Value      `json:"credentials,omitzero"`
	// Submitted is the answer to the request, which names the job.
	Submitted value.Value `json:"submitted,omitzero"`
	// Token is the one that a callback or a worker comes with. It is that of
	// the Call before: a callback may come ahead of the answer.
	Token string `json:"token"`
	// Until is when the attempt is over its TimeoutSeconds; zero for never.
	Until time.Time `json:"until,omitzero"`
	// HeartbeatSeconds bounds the silence of who holds the token; 0 means no bound.
	HeartbeatSeconds int64 `json:"heartbeatSeconds,omitempty"`
}

// Wait ends at a time. A time that has passed ends at once.
type Wait struct {
	Until time.Time `json:"until"`
	// Reason is "wait" for a Wait state, "retry" for the delay before another
	// attempt, "timeout" for the execution's TimeoutSeconds.
	Reason WaitReason `json:"reason"`
}

// WaitReason tells what a [Wait] is for.
type WaitReason string

// The reasons to wait.
const (
	WaitForState   WaitReason = "wait"
	WaitForRetry   WaitReason = "retry"
	WaitForTimeout WaitReason = "timeout"
)

// Distribute is one Map Run: the Distributed Map of the effect's state over
// all its items. It ends with the state's result, or a failure.
type Distribute struct {
	// MapRunArn names the run; its last part is the run's UUID.
	MapRunArn string `json:"mapRunArn"`
	// Redrives is 0 for a Map Run that begins; another one goes on for the so
	// manieth time.
	Redrives int `json:"redrives,omitempty"`
	// EnteredEvent is the id of the event of the state's entering, for causes.
	EnteredEvent int64 `json:"enteredEvent,omitempty"`
	// Reader is nil when the items come from the state's input.
	Reader *Reader `json:"reader,omitempty"`
	// Items is the array of items when there is no Reader.
	Items value.Value `json:"items,omitzero"`
	// MaxConcurrency is at least 1: absent and 0 have become 10,000.
	MaxConcurrency int64     `json:"maxConcurrency"`
	Tolerance      Tolerance `json:"tolerance"`
	Batcher        *Batcher  `json:"batcher,omitempty"`
	Writer         *Writer   `json:"writer,omitempty"`
	// Selection is what ItemSelector may see beside the item. The ItemSelector
	// itself stands in the program.
	Selection Selection `json:"selection,omitzero"`
	// Origin is the execution that the run belongs to; its items' executions
	// take their place and seed from it.
	Origin Origin `json:"origin"`
}

// Reader is an evaluated ItemReader.
type Reader struct {
	Resource   string               `json:"resource"`
	Parameters value.Value          `json:"parameters"`
	Config     program.ReaderConfig `json:"config"`
	// MaxItems is 0 for no limit.
	MaxItems int64 `json:"maxItems,omitempty"`
}

// Batcher is an evaluated ItemBatcher. A limit of 0 is not set.
type Batcher struct {
	MaxItems   int64       `json:"maxItems,omitempty"`
	MaxBytes   int64       `json:"maxBytes,omitempty"`
	BatchInput value.Value `json:"batchInput,omitzero"`
}

// Writer is an evaluated ResultWriter. Without a Resource the results are the
// state's output.
type Writer struct {
	Resource       string      `json:"resource,omitempty"`
	Parameters     value.Value `json:"parameters,omitzero"`
	Transformation string      `json:"transformation,omitempty"`
	OutputType     string      `json:"outputType,omitempty"`
}

// Selection is what an ItemSelector sees of its parent: `$`, `$$` and
// variables. It is empty when there is no ItemSelector.
type Selection struct {
	Input     value.Value `json:"input,omitzero"`
	Context   value.Value `json:"context,omitzero"`
	Variables value.Value `json:"variables,omitzero"`
}
