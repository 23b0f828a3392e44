package machine_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// told is a Sink that writes down ids, types and what events follow.
type told struct{ events []string }

func (s *told) Record(e machine.Event) {
	s.events = append(s.events, fmt.Sprintf("%d<%d %s", e.ID, e.Previous, e.Type))
}

// performed answers effects, one second after another, until the execution has
// ended: Calls to the function "bad" fail with Bad, others succeed.
func performed(t *testing.T, e *machine.Execution, effects []machine.Effect, now time.Time) time.Time {
	t.Helper()
	for e.Status() == machine.Running {
		require.NotEmpty(t, effects)
		one := effects[0]
		effects = effects[1:]
		if one.Cancel != 0 || one.Wait != nil && one.Wait.Reason == machine.WaitForTimeout {
			continue
		}
		now = now.Add(time.Second)
		outcome := machine.Outcome{Output: value.True}
		if one.Call != nil && one.Call.Input.Get("FunctionName").Text() == "bad" {
			f := machine.Fault("Bad", "luck")
			outcome = machine.Outcome{Failure: &f}
		}
		effects = append(effects, e.Resume(one.ID, outcome, now)...)
	}
	return now
}

// function writes a Task whose function is bad until the execution is redriven
// for the so manieth time.
func function(badUntil int, more string) string {
	return fmt.Sprintf(`{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:aws:states:::lambda:invoke",
		"Arguments":{"FunctionName":"{%% $states.context.Execution.RedriveCount < %d ? 'bad' : 'good' %%}"},%s}`, badUntil, more)
}

func frameOf(t *testing.T, e *machine.Execution) []byte {
	t.Helper()
	text, err := json.Marshal(e.Frame())
	require.NoError(t, err)
	return text
}

