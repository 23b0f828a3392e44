package machine

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/expr"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Edition is the edition of semantics that new executions start with. A frame
// keeps the edition it started with for its life (docs/decisions/0004).
const Edition = 1

// Status is where an execution stands.
type Status string

// The statuses of an execution (AWS API, DescribeExecution).
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	Failed    Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// Origin tells who an execution is: the constant part of its context object.
type Origin struct {
	// ID and Name are the execution's ARN and name.
	ID   string `json:"id"`
	Name string `json:"name"`
	// StateMachineID and StateMachineName are the machine's ARN and name.
	StateMachineID   string `json:"stateMachineId"`
	StateMachineName string `json:"stateMachineName"`
	RoleArn          string `json:"roleArn,omitempty"`
	// StartTime is the time of the execution's start.
	StartTime time.Time `json:"startTime"`
	// Seed is where its random numbers start from.
	Seed uint64 `json:"seed"`
	// Express executions have no redrive count in their context object.
	Express bool `json:"express,omitempty"`
	// Strict executions keep AWS's limits of 256 KiB for a state's data and of
	// 25,000 events.
	Strict bool `json:"strict,omitempty"`
}

// Frame is where an execution stands: plain JSON, complete at every moment.
// Everything else in an [Execution] is derived from it and the program.
type Frame struct {
	Edition int    `json:"edition"`
	Origin  Origin `json:"origin"`
	// Input is the execution's input.
	Input value.Value `json:"input"`
	// Context, when it is there, is what expressions see as the context object
	// instead of the execution's own: a test of one state may give it.
	Context value.Value `json:"context,omitzero"`
	Status  Status      `json:"status"`
	// Output stands when Succeeded, Failure when Failed or Aborted.
	Output  value.Value `json:"output,omitzero"`
	Failure *Failure    `json:"failure,omitempty"`
	// Stopped is when the execution ended.
	Stopped time.Time `json:"stopped,omitzero"`
	// Redrives counts the redrives, Redriven is the time of the latest.
	Redrives int       `json:"redrives,omitempty"`
	Redriven time.Time `json:"redriven,omitzero"`

	Random expr.Random `json:"random"`
	// LastEffect and LastEvent are the highest ids given out.
	LastEffect EffectID `json:"lastEffect"`
	LastEvent  int64    `json:"lastEvent"`
	// Timer is the timer of TimeoutSeconds while it runs.
	Timer *Effect `json:"timer,omitempty"`
	// Root is the outermost machine. When the execution has ended without success
	// it holds what a redrive goes on from: the threads that had not succeeded.
	Root *Thread `json:"root,omitempty"`
	// Ready are the threads that can go on without an effect, by their paths.
	// They stand here only when a call ended because its budget was used up.
	Ready [][]int `json:"ready,omitempty"`
}

// Thread is one States block in progress: the top level, a branch or an
// iteration. It stands in one state.
type Thread struct {
	// Index is the place among its siblings.
	Index int `json:"index,omitempty"`
	// State is the state it stands in, Input that state's raw input.
	State string      `json:"state"`
	Input value.Value `json:"input"`
	// Variables are those of this block's scope.
	Variables value.Value `json:"variables,omitzero"`
	// Item is what `$$.Map.Item` shows inside an iteration.
	Item *Item `json:"item,omitempty"`
	// LastEvent is the id of the block's latest event, for previousEventId.
	LastEvent int64 `json:"lastEvent,omitempty"`
	// Entered is when the state was entered, EnteredEvent the id of that
	// event; zero while the state is still to be entered.
	Entered      time.Time `json:"entered,omitzero"`
	EnteredEvent int64     `json:"enteredEvent,omitempty"`
	// Token is `$$.Task.Token` of the attempt, while a Task that has one is at it.
	Token string `json:"token,omitempty"`
	// Visits counts the states that the block has left.
	Visits int `json:"visits,omitempty"`
	// Spent counts the attempts of each retrier of the state.
	Spent []int64 `json:"spent,omitempty"`
	// Pending is the effect that the thread waits for; nil for none.
	Pending *Effect `json:"pending,omitempty"`
	// Children are the branches or iterations of the state. A state that has
	// failed for good keeps them for a redrive.
	Children *Children `json:"children,omitempty"`
	// MapRun is the state's Map Run when that has ended without success.
	MapRun *EndedMapRun `json:"mapRun,omitempty"`

	links
}

// EndedMapRun is a Map Run that has ended without success.
type EndedMapRun struct {
	MapRunArn string `json:"mapRunArn"`
	// Redrives counts its redrives.
	Redrives int `json:"redrives,omitempty"`
}

// Item is the item of one iteration.
type Item struct {
	Index int         `json:"index"`
	Value value.Value `json:"value"`
}

// Children are the branches of a Parallel or the iterations of an inline Map.
type Children struct {
	// Items are the items of a Map, or the input that all branches of a
	// Parallel get.
	Items value.Value `json:"items,omitzero"`
	// Input is the effective input of a Map, which its ItemSelector sees.
	Input value.Value `json:"input,omitzero"`
	// Count is how many there are in all, Next the first that has not begun,
	// Limit how many may run at once.
	Count int `json:"count"`
	Next  int `json:"next"`
	Limit int `json:"limit"`
	// Active are those in progress, in the order of their index; of a state that
	// has failed for good, those that failed or were stopped.
	Active []*Thread `json:"active,omitempty"`
	// Results are the outputs by index, as far as they are there.
	Results []Slot `json:"results"`
	Done    int    `json:"done"`
	// LastIteration is the id of the event that told of the latest success of
	// an iteration.
	LastIteration int64 `json:"lastIteration,omitempty"`
}

// Slot is a place for a value that may not be there yet. Its JSON is an array
// of no or one value, since null is a value.
type Slot struct{ Value value.Value }

// MarshalJSON gives [] or [value].
func (s Slot) MarshalJSON() ([]byte, error) {
	if s.Value.IsAbsent() {
		return []byte("[]"), nil
	}
	return append(s.Value.Append([]byte{'['}), ']'), nil
}

// UnmarshalJSON reads [] or [value].
func (s *Slot) UnmarshalJSON(text []byte) error {
	v, err := value.Parse(text)
	if err != nil {
		return err
	}
	s.Value = value.Value{}
	if v.Len() > 0 {
		s.Value = v.At(0)
	}
	return nil
}
