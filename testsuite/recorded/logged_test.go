package recorded

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/machine"
)

func TestLogLevels(t *testing.T) {
	for kind, least := range map[string]string{
		"ExecutionStarted": "ALL", "PassStateExited": "ALL", "TaskFailed": "ERROR", "LambdaFunctionTimedOut": "ERROR",
		"MapIterationAborted": "ERROR", "FailStateEntered": "ERROR", "ExecutionFailed": "FATAL", "ExecutionAborted": "FATAL",
	} {
		levels := []string{"FATAL", "ERROR", "ALL"}
		seen := false
		for _, level := range levels {
			seen = seen || level == least
			c := &Case{}
			c.Settings.Logging.Level = level
			assert.Equal(t, seen, c.logs(machine.Event{Type: kind}), "%s at %s", kind, level)
		}
	}
}

func TestLoggedEvent(t *testing.T) {
	e := machine.Event{ID: 2, Previous: 1, Type: "PassStateEntered", Time: time.UnixMilli(1704067200123),
		Member: "stateEnteredEventDetails", Details: parseValue(t, `{"name":"P","input":"{}","inputDetails":{"truncated":false}}`)}
	const common = `"previous_event_id":"1","event_timestamp":"1704067200123","execution_arn":"arn","redrive_count":"0"}`
	assert.Equal(t, `{"id":"2","type":"PassStateEntered","details":{"name":"P","input":"{}","inputDetails":{"truncated":false}},`+common,
		loggedEvent(e, "arn", true).String())
	assert.Equal(t, `{"id":"2","type":"PassStateEntered","details":{"name":"P"},`+common, loggedEvent(e, "arn", false).String())
}