// TestRedriveTells reads what a redriven execution tells: it goes on from the
// state that failed, and what had succeeded is not told of again.
func TestRedriveTells(t *testing.T) {
	good, bad := function(0, `"End":true`), function(1, `"End":true`)
	one := func(name, state string) string {
		return fmt.Sprintf(`{"StartAt":%q,"States":{%q:%s}}`, name, name, state)
	}
	for name, c := range map[string]struct {
		states string
		want   []string // from ExecutionRedriven on
		output string
	}{
		"a Task": {
			`{"A":{"Type":"Pass","Next":"B"},"B":` + bad + `}`,
			[]string{"9<8 ExecutionRedriven", "10<9 TaskScheduled", "11<10 TaskStarted", "12<11 TaskSucceeded", "13<12 TaskStateExited", "14<13 ExecutionSucceeded"},
			`true`,
		},
		"a Choice without a match": {
			`{"A":{"Type":"Choice","Choices":[{"Variable":"$$.Execution.RedriveCount","NumericEquals":1,"Next":"B"}]},"B":{"Type":"Succeed"}}`,
			[]string{"4<3 ExecutionRedriven", "5<4 ChoiceStateExited", "6<5 SucceedStateEntered", "7<6 SucceedStateExited", "8<7 ExecutionSucceeded"},
			`{"items":[0,1,2]}`,
		},
		"a Pass with a fault": {
			`{"A":{"Type":"Pass","Parameters":{"at.$":"$$.Execution.RedriveTime"},"End":true}}`,
			[]string{"4<3 ExecutionRedriven", "5<4 PassStateExited", "6<5 ExecutionSucceeded"},
			`{"at":"2026-01-03T03:04:05Z"}`,
		},
		"one branch of three": {
			`{"A":{"Type":"Parallel","End":true,"Branches":[` + one("L", good) + `,` + one("M", bad) + `,` + one("N", good) + `]}}`,
			[]string{"20<19 ExecutionRedriven", "21<20 TaskScheduled", "22<21 TaskStarted", "23<20 TaskScheduled", "24<23 TaskStarted",
				"25<22 TaskSucceeded", "26<25 TaskStateExited", "27<24 TaskSucceeded", "28<27 TaskStateExited",
				"29<28 ParallelStateSucceeded", "30<28 ParallelStateExited", "31<30 ExecutionSucceeded"},
			`[true,true,true]`,
		},
		"iterations, one of them never begun": {
			`{"A":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"End":true,"ItemProcessor":` + one("F", function(1, `"End":true`)) + `}}`,
			[]string{"12<11 ExecutionRedriven", "13<12 TaskScheduled", "14<13 TaskStarted", "15<14 TaskSucceeded", "16<15 TaskStateExited", "17<16 MapIterationSucceeded",
				"18<16 MapIterationStarted", "19<18 TaskStateEntered", "20<19 TaskScheduled", "21<20 TaskStarted", "22<21 TaskSucceeded", "23<22 TaskStateExited", "24<23 MapIterationSucceeded",
				"25<23 MapIterationStarted", "26<25 TaskStateEntered", "27<26 TaskScheduled", "28<27 TaskStarted", "29<28 TaskSucceeded", "30<29 TaskStateExited", "31<30 MapIterationSucceeded",
				"32<31 MapStateSucceeded", "33<31 MapStateExited", "34<33 ExecutionSucceeded"},
			`[true,true,true]`,
		},
		"a Map whose ItemSelector had a fault": {
			`{"A":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"End":true,"ItemSelector":{"at.$":"$$.Execution.RedriveTime"},
				"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","OutputPath":"$.at","End":true}}}}}`,
			nil, `["2026-01-03T03:04:05Z","2026-01-03T03:04:05Z","2026-01-03T03:04:05Z"]`,
		},
		"a Map whose Items had a fault": {
			`{"A":{"Type":"Map","ItemsPath":"$$.Execution.RedriveTimes","End":true,"ItemProcessor":` + one("F", good) + `}}`,
			nil, ``,
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := beginning(`{"items":[0,1,2]}`)
			p := translate(t, `{"StartAt":"A","States":`+c.states+`}`)
			execution, effects := machine.Start(p, b)
			performed(t, execution, effects, b.Origin.StartTime)
			require.Equal(t, machine.Failed, execution.Status())

			var sink told
			now := b.Origin.StartTime.Add(24 * time.Hour)
			execution, effects, err := machine.Redrive(p, frameOf(t, execution), machine.Redriving{Now: now, Sink: &sink})
			require.NoError(t, err)
			performed(t, execution, effects, now)
			if c.output == "" {
				require.Equal(t, machine.Failed, execution.Status(), "it fails for the same reason")
				return
			}
			require.Equal(t, machine.Succeeded, execution.Status(), execution.Frame().Failure)
			assert.JSONEq(t, c.output, execution.Frame().Output.String())
			if c.want != nil {
				assert.Equal(t, c.want, sink.events)
			}
		})
	}
}

// A Fail state fails again, and retriers, catchers and the execution's own time
// begin anew.
func TestRedriveBeginsAnew(t *testing.T) {
	p := translate(t, `{"StartAt":"A","TimeoutSeconds":100,"States":{"A":`+function(2, `"Assign":{"x":1},"Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":2}],"Next":"F"`)+`,"F":{"Type":"Fail","Error":"Enough"}}}`)
	b := beginning(`{}`)
	execution, effects := machine.Start(p, b)
	now := performed(t, execution, effects, b.Origin.StartTime)
	require.Equal(t, "Bad", execution.Frame().Failure.Name())
	require.Equal(t, []int64{2}, execution.Frame().Root.Spent)

	for redrives := 1; redrives <= 3; redrives++ {
		last := *execution.Frame()
		now = now.Add(time.Hour)
		var err error
		execution, effects, err = machine.Redrive(p, frameOf(t, execution), machine.Redriving{Now: now})
		require.NoError(t, err)
		frame := execution.Frame()
		assert.Equal(t, redrives, frame.Redrives)
		assert.Equal(t, last.LastEvent+1, frame.LastEvent-map[bool]int64{true: 1, false: 2}[redrives == 3], "ids go on")
		if redrives < 3 {
			require.Equal(t, machine.Running, execution.Status())
			require.Len(t, effects, 2)
			assert.Greater(t, effects[0].ID, last.LastEffect)
			assert.Equal(t, now.Add(100*time.Second), frame.Timer.Wait.Until)
			assert.Nil(t, frame.Root.Spent)
			now = performed(t, execution, effects, now)
		}
		if redrives == 1 {
			assert.Equal(t, "Bad", frame.Failure.Name())
			assert.Equal(t, []int64{2}, frame.Root.Spent)
			continue
		}
		assert.Equal(t, "Enough", execution.Frame().Failure.Name(), "a Fail state fails again")
		assert.Equal(t, `{"x":1}`, execution.Frame().Root.Variables.String())
	}
}

