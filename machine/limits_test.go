package machine_test

import (
	"strings"
	"testing"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// strictly starts a strict execution and goes on as long as it is busy.
func strictly(t *testing.T, definition, input string) (*machine.Execution, []machine.Effect, *kinds) {
	heard := &kinds{}
	b := beginning(input)
	b.Origin.Strict, b.Sink = true, heard
	execution, effects := machine.Start(translate(t, definition), b)
	for execution.Busy() {
		effects = append(effects, execution.Step(b.Origin.StartTime)...)
	}
	return execution, effects, heard
}

func TestStrictHistoryEnds(t *testing.T) {
	execution, _, heard := strictly(t, `{"StartAt":"A",`+endless+`}`, `{}`)
	require.Equal(t, machine.Failed, execution.Status())
	frame := execution.Frame()
	assert.Equal(t, "States.Runtime: The execution reached the maximum number of history events (25000).", frame.Failure.String())
	assert.EqualValues(t, 25_000, frame.LastEvent)
	require.Len(t, heard.list, 25_000)
	assert.Equal(t, "ExecutionFailed", heard.list[24_999])
}

// passes gives a machine of so many Passes.
func passes(count int) string {
	var states []string
	for i := range count {
		name, next := "P"+value.OfInt(int64(i)).String(), `"End":true`
		if i+1 < count {
			next = `"Next":"P` + value.OfInt(int64(i+1)).String() + `"`
		}
		states = append(states, `"`+name+`":{"Type":"Pass",`+next+`}`)
	}
	return `{"StartAt":"P0","States":{` + strings.Join(states, ",") + `}}`
}

func TestStrictHistoryMayBeFullAtItsEnd(t *testing.T) {
	// 12,499 Passes have 24,998 events; with the start and the end it is 25,000.
	execution, _, heard := strictly(t, passes(12_499), `{}`)
	assert.Equal(t, machine.Succeeded, execution.Status())
	assert.Len(t, heard.list, 25_000)

	execution, _, heard = strictly(t, passes(12_500), `{}`)
	assert.Equal(t, machine.Failed, execution.Status())
	assert.Len(t, heard.list, 25_000)
}

func TestStrictPayloads(t *testing.T) {
	large := `"` + strings.Repeat("é", 131_072) + `"` // 262,146 bytes
	task := `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$.p"},
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"End":true},"S":{"Type":"Succeed"}}}`

	t.Run("output", func(t *testing.T) {
		execution, _, _ := strictly(t, `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":`+large+`,"End":true}}}`, `{}`)
		assert.Equal(t, "States.DataLimitExceeded: The state/task 'P' returned a result with a size exceeding the maximum number of bytes service limit.",
			execution.Frame().Failure.String())
	})
	t.Run("parameters", func(t *testing.T) {
		execution, _, _ := strictly(t, task, `{"p":`+large+`}`)
		assert.Equal(t, machine.Succeeded, execution.Status(), "caught")
		assert.Contains(t, execution.Frame().Output.Get("Cause").Text(), "The state/task 'T' provided parameters")
	})
	t.Run("result", func(t *testing.T) {
		execution, effects, _ := strictly(t, task, `{"p":1}`)
		require.Len(t, effects, 1)
		v, err := value.ParseString(large)
		require.NoError(t, err)
		execution.Resume(effects[0].ID, machine.Outcome{Output: v}, beginning(`{}`).Origin.StartTime)
		assert.Equal(t, machine.Succeeded, execution.Status(), "caught")
		assert.Contains(t, execution.Frame().Output.Get("Cause").Text(), "The state/task 'arn:aws:states:::lambda:invoke' returned a result")
	})
	t.Run("not asked for", func(t *testing.T) {
		execution, _ := machine.Start(translate(t, `{"StartAt":"P","States":{"P":{"Type":"Pass","Result":`+large+`,"End":true}}}`), beginning(`{}`))
		assert.Equal(t, machine.Succeeded, execution.Status())
	})
}
