package express_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	task    = `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}`
	lone    = `{"StartAt":"T","States":{"T":` + task + `}}`
	endless = `"States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.out","IsPresent":true,"Next":"Out"}],"Default":"B"},"B":{"Type":"Pass","Next":"A"},"Out":{"Type":"Succeed"}}`
	several = `{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
		{"StartAt":"T","States":{"T":` + task + `}},{"StartAt":"U","States":{"U":` + task + `}},{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}],
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"S"}],"End":true},"S":{"Type":"Succeed"}}}`
)

func translate(t testing.TB, text string) *program.Program {
	t.Helper()
	p, diagnostics := translator.Translate(text)
	require.False(t, diagnostics.HasErrors(), translator.Report(text, diagnostics))
	return p
}

func beginning(input value.Value) machine.Beginning {
	return machine.Beginning{Input: input, Origin: machine.Origin{ID: "arn", StartTime: time.Now()}}
}

// caller is a function that performs Calls. It counts those that run.
type caller struct {
	running, most atomic.Int64
	call          func(ctx context.Context, c machine.Call) machine.Outcome
}

func (c *caller) Call(ctx context.Context, _ express.Place, call machine.Call) machine.Outcome {
	n := c.running.Add(1)
	defer c.running.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); {
		most = c.most.Load()
	}
	return c.call(ctx, call)
}

// hanging calls end with their context, as a failure of the service.
func hanging() *caller {
	return &caller{call: func(ctx context.Context, _ machine.Call) machine.Outcome {
		<-ctx.Done()
		f := machine.Fault("Service.Interrupted", ctx.Err().Error())
		return machine.Outcome{Failure: &f}
	}}
}

// TestCancelled holds that what a Call says when its context ends is not taken
// for its outcome: the execution is aborted, nothing is caught, nothing stays.
func TestCancelled(t *testing.T) {
	for name, text := range map[string]string{
		"a lone call":   lone,
		"several calls": several,
		"a busy loop":   `{"StartAt":"A",` + endless + `}`,
		"a wait":        `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}`,
	} {
		for reason, end := range map[string]func() (context.Context, context.CancelFunc){
			"cancel": func() (context.Context, context.CancelFunc) { return context.WithCancel(t.Context()) },
			"deadline": func() (context.Context, context.CancelFunc) {
				return context.WithTimeout(t.Context(), 30*time.Millisecond)
			},
		} {
			t.Run(name+", "+reason, func(t *testing.T) {
				ctx, cancel := end()
				defer cancel()
				if reason == "cancel" {
					time.AfterFunc(30*time.Millisecond, cancel)
				}
				c := hanging()
				execution := express.Run(ctx, translate(t, text), beginning(value.EmptyObject), c)
				assert.Equal(t, machine.Aborted, execution.Status())
				assert.Empty(t, execution.Pending())
				assert.Eventually(t, func() bool { return c.running.Load() == 0 }, time.Second, time.Millisecond)
			})
		}
	}
}

func TestLimit(t *testing.T) {
	for name, text := range map[string]string{
		"a lone call":   lone,
		"several calls": several,
		"a busy loop":   `{"StartAt":"A",` + endless + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := hanging()
			execution := express.RunLimited(t.Context(), translate(t, text), c, 30*time.Millisecond)
			assert.Equal(t, machine.TimedOut, execution.Status())
			assert.Eventually(t, func() bool { return c.running.Load() == 0 }, time.Second, time.Millisecond)
		})
	}
}

// TestBusyTimeout holds that an endless loop does not outlast the execution's
// TimeoutSeconds.
func TestBusyTimeout(t *testing.T) {
	p := translate(t, `{"StartAt":"A","TimeoutSeconds":1,`+endless+`}`)
	start := time.Now()
	execution := express.Run(t.Context(), p, beginning(value.EmptyObject), hanging())
	assert.Equal(t, machine.TimedOut, execution.Status())
	assert.WithinDuration(t, start.Add(time.Second), time.Now(), 500*time.Millisecond)
}

// TestBusyBranch holds that an endless loop in one branch keeps no outcome of
// another waiting.
func TestBusyBranch(t *testing.T) {
	p := translate(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[{"StartAt":"A",`+endless+`},{"StartAt":"T","States":{"T":`+task+`}}],"End":true}}}`)
	f := machine.Fault("Enough", "")
	c := &caller{call: func(context.Context, machine.Call) machine.Outcome {
		time.Sleep(20 * time.Millisecond)
		return machine.Outcome{Failure: &f}
	}}
	execution := express.RunLimited(t.Context(), p, c, 20*time.Second)
	assert.Equal(t, machine.Failed, execution.Status())
	assert.Equal(t, "Enough", execution.Frame().Failure.Name())
}

// TestLateSuccess holds that an answer after TimeoutSeconds comes too late,
// from a caller that does not heed its context.
func TestLateSuccess(t *testing.T) {
	p := translate(t, `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"TimeoutSeconds":1,"End":true}}}`)
	c := &caller{call: func(context.Context, machine.Call) machine.Outcome {
		time.Sleep(1100 * time.Millisecond)
		return machine.Outcome{Output: value.True}
	}}
	execution := express.Run(t.Context(), p, beginning(value.EmptyObject), c)
	require.Equal(t, machine.Failed, execution.Status())
	assert.Equal(t, machine.TimeoutFailure, *execution.Frame().Failure)
}

// TestManyCalls runs many executions at once, each with many Calls at once.
func TestManyCalls(t *testing.T) {
	p := translate(t, `{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":50,"ItemProcessor":{"StartAt":"T","States":{
		"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$"},"Retry":[{"ErrorEquals":["Never"]}],"End":true}}},"End":true}}}`)
	items := make([]value.Value, 300)
	for i := range items {
		items[i] = value.OfInt(int64(i))
	}
	input := value.OfArray(items)
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			c := &caller{call: func(_ context.Context, call machine.Call) machine.Outcome {
				time.Sleep(time.Millisecond)
				return machine.Outcome{Output: call.Input.Get("Payload")}
			}}
			execution := express.Run(t.Context(), p, beginning(input), c)
			require.Equal(t, machine.Succeeded, execution.Status())
			assert.Equal(t, input.String(), execution.Frame().Output.String())
			assert.LessOrEqual(t, c.most.Load(), int64(50))
			assert.Greater(t, c.most.Load(), int64(1))
		})
	}
}

func TestWithoutEffects(t *testing.T) {
	execution := express.Run(t.Context(), translate(t, `{"StartAt":"S","States":{"S":{"Type":"Succeed"}}}`), beginning(value.OfInt(1)), nil)
	assert.Equal(t, machine.Succeeded, execution.Status())
	assert.Equal(t, "1", execution.Frame().Output.String())
}

func TestDistributedMap(t *testing.T) {
	p := translate(t, `{"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"S","States":{"S":{"Type":"Succeed"}}},"End":true}}}`)
	execution := express.Run(t.Context(), p, beginning(value.EmptyArray), nil)
	require.Equal(t, machine.Failed, execution.Status())
	assert.Equal(t, machine.ErrorRuntime, execution.Frame().Failure.Name())
}
