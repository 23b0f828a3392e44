package recorded

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// service stands for all services that a case's Tasks call: it answers as AWS
// recorded. It takes no time; what timed out on AWS it gives as that at once,
// for activities run on the real clock.
type service struct {
	answers *answers
	names   []string
	// tell reaches the execution that holds a task token.
	tell func(ctx context.Context, report wire.TaskReport) error
	// workers gives the name of the n-th activity task's worker.
	worker func(n int) (string, bool)
	tasks  *counter
}

// newService makes the service for the Tasks of a program.
func newService(c *Case, p *program.Program, a *answers) *service {
	s := &service{answers: a, worker: c.worker, tasks: &counter{}}
	s.gather(p.Root(), map[string]bool{})
	return s
}

// gather finds the integrations that a machine's Tasks name.
func (s *service) gather(m *program.Machine, known map[string]bool) {
	for _, state := range m.States {
		if state.Task != nil && !known[state.Task.Resource.Integration()] {
			known[state.Task.Resource.Integration()] = true
			s.names = append(s.names, state.Task.Resource.Integration())
		}
		for _, nested := range state.Machines() {
			s.gather(nested, known)
		}
		if state.Map != nil && state.Map.Distributed != nil {
			s.gather(state.Map.Distributed.Item.Root(), known)
		}
	}
}

// Integrations gives all that the case's Tasks name.
func (s *service) Integrations() []string { return s.names }

// Jobs gives the same: any of them may be waited for.
func (s *service) Jobs() []string { return s.names }

// Call answers a request. Whoever gets a task token with it reports at once.
func (s *service) Call(ctx context.Context, from express.Place, call machine.Call) machine.Outcome {
	outcome, took := s.answers.call(from.State, call)
	if took == overdue && call.Token == "" && call.TimeoutSeconds > 0 {
		return machine.Outcome{Failure: &machine.TimeoutFailure}
	}
	if call.Token != "" && outcome.Failure == nil && call.Resource.Pattern != program.Sync {
		if f := s.report(ctx, call); f != nil {
			return machine.Outcome{Failure: f}
		}
	}
	return outcome
}

// report says what became of the task with the token, or nothing when nobody
// ever did.
func (s *service) report(ctx context.Context, call machine.Call) *machine.Failure {
	var reports []wire.TaskReport
	if call.Resource.Pattern == program.Activity {
		if name, ok := s.worker(s.tasks.next()); ok {
			reports = append(reports, wire.TaskReport{Token: call.Token, Worker: &name})
		}
	}
	await := machine.Await{Token: call.Token, HeartbeatSeconds: call.HeartbeatSeconds}
	if call.TimeoutSeconds > 0 {
		await.Until = time.Now()
	}
	if outcome, took := s.answers.await(await); took != overdue {
		reports = append(reports, wire.TaskReport{Token: call.Token, Outcome: &outcome})
	}
	for _, report := range reports {
		if err := s.tell(ctx, report); err != nil {
			f := machine.Fault("Recorded.NotTold", err.Error())
			return &f
		}
	}
	return nil
}

// Watch answers for a job.
func (s *service) Watch(_ context.Context, _ express.Place, await machine.Await) machine.Outcome {
	outcome, _ := s.answers.await(await)
	return outcome
}
