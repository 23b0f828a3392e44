package conformance

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Runtime runs a case's program to its end.
type Runtime struct {
	Name string
	Run  func(ctx context.Context, c *Case, p *program.Program) (Result, error)
	// RealClock tells that runs pass their time waiting rather than working,
	// so that any number of them may go on at once.
	RealClock bool
}

// began is when the executions of cases start on the virtual clock.
var began = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

// Beginning gives what the execution of a case starts from.
func Beginning(c *Case, p *program.Program, start time.Time) machine.Beginning {
	const arn = "arn:aws:states:us-east-1:000000000000:"
	return machine.Beginning{
		Input: c.Input,
		Origin: machine.Origin{
			ID:               arn + "execution:Case:" + c.Name,
			Name:             c.Name,
			StateMachineID:   arn + "stateMachine:Case",
			StateMachineName: "Case",
			RoleArn:          "arn:aws:iam::000000000000:role/case",
			StartTime:        start,
			Seed:             42,
			Express:          p.Type() == program.Express,
		},
	}
}

// Express runs in process on the real clock.
func Express(ctx context.Context, c *Case, p *program.Program) (Result, error) {
	caller := mockCaller{NewAnswers(c.Mocks)}
	return Of(express.Run(ctx, p, Beginning(c, p, time.Now()), caller).Frame()), nil
}

type mockCaller struct{ answers *Answers }

func (m mockCaller) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	outcome, took := m.answers.Next(from.State, call)
	select {
	case <-time.After(took):
		return outcome
	case <-ctx.Done():
		f := machine.Fault("Conformance.Interrupted", ctx.Err().Error())
		return machine.Outcome{Failure: &f}
	}
}

// recorder keeps the types of events.
type recorder struct{ types []string }

func (r *recorder) Record(e machine.Event) { r.types = append(r.types, e.Type) }
