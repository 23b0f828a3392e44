package activities

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/programs"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

func compile(d wire.Definition) (*program.Program, error) {
	p, said := translator.Translate(d.Text.String(), translator.OfType(program.Type(d.Type)))
	if p == nil {
		return nil, errors.New(translator.Report(d.Text.String(), said))
	}
	return p, nil
}

func expressActivity(caller callerFunc) *expresses {
	return &expresses{caller: caller, programs: programs.New(compile, 4),
		fetch: func(_ context.Context, text wire.Text) (wire.Text, error) {
			if text.Staged() == "" {
				return text, nil
			}
			return wire.PlainText(oneTask), nil
		}}
}

const oneTask = `{"StartAt":"Charge","States":{"Charge":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
  "Parameters":{"FunctionName":"f","Payload.$":"$"},"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":1}],"End":true}}}`

func expressExecution(text wire.Text) wire.Execution {
	return wire.Execution{
		Definition: wire.Definition{Text: text, Type: "EXPRESS"},
		Origin: machine.Origin{ID: "arn:aws:states:us-east-1:123456789012:express:m:e:u", Name: "e", StartTime: time.Now().UTC(), Express: true,
			StateMachineID: "arn:aws:states:us-east-1:123456789012:stateMachine:m", StateMachineName: "m"},
		Input: value.OfInt(5),
	}
}

func runExpress(t *testing.T, a *expresses, input wire.Execution) (ended wire.Ended) {
	t.Helper()
	encoded, err := (&server{t: t, run: a.perform}).next(input)
	require.NoError(t, err)
	require.NoError(t, encoded.Get(&ended))
	return ended
}

func TestExpress(t *testing.T) {
	t.Parallel()
	calls := 0
	a := expressActivity(func(_ context.Context, call machine.Call) machine.Outcome {
		if calls++; calls == 1 {
			return failed(machine.Fault("Busy", ""))
		}
		return succeeded(call.Input.Get("Payload"))
	})
	ended := runExpress(t, a, expressExecution(wire.PlainText(oneTask)))
	assert.Equal(t, machine.Succeeded, ended.Status)
	assert.Equal(t, "5", ended.Output.String())
	assert.Equal(t, 2, calls, "Retry is followed in place")
	assert.False(t, ended.Stopped.Before(ended.Started))

	ended = runExpress(t, a, expressExecution(wire.StagedText("s3://b/k")))
	assert.Equal(t, machine.Succeeded, ended.Status)
}

func TestExpressThatFails(t *testing.T) {
	a := expressActivity(failing("Boom", "why"))
	ended := runExpress(t, a, expressExecution(wire.PlainText(oneTask)))
	assert.Equal(t, machine.Failed, ended.Status)
	assert.Equal(t, "Boom", ended.Failure.Name())

	ended = runExpress(t, a, expressExecution(wire.PlainText(`{"StartAt":"A","States":{}}`)))
	assert.Equal(t, machine.Failed, ended.Status)
	assert.Equal(t, machine.ErrorRuntime, ended.Failure.Name())
	assert.Contains(t, ended.Failure.Cause.Text(), "The definition cannot be run")
}

func TestExpressOfAStoppingWorkerIsHandedBack(t *testing.T) {
	stop := make(chan struct{})
	s := &server{t: t, stop: stop}
	s.run = func(ctx context.Context, input wire.Execution) (wire.Ended, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		return expressActivity(func(ctx context.Context, _ machine.Call) machine.Outcome {
			close(stop)
			cancel()
			<-ctx.Done()
			return failed(machine.Fault("Boom", ""))
		}).perform(ctx, input)
	}
	_, err := s.next(expressExecution(wire.PlainText(oneTask)))
	assert.Equal(t, handedBack, application(t, err).Type())
}

// The states of an Express execution are told of when it has ended.
func TestStatesOfAnExpressExecution(t *testing.T) {
	t.Parallel()
	var states told
	a := expressActivity(func(context.Context, machine.Call) machine.Outcome { return failed(machine.Fault("Busy", "")) })
	a.states = states.take
	ended := runExpress(t, a, expressExecution(wire.PlainText(oneTask)))
	assert.Equal(t, machine.Failed, ended.Status)
	assert.Equal(t, map[StateEnd]int64{{Type: program.TaskState, Status: machine.Failed, Error: "Busy"}: 1}, states.ends)
}
