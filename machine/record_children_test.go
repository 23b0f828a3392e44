package machine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/machinetest"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// history keeps events as type<previousEventId.
type history []string

func (h *history) Record(e machine.Event) {
	*h = append(*h, fmt.Sprintf("%s<%d", e.Type, e.Previous))
}

// broken fails all Tasks, and Map Runs give an empty array.
type broken struct{}

func (broken) Call(machine.Effect) (machine.Outcome, time.Duration) {
	f := machine.Fault("MyError", "my cause")
	return machine.Outcome{Failure: &f}, 0
}

func (broken) Await(machine.Effect) (machine.Outcome, time.Duration) {
	return machine.Outcome{}, 0
}

func (broken) Distribute(machine.Effect) (machine.Outcome, time.Duration) {
	return machine.Outcome{Output: value.EmptyArray}, 0
}

// TestPreviousEvents holds the chains of events around Parallel and Map, as AWS
// has them by its recordings and by public measurements.
func TestPreviousEvents(t *testing.T) {
	const boom = `{"StartAt":"B","States":{"B":{"Type":"Fail","Error":"MyError"}}}`
	const nope = `{"StartAt":"N","States":{"N":{"Type":"Pass","Parameters":{"m.$":"$.nope"},"End":true}}}`
	const pass = `{"StartAt":"Q","States":{"Q":{"Type":"Pass","End":true}}}`
	const task = `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}`
	const handled = `,"H":{"Type":"Pass","End":true}`
	for name, c := range map[string]struct{ states, want string }{
		"two branches": {`"S":{"Type":"Parallel","Branches":[` + pass + `,` + strings.ReplaceAll(pass, "Q", "R") + `],"Next":"H"}` + handled,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 PassStateEntered<3 PassStateExited<4 PassStateEntered<3 PassStateExited<6 ParallelStateSucceeded<7 ParallelStateExited<7 PassStateEntered<9 PassStateExited<10 ExecutionSucceeded<11"},
		"a branch fails": {`"S":{"Type":"Parallel","Branches":[` + boom + `],"End":true}`,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 FailStateEntered<3 ParallelStateFailed<4 ExecutionFailed<5"},
		"a branch fails twice": {`"S":{"Type":"Parallel","Branches":[` + boom + `],"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"End":true}`,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 FailStateEntered<3 ParallelStateStarted<4 FailStateEntered<5 ParallelStateFailed<6 ExecutionFailed<7"},
		"a Task ends a branch": {`"S":{"Type":"Parallel","Branches":[` + task + `],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true}` + handled,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 TaskStateEntered<3 TaskScheduled<4 TaskStarted<5 TaskFailed<6 TaskStateAborted<7 ParallelStateFailed<7 ParallelStateExited<9 PassStateEntered<10 PassStateExited<11 ExecutionSucceeded<12"},
		"bad data in a branch": {`"S":{"Type":"Parallel","Branches":[` + nope + `],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"H"}],"End":true}` + handled,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 PassStateEntered<3 ExecutionFailed<4"},
		"bad data in a branch's Task": {`"S":{"Type":"Parallel","Branches":[` + strings.Replace(task, `"f"`, `"f","Payload.$":"$.nope"`, 1) + `],"End":true}`,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 TaskStateEntered<3 ExecutionFailed<4"},
		"bad data after the branches": {`"S":{"Type":"Parallel","Branches":[` + pass + `],"ResultSelector":{"m.$":"$.nope"},"End":true}`,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 PassStateEntered<3 PassStateExited<4 ParallelStateSucceeded<5 ExecutionFailed<6"},
		"iterations": {`"S":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":` + pass + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 PassStateEntered<4 PassStateExited<5 MapIterationSucceeded<6 MapIterationStarted<6 PassStateEntered<8 PassStateExited<9 MapIterationSucceeded<10 MapStateSucceeded<11 MapStateExited<11 ExecutionSucceeded<13"},
		"iterations at once": {`"S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":` + pass + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 MapIterationStarted<3 PassStateEntered<4 PassStateExited<6 MapIterationSucceeded<7 PassStateEntered<5 PassStateExited<9 MapIterationSucceeded<10 MapStateSucceeded<11 MapStateExited<11 ExecutionSucceeded<13"},
		"no iterations": {`"S":{"Type":"Map","ItemsPath":"$.none","ItemProcessor":` + pass + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapStateSucceeded<3 MapStateExited<3 ExecutionSucceeded<5"},
		"an iteration fails": {`"S":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":` + boom + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 FailStateEntered<4 MapIterationFailed<5 MapStateFailed<5 ExecutionFailed<7"},
		"bad data in an iteration": {`"S":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":` + nope + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 PassStateEntered<4 ExecutionFailed<5"},
		"a map run": {`"S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":` + strings.Replace(pass, `{`, `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},`, 1) + `,"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapRunStarted<3 MapRunSucceeded<4 MapStateSucceeded<5 MapStateExited<4 ExecutionSucceeded<7"},
		"a branch is cut short": {`"S":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":20,"End":true}}},` + boom + `],"End":true}`,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 WaitStateEntered<3 FailStateEntered<3 WaitStateAborted<5 ParallelStateFailed<5 ExecutionFailed<7"},
		"an iteration is cut short": {`"S":{"Type":"Map","ItemsPath":"$.items","ItemProcessor":{"StartAt":"C","States":{
			"C":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":2,"Next":"B"}],"Default":"W"},
			"W":{"Type":"Wait","Seconds":20,"End":true},"B":{"Type":"Fail"}}},"End":true}`,
			"ExecutionStarted<0 MapStateEntered<0 MapStateStarted<2 MapIterationStarted<3 MapIterationStarted<3 ChoiceStateEntered<4 ChoiceStateExited<6 ChoiceStateEntered<5 ChoiceStateExited<8 WaitStateEntered<7 FailStateEntered<9 MapIterationAborted<11 WaitStateAborted<11 MapIterationFailed<11 MapStateFailed<11 ExecutionFailed<15"},
		"an expression fails twice": {`"S":{"QueryLanguage":"JSONata","Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"{% $states.input.nope %}"},"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}],"End":true}`,
			"ExecutionStarted<0 TaskStateEntered<0 EvaluationFailed<0 EvaluationFailed<3 ExecutionFailed<4"},
		"an expression of a Catch fails": {`"S":{"QueryLanguage":"JSONata","Type":"Parallel","Branches":[` + boom + `],"Catch":[{"ErrorEquals":["States.ALL"],"Output":"{% $states.input.nope %}","Next":"H"}],"End":true}` + handled,
			"ExecutionStarted<0 ParallelStateEntered<0 ParallelStateStarted<2 FailStateEntered<3 ParallelStateFailed<4 EvaluationFailed<4 ParallelStateFailed<6 ExecutionFailed<7"},
		"no choice": {`"S":{"Type":"Choice","Choices":[{"Variable":"$.none","IsNull":true,"Next":"H"}]}` + handled,
			"ExecutionStarted<0 ChoiceStateEntered<0 ExecutionFailed<2"},
	} {
		t.Run(name, func(t *testing.T) {
			p, diagnostics := translator.Translate(`{"StartAt":"S","States":{` + c.states + `}}`)
			require.NotNil(t, p, diagnostics)
			input, err := value.ParseString(`{"items":[1,2],"none":[]}`)
			require.NoError(t, err)
			var events history
			_, err = machinetest.Run(p, machine.Beginning{Input: input, Sink: &events}, machinetest.Options{Script: broken{}, Reload: true})
			require.NoError(t, err)
			assert.Equal(t, c.want, strings.Join(events, " "))
		})
	}
}
