package activities

import (
	"slices"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// StateEnd is a way in which states end; see [machine.Meter].
type StateEnd struct {
	Type   program.StateType
	Status machine.Status
	Error  string
}

// stateTypes are all of them.
var stateTypes = [...]program.StateType{
	program.PassState, program.ChoiceState, program.TaskState, program.SucceedState,
	program.WaitState, program.FailState, program.MapState, program.ParallelState,
}

// stateEnds counts states by how they ended. It is a [machine.Meter] that costs
// next to nothing for states that succeed, and is not safe for concurrent use.
type stateEnds struct {
	succeeded [len(stateTypes)]int64
	others    map[StateEnd]int64
}

// StateEnded counts one.
func (s *stateEnds) StateEnded(state *program.State, status machine.Status, errorName string) {
	if status == machine.Succeeded {
		s.succeeded[slices.Index(stateTypes[:], state.Type)]++
		return
	}
	s.add(StateEnd{state.Type, status, errorName}, 1)
}

func (s *stateEnds) add(end StateEnd, n int64) {
	if s.others == nil {
		s.others = map[StateEnd]int64{}
	}
	s.others[end] += n
}

// move takes over what the other has counted, which begins anew.
func (s *stateEnds) move(other *stateEnds) {
	for i, n := range other.succeeded {
		s.succeeded[i] += n
	}
	for end, n := range other.others {
		s.add(end, n)
	}
	other.forget()
}

func (s *stateEnds) forget() {
	s.succeeded = [len(stateTypes)]int64{}
	clear(s.others)
}

// tell hands out what was counted.
func (s *stateEnds) tell(machineName string, to func(machineName string, end StateEnd, n int64)) {
	for i, n := range s.succeeded {
		if n > 0 {
			to(machineName, StateEnd{Type: stateTypes[i], Status: machine.Succeeded}, n)
		}
	}
	for end, n := range s.others {
		to(machineName, end, n)
	}
}