// A failure of the limit on data lets all of a Parallel run again.
func TestRedriveAfterDataLimit(t *testing.T) {
	p := translate(t, `{"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"L","States":{"L":`+call+`"End":true}}},{"StartAt":"R","States":{"R":`+call+`"End":true}}}]}}}`)
	b := beginning(`{}`)
	execution, effects := machine.Start(p, b)
	require.Len(t, effects, 2)
	execution.Resume(effects[0].ID, machine.Outcome{Output: value.True}, b.Origin.StartTime)
	f := machine.Fault(machine.ErrorDataLimitExceeded, "too much")
	execution.Resume(effects[1].ID, machine.Outcome{Failure: &f}, b.Origin.StartTime)
	require.Equal(t, machine.Failed, execution.Status())
	_, effects, err := machine.Redrive(p, frameOf(t, execution), machine.Redriving{Now: b.Origin.StartTime})
	require.NoError(t, err)
	require.Len(t, effects, 2)
	assert.Equal(t, []string{"L", "R"}, []string{effects[0].State, effects[1].State})
}

// A runtime may lose an execution without the machine's knowing: what was in
// flight is asked for again.
func TestRedriveOfWhatWasInFlight(t *testing.T) {
	execution := midway(t)
	frame := execution.Frame()
	pending := execution.Pending()
	frame.Status = machine.Aborted
	last := frame.LastEffect
	again, effects, err := machine.Redrive(translate(t, nested), frameOf(t, execution), machine.Redriving{Now: frame.Origin.StartTime.Add(time.Minute)})
	require.NoError(t, err)
	require.Len(t, effects, len(pending)-2, "the Waits are over")
	assert.Equal(t, effects, again.Pending())
	for _, e := range effects {
		assert.Greater(t, e.ID, last)
		if e.Call != nil {
			assert.Nil(t, e.Call.Retrying.Spent)
		}
	}
}

func TestNotRedrivable(t *testing.T) {
	p := translate(t, `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}}`)
	stopped := func(change func(*machine.Frame)) []byte {
		b := beginning(`{}`)
		execution, _ := machine.Start(p, b)
		execution.Stop(machine.Failure{}, b.Origin.StartTime)
		change(execution.Frame())
		return frameOf(t, execution)
	}
	for want, change := range map[string]func(*machine.Frame){
		"": func(*machine.Frame) {},
		"Execution is RUNNING and cannot be redriven":   func(f *machine.Frame) { f.Status = machine.Running },
		"Execution is SUCCEEDED and cannot be redriven": func(f *machine.Frame) { f.Status = machine.Succeeded },
		"Execution history event limit exceeded": func(f *machine.Frame) {
			f.Origin.Strict, f.LastEvent = true, 24_999
		},
	} {
		_, _, err := machine.Redrive(p, stopped(change), machine.Redriving{})
		if want == "" {
			require.NoError(t, err)
			continue
		}
		var not *machine.NotRedrivableError
		require.ErrorAs(t, err, &not)
		assert.Equal(t, want, not.Reason)
	}
	_, _, err := machine.Redrive(translate(t, `{"StartAt":"X","States":{"X":{"Type":"Succeed"}}}`), stopped(func(*machine.Frame) {}), machine.Redriving{})
	require.ErrorContains(t, err, "belongs to another definition")
}

