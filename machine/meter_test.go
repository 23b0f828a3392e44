package machine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// tally is a Meter that writes everything down.
type tally struct{ ended []string }

func (m *tally) StateEnded(s *program.State, status machine.Status, errorName string) {
	m.ended = append(m.ended, strings.TrimSpace(fmt.Sprintf("%s %s %s", s.Name, status, errorName)))
}

const call = `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},`

// TestMeter runs machines whose Calls fail with Bad and whose waits end at
// once, and reads how each state ended.
func TestMeter(t *testing.T) {
	for name, c := range map[string]struct {
		states string
		want   []string
	}{
		"left": {
			`{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$","IsPresent":true,"Next":"C"}]},"C":{"Type":"Succeed"}}`,
			[]string{"A SUCCEEDED", "B SUCCEEDED", "C SUCCEEDED"},
		},
		"a Fail state": {`{"A":{"Type":"Fail","Error":"NoLuck"}}`, []string{"A FAILED NoLuck"}},
		"a Fail state without an error": {
			`{"A":{"Type":"Fail"}}`, []string{"A FAILED"},
		},
		"a fault of the state": {`{"A":{"Type":"Pass","InputPath":"$.none","End":true}}`, []string{"A FAILED States.Runtime"}},
		"retried, then given up": {
			`{"A":` + call + `"Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":2}],"End":true}}`, []string{"A FAILED Bad"},
		},
		"caught": {
			`{"A":` + call + `"Catch":[{"ErrorEquals":["Bad"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}}`,
			[]string{"A FAILED Bad", "B SUCCEEDED"},
		},
		"caught, and the catch fails": {
			`{"A":` + call + `"Catch":[{"ErrorEquals":["Bad"],"Assign":{"x.$":"$.none"},"Next":"B"}],"End":true},"B":{"Type":"Succeed"}}`,
			[]string{"A FAILED Bad"},
		},
		"left with a fault": {
			`{"A":{"Type":"Pass","OutputPath":"$.none","End":true}}`, []string{"A FAILED States.Runtime"},
		},
		"a sibling failed": {
			`{"A":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":9,"End":true}}},
				{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E"}}},{"StartAt":"N","States":{"N":{"Type":"Pass","End":true}}}],
				"Catch":[{"ErrorEquals":["E"],"Next":"B"}],"End":true},"B":{"Type":"Succeed"}}`,
			[]string{"F FAILED E", "W ABORTED", "A FAILED E", "B SUCCEEDED"},
		},
		"iterations": {
			`{"A":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":1,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}`,
			[]string{"P SUCCEEDED", "P SUCCEEDED", "A SUCCEEDED"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var m tally
			b := beginning(`{"items":[1,2]}`)
			b.Meter = &m
			execution, effects := machine.Start(translate(t, `{"StartAt":"A","States":`+c.states+`}`), b)
			now := b.Origin.StartTime
			for execution.Status() == machine.Running {
				bad := machine.Fault("Bad", "")
				outcome := machine.Fired
				if effects[0].Call != nil {
					outcome.Failure = &bad
				}
				now = now.Add(time.Minute)
				effects = execution.Resume(effects[0].ID, outcome, now)
			}
			assert.Equal(t, c.want, m.ended)
		})
	}
}

// What is stopped is told innermost first, and what was never entered is not.
func TestMeterOfWhatIsStopped(t *testing.T) {
	frame, err := json.Marshal(midway(t).Frame())
	require.NoError(t, err)
	execution, err := machine.Load(translate(t, nested), frame, nil)
	require.NoError(t, err)
	var m tally
	execution.MeteredBy(&m)
	execution.Stop(machine.Failure{}, time.Date(2026, 1, 2, 3, 5, 0, 0, time.UTC))
	assert.Equal(t, []string{"W ABORTED", "T ABORTED", "P ABORTED", "W ABORTED", "T ABORTED", "P ABORTED", "M ABORTED"}, m.ended)

	m.ended = nil
	execution, effects := machine.Start(translate(t, `{"StartAt":"A",`+endless+`}`), machine.Beginning{Input: value.EmptyObject, Meter: &m})
	require.Empty(t, effects)
	require.True(t, execution.Busy())
	before := len(m.ended)
	require.Positive(t, before)
	execution.Stop(machine.Failure{}, time.Time{})
	assert.Len(t, m.ended, before)
}
