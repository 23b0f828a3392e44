package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Mock answers the Calls of one state, or, with an input, those Calls of it
// that have this very input. Attempts are answered one after the other; the
// last answer stands for all further ones. In mocks.json:
//
//	[{"state": "Pay", "attempts": [{"error": "Busy", "cause": "later"}, {"output": {"paid": true}, "after": "2s"}]}]
type Mock struct {
	State    string      `json:"state"`
	Input    value.Value `json:"input,omitzero"`
	Attempts []Answer    `json:"attempts"`
}

// Answer is how one attempt ends. After is how long it takes. The answer to a
// Task that waits for more than its request (.sync, .waitForTaskToken, an
// activity) tells with Submitted what its service said to the request; an
// error without it is a request that was refused.
type Answer struct {
	Submitted value.Value `json:"submitted,omitzero"`
	Output    value.Value `json:"output,omitzero"`
	Error     value.Value `json:"error,omitzero"`
	Cause     value.Value `json:"cause,omitzero"`
	After     string      `json:"after,omitempty"`
}

func parseMocks(text string) ([]Mock, error) {
	var mocks []Mock
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&mocks); err != nil {
		return nil, err
	}
	for _, m := range mocks {
		for _, a := range m.Attempts {
			if _, err := a.took(); err != nil {
				return nil, err
			}
		}
	}
	return mocks, nil
}

func (a Answer) took() (time.Duration, error) {
	if a.After == "" {
		return 0, nil
	}
	return time.ParseDuration(a.After)
}

// outcome gives the answer as the machine takes it.
func (a Answer) outcome() (machine.Outcome, time.Duration) {
	took, _ := a.took()
	if a.Error.IsAbsent() {
		return machine.Outcome{Output: a.Output.Or(value.NullValue)}, took
	}
	return machine.Outcome{Failure: &machine.Failure{Error: a.Error, Cause: a.Cause}}, took
}

// Answers counts the attempts of one run of a case. It is safe for concurrent use.
type Answers struct {
	mocks []Mock
	mu    sync.Mutex
	made  map[string]int
	// awaited are the answers of attempts whose request was answered, by token.
	awaited map[string]Answer
}

// NewAnswers begins a run.
func NewAnswers(mocks []Mock) *Answers {
	return &Answers{mocks: mocks, made: map[string]int{}, awaited: map[string]Answer{}}
}

// Next answers the next attempt of the Call; of a Task that waits, its request.
func (a *Answers) Next(state string, call machine.Call) (machine.Outcome, time.Duration) {
	for _, m := range a.mocks {
		if m.State != state || !m.Input.IsAbsent() && !value.Equal(m.Input, call.Input) {
			continue
		}
		key := state + " " + call.Input.String()
		a.mu.Lock()
		n := a.made[key]
		a.made[key]++
		answer := m.Attempts[min(n, len(m.Attempts)-1)]
		refused := answer.Submitted.IsAbsent() && !answer.Error.IsAbsent()
		waits := call.Token != "" && !refused
		if waits {
			a.awaited[call.Token] = answer
		}
		a.mu.Unlock()
		if waits {
			return machine.Outcome{Output: answer.Submitted.Or(value.NullValue)}, 0
		}
		return answer.outcome()
	}
	return unmocked(state, call.Input)
}

// Awaited answers what a Task that waits is waiting for.
func (a *Answers) Awaited(await machine.Await) (machine.Outcome, time.Duration) {
	a.mu.Lock()
	answer, ok := a.awaited[await.Token]
	a.mu.Unlock()
	if !ok {
		return unmocked("with token "+await.Token, await.Submitted)
	}
	return answer.outcome()
}

func unmocked(state string, input value.Value) (machine.Outcome, time.Duration) {
	f := machine.Fault("Conformance.NoMock", fmt.Sprintf("mocks.json has no answer for state %s with input %s", state, input))
	return machine.Outcome{Failure: &f}, 0
}
