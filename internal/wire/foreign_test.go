package wire

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func TestNewForeignActivity(t *testing.T) {
	const never = 99_999_999 * time.Second
	for _, c := range []struct {
		name    string
		input   string
		timeout int64
		beat    int64
		want    ForeignActivity
		fault   string
	}{
		{name: "least", input: `{"ActivityType":"Charge","TaskQueue":"billing"}`,
			want: ForeignActivity{ActivityType: "Charge", TaskQueue: "billing", StartToClose: never}},
		{name: "all", input: `{"ActivityType":"A","TaskQueue":"q","ScheduleToCloseSeconds":40,"ScheduleToStartSeconds":10,"StartToCloseSeconds":30,"HeartbeatSeconds":5}`,
			want: ForeignActivity{ActivityType: "A", TaskQueue: "q", ScheduleToClose: 40 * time.Second,
				ScheduleToStart: 10 * time.Second, StartToClose: 30 * time.Second, Heartbeat: 5 * time.Second}},
		{name: "the Task's own bounds are smaller", input: `{"ActivityType":"A","TaskQueue":"q","StartToCloseSeconds":30,"HeartbeatSeconds":5}`, timeout: 20, beat: 2,
			want: ForeignActivity{ActivityType: "A", TaskQueue: "q", StartToClose: 20 * time.Second, Heartbeat: 2 * time.Second}},
		{name: "the parameters' bounds are smaller", input: `{"ActivityType":"A","TaskQueue":"q","StartToCloseSeconds":30}`, timeout: 60,
			want: ForeignActivity{ActivityType: "A", TaskQueue: "q", StartToClose: 30 * time.Second}},
		{name: "ScheduleToClose alone", input: `{"ActivityType":"A","TaskQueue":"q","ScheduleToCloseSeconds":9}`,
			want: ForeignActivity{ActivityType: "A", TaskQueue: "q", ScheduleToClose: 9 * time.Second, StartToClose: 9 * time.Second}},
		{name: "no object", input: `[]`, fault: "must be an object"},
		{name: "no type", input: `{"TaskQueue":"q"}`, fault: "'ActivityType'"},
		{name: "no queue", input: `{"ActivityType":"A","TaskQueue":""}`, fault: "'TaskQueue'"},
		{name: "bad seconds", input: `{"ActivityType":"A","TaskQueue":"q","StartToCloseSeconds":0}`, fault: "'StartToCloseSeconds'"},
		{name: "too many seconds", input: `{"ActivityType":"A","TaskQueue":"q","HeartbeatSeconds":100000000}`, fault: "'HeartbeatSeconds'"},
		{name: "text for seconds", input: `{"ActivityType":"A","TaskQueue":"q","HeartbeatSeconds":"5"}`, fault: "'HeartbeatSeconds'"},
		{name: "unknown field", input: `{"ActivityType":"A","TaskQueue":"q","Queue":"q"}`, fault: "'Queue' is not supported"},
	} {
		t.Run(c.name, func(t *testing.T) {
			input, err := value.ParseString(c.input)
			require.NoError(t, err)
			got, fault := NewForeignActivity(machine.Call{Input: input, TimeoutSeconds: c.timeout, HeartbeatSeconds: c.beat})
			if c.fault != "" {
				require.NotNil(t, fault)
				assert.Equal(t, machine.ErrorRuntime, fault.Name())
				assert.Contains(t, fault.Cause.Text(), c.fault)
				return
			}
			require.Nil(t, fault)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestForeignActivityInput(t *testing.T) {
	call := machine.Call{}
	for text, want := range map[string]string{
		`{"ActivityType":"A","TaskQueue":"q","Input":null}`:    "null",
		`{"ActivityType":"A","TaskQueue":"q","Input":[1,{}]}`:  "[1,{}]",
		`{"ActivityType":"A","TaskQueue":"q","Input":"plain"}`: `"plain"`,
	} {
		call.Input, _ = value.ParseString(text)
		a, fault := NewForeignActivity(call)
		require.Nil(t, fault)
		assert.Equal(t, want, a.Input.String())
	}
}

func TestForeignFailure(t *testing.T) {
	assert.Equal(t, machine.Fault("OutOfStock", "none left"), ForeignFailure("OutOfStock", "none left"))
	assert.Equal(t, machine.Fault("States.TaskFailed", "boom"), ForeignFailure("", "boom"))
}
