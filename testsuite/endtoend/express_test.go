package endtoend

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestExpress runs a whole machine, with retries, branches and an inline Map,
// in one activity.
func TestExpress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	asked := w.functions.add("ask", func(c call) (any, error) {
		if c.attempt == 1 && c.payload == "3" {
			return nil, functionError{"Busy", "later"}
		}
		return echo(c)
	})
	e := w.startRequest(t, request{kind: program.Express, input: `{"items":[1,2,3]}`, definition: `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","End":true,"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Task",
			"Resource":"arn:aws:lambda:us-east-1:000000000000:function:ask","Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1}],"End":true}}}}}},
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1,"Next":"U"},"U":{"Type":"Pass","Result":"waited","End":true}}}]}}}`})
	require.Equal(t, `[[1,2,3],"waited"]`, e.succeeds().String())
	assert.Equal(t, 4, asked.count())
	events := e.events()
	assert.Equal(t, 1, count(events, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED))
	assert.LessOrEqual(t, len(events), 11)
}

func TestExpressFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	w.functions.add("ask", func(call) (any, error) { return nil, functionError{"Broken", "never"} })
	cause := w.startRequest(t, request{kind: program.Express, definition: `{"StartAt":"Ask","States":{"Ask":` + ask("ask", `"End":true`) + `}}`}).fails("Broken")
	assert.JSONEq(t, `{"errorType":"Broken","errorMessage":"never"}`, cause)
}

// TestExpressRefuses what AWS refuses in a machine of type EXPRESS.
func TestExpressRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	d := distributed{leaf: program.ExpressBatch, reader: `"ItemsPath":"$.items"`, processor: `"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}`}
	for name, definition := range map[string]string{
		"distributed map": d.definition(),
		"callback":        fmt.Sprintf(`{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"f","Payload":{"token.$":%q}},"End":true}}}`, "$$.Task.Token"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := w.startRequest(t, request{kind: program.Express, definition: definition})
			require.ErrorContains(t, e.run.Get(t.Context(), nil), "Express state machine does not support")
		})
	}
}
