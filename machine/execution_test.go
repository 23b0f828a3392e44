package machine_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files")

// nested holds everything that a frame can: a Map with a Parallel in each
// iteration, of which one branch waits, one calls and one is done.
const nested = `{"StartAt":"V","TimeoutSeconds":3600,"States":{
  "V":{"Type":"Pass","Assign":{"outer":[1.0]},"Next":"M"},
  "M":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ItemSelector":{"v.$":"$$.Map.Item.Value"},"ItemProcessor":{"StartAt":"P","States":{
    "P":{"Type":"Parallel","Branches":[
      {"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}},
      {"StartAt":"A","States":{"A":{"Type":"Pass","Assign":{"inner":null},"Next":"T"},
        "T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$.v"},"TimeoutSeconds":9,
          "Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":2,"JitterStrategy":"FULL"}],"End":true}}},
      {"StartAt":"D","States":{"D":{"Type":"Pass","End":true}}}],"End":true}}},"End":true}}}`

// endless are states that go round until somebody stops them.
const endless = `"States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.out","IsPresent":true,"Next":"Out"}],"Default":"B"},"B":{"Type":"Pass","Next":"A"},"Out":{"Type":"Succeed"}}`

// beginning is that of an execution of the tests.
func beginning(input string) machine.Beginning {
	v, err := value.ParseString(input)
	if err != nil {
		panic(err)
	}
	const arn = "arn:aws:states:us-east-1:123456789012:"
	return machine.Beginning{Input: v, Origin: machine.Origin{
		ID: arn + "execution:Shop:one", Name: "one", StateMachineID: arn + "stateMachine:Shop", StateMachineName: "Shop",
		StartTime: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Seed: 9,
	}}
}

// midway gives the nested execution after the first Task has failed once.
func midway(t testing.TB) *machine.Execution {
	b := beginning(`{"items":["a","b","c"]}`)
	execution, effects := machine.Start(translate(t, nested), b)
	for _, e := range effects {
		if e.Call != nil {
			f := machine.Fault("Busy", "later")
			execution.Resume(e.ID, machine.Outcome{Failure: &f}, b.Origin.StartTime.Add(time.Second))
			return execution
		}
	}
	t.Fatal("nothing was called")
	return nil
}

// TestFrameJSON pins the form in which frames are kept: a change needs a new
// edition or has to read the old form as well.
func TestFrameJSON(t *testing.T) {
	text, err := json.Marshal(midway(t).Frame())
	require.NoError(t, err)
	var got bytes.Buffer
	require.NoError(t, json.Indent(&got, text, "", "  "))
	got.WriteByte('\n')
	const golden = "testdata/frame.json"
	if *update {
		require.NoError(t, os.WriteFile(golden, got.Bytes(), 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), got.String())

	again, err := machine.Load(translate(t, nested), want, nil)
	require.NoError(t, err)
	kept, err := json.Marshal(again.Frame())
	require.NoError(t, err)
	require.Equal(t, string(text), string(kept))
}

func TestLoadErrors(t *testing.T) {
	text, err := json.Marshal(midway(t).Frame())
	require.NoError(t, err)
	p := translate(t, nested)
	for name, c := range map[string]struct{ old, new, reason string }{
		"no JSON":         {`{"edition":1`, `{"edition":`, "cannot be read"},
		"no edition":      {`"edition":1`, `"edition":0`, "edition 0"},
		"a later edition": {`"edition":1`, `"edition":99`, "edition 99"},
		"a foreign state": {`"state":"W"`, `"state":"Elsewhere"`, `"Elsewhere", which the definition does not have`},
		"another state":   {`"state":"P"`, `"state":"W"`, "not whole"},
		"no root":         {`"root":`, `"away":`, "stands nowhere"},
		"a broken path":   {`"edition":1`, `"edition":1,"ready":[[7,7]]`, "[7 7]"},
		"a missing slot":  {`"results":[[],[],[]]`, `"results":[[]]`, "not whole"},
		"a foreign child": {`"index":1,"state":"T"`, `"index":8,"state":"T"`, "not whole"},
		"foreign retries": {`"spent":[1]`, `"spent":[1,0,0]`, "not whole"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(text), c.old)
			_, err := machine.Load(p, []byte(strings.Replace(string(text), c.old, c.new, 1)), nil)
			require.ErrorContains(t, err, c.reason)
		})
	}
}