// A Map Run that can go on does so under its ARN; one that cannot stands in the
// way, unless another one may take its place.
func TestRedriveOfAMapRun(t *testing.T) {
	p := translate(t, `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"Rows","ItemsPath":"$.items",
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`)
	b := beginning(`{"items":[1,2]}`)
	unread := machine.Fault(machine.ErrorItemReaderFailed, "no such bucket")
	execution, effects := machine.Start(p, b)
	first := effects[0].Distribute
	execution.Resume(effects[0].ID, machine.Outcome{Failure: &unread}, b.Origin.StartTime)
	frame := frameOf(t, execution)
	assert.Equal(t, []machine.UnfinishedMapRun{{State: "M", EndedMapRun: machine.EndedMapRun{MapRunArn: first.MapRunArn}}}, execution.Frame().UnfinishedMapRuns())

	var stands *machine.MapRunError
	_, _, err := machine.Redrive(p, frame, machine.Redriving{})
	require.ErrorAs(t, err, &stands)
	assert.Equal(t, first.MapRunArn, stands.MapRunArn)

	_, effects, err = machine.Redrive(p, frame, machine.Redriving{NewMapRuns: true})
	require.NoError(t, err)
	assert.NotEqual(t, first.MapRunArn, effects[0].Distribute.MapRunArn)
	assert.Zero(t, effects[0].Distribute.Redrives)

	var sink told
	_, effects, err = machine.Redrive(p, frame, machine.Redriving{Replaced: []string{first.MapRunArn}})
	require.NoError(t, err)
	assert.NotEqual(t, first.MapRunArn, effects[0].Distribute.MapRunArn)

	how := machine.Redriving{MapRuns: []string{first.MapRunArn}, Sink: &sink}
	execution, effects, err = machine.Redrive(p, frame, how)
	require.NoError(t, err)
	again := *first
	again.Redrives = 1
	assert.Equal(t, again, *effects[0].Distribute)

	execution.Stop(machine.Failure{}, b.Origin.StartTime)
	assert.Equal(t, 1, execution.Frame().UnfinishedMapRuns()[0].Redrives)
	execution, effects, err = machine.Redrive(p, frameOf(t, execution), how)
	require.NoError(t, err)
	assert.Equal(t, 2, effects[0].Distribute.Redrives)
	execution.Resume(effects[0].ID, machine.Outcome{Output: value.True}, b.Origin.StartTime)
	assert.Equal(t, machine.Succeeded, execution.Status())
	assert.Equal(t, []string{
		"8<7 ExecutionRedriven", "9<8 MapRunRedriven", "10<0 ExecutionAborted",
		"11<10 ExecutionRedriven", "12<11 MapRunRedriven", "13<12 MapRunSucceeded", "14<13 MapStateSucceeded", "15<12 MapStateExited", "16<15 ExecutionSucceeded",
	}, sink.events)
}

// A Map Run is redriven so often and not more.
func TestMostRedrivesOfAMapRun(t *testing.T) {
	p := translate(t, `{"StartAt":"M","States":{"M":{"Type":"Map","Label":"Rows",
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}`)
	b := beginning(`[]`)
	execution, effects := machine.Start(p, b)
	execution.Stop(machine.Failure{}, b.Origin.StartTime)
	execution.Frame().Root.MapRun.Redrives = 999
	how := machine.Redriving{MapRuns: []string{effects[0].Distribute.MapRunArn}}
	execution, _, err := machine.Redrive(p, frameOf(t, execution), how)
	require.NoError(t, err)
	require.Equal(t, machine.Running, execution.Status())
	execution.Stop(machine.Failure{}, b.Origin.StartTime)
	execution, _, err = machine.Redrive(p, frameOf(t, execution), how)
	require.NoError(t, err)
	assert.Equal(t, machine.ErrorRuntime, execution.Frame().Failure.Name())
	assert.Contains(t, execution.Frame().Failure.Cause.Text(), "redriven 1000 times")
}