// TestBudget holds that an endless loop gives the runtime its turn, can be
// written down, goes on, and can be stopped.
func TestBudget(t *testing.T) {
	p := translate(t, `{"StartAt":"A","TimeoutSeconds":60,`+endless+`}`)
	b := beginning(`{}`)
	execution, effects := machine.Start(p, b)
	require.Len(t, effects, 1, "the timer")
	events := execution.Frame().LastEvent
	for i := range 3 {
		require.True(t, execution.Busy())
		text, err := json.Marshal(execution.Frame())
		require.NoError(t, err)
		require.Contains(t, string(text), `"ready":[[]]`)
		execution, err = machine.Load(p, text, nil)
		require.NoError(t, err)
		require.True(t, execution.Busy(), "read back")
		require.Empty(t, execution.Step(b.Origin.StartTime.Add(time.Duration(i)*time.Second)))
		require.Greater(t, execution.Frame().LastEvent, events)
		events = execution.Frame().LastEvent
	}
	cancels := execution.Resume(effects[0].ID, machine.Fired, b.Origin.StartTime.Add(time.Minute))
	assert.Empty(t, cancels)
	assert.Equal(t, machine.TimedOut, execution.Status())
	assert.False(t, execution.Busy())
	assert.Empty(t, execution.Step(b.Origin.StartTime.Add(time.Hour)))
	assert.Equal(t, events, execution.Frame().LastEvent-1, "nothing but the end was recorded")
}

// TestBusyFailure holds that threads which were ready when a sibling failed
// are not entered any more.
func TestBusyFailure(t *testing.T) {
	p := translate(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
		{"StartAt":"A",`+endless+`},
		{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}}}],
		"Catch":[{"ErrorEquals":["Enough"],"Next":"S"}],"End":true},"S":{"Type":"Succeed"}}}`)
	b := beginning(`{}`)
	execution, effects := machine.Start(p, b)
	require.True(t, execution.Busy())
	require.Len(t, effects, 1)
	f := machine.Fault("Enough", "")
	require.Empty(t, execution.Resume(effects[0].ID, machine.Outcome{Failure: &f}, b.Origin.StartTime))
	assert.Equal(t, machine.Succeeded, execution.Status())
	assert.Equal(t, `{"Error":"Enough","Cause":""}`, execution.Frame().Output.String())
}

// TestOutcomesThatAreNotWanted holds that unknown, late and repeated outcomes
// change nothing.
func TestOutcomesThatAreNotWanted(t *testing.T) {
	execution := midway(t)
	before, err := json.Marshal(execution.Frame())
	require.NoError(t, err)
	for _, id := range []machine.EffectID{0, -1, 1 << 40, 3} {
		pending := false
		for _, e := range execution.Pending() {
			pending = pending || e.ID == id
		}
		if !pending {
			require.Empty(t, execution.Resume(id, machine.Fired, time.Date(2026, 1, 2, 3, 4, 6, 0, time.UTC)))
		}
	}
	after, err := json.Marshal(execution.Frame())
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

// TestAttemptsOfTheRuntime holds that retries which a runtime makes on its own
// come out as those that the machine asks for, event by event.
func TestAttemptsOfTheRuntime(t *testing.T) {
	p := translate(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},
		"Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":2,"BackoffRate":1}],
		"Catch":[{"ErrorEquals":["Busy"],"Assign":{"retries.$":"$$.State.RetryCount"},"Next":"S"}],"End":true},"S":{"Type":"Pass","Parameters":{"r.$":"$retries"},"End":true}}}`)
	busy := machine.Fault("Busy", "")
	failed := machine.Outcome{Failure: &busy}
	run := func(outcome func(machine.Effect) machine.Outcome) (*machine.Execution, []string) {
		b := beginning(`{}`)
		events := &kinds{}
		b.Sink = events
		execution, effects := machine.Start(p, b)
		for execution.Status() == machine.Running {
			effects = execution.Resume(effects[0].ID, outcome(effects[0]), b.Origin.StartTime)
		}
		return execution, events.list
	}
	one, events := run(func(machine.Effect) machine.Outcome { return failed })
	other, same := run(func(e machine.Effect) machine.Outcome {
		o := failed
		for r := e.Call.Retrying; ; {
			delay, next, again := r.After(busy)
			if !again {
				return o
			}
			o.Attempts = append(o.Attempts, machine.Attempt{Failure: busy, Delay: delay})
			r = next
		}
	})
	assert.Equal(t, `{"r":2}`, one.Frame().Output.String())
	assert.Equal(t, one.Frame().Output, other.Frame().Output)
	assert.Equal(t, events, same)
}

type kinds struct{ list []string }

func (k *kinds) Record(e machine.Event) { k.list = append(k.list, e.Type) }
