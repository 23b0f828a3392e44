package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// serviceFunc is a service of one function.
type serviceFunc func(context.Context) machine.Outcome

func (serviceFunc) Integrations() []string { return []string{"lambda:invoke"} }

func (f serviceFunc) Call(ctx context.Context, _ express.Place, _ machine.Call) machine.Outcome {
	return f(ctx)
}

func failing(name string) machine.Outcome {
	f := machine.Fault(name, "cause")
	return machine.Outcome{Failure: &f}
}

func TestAttempts(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancelLate := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelLate()
	for _, c := range []struct {
		name    string
		ctx     context.Context
		service serviceFunc
		labels  string
	}{
		{"success", t.Context(), func(context.Context) machine.Outcome { return machine.Outcome{Output: value.True} },
			`error="",integration="lambda:invoke",machine="orders",outcome="succeeded",state="Ship"`},
		{"failure", t.Context(), func(context.Context) machine.Outcome { return failing("NoStock") },
			`error="NoStock",integration="lambda:invoke",machine="orders",outcome="failed",state="Ship"`},
		{"panic", t.Context(), func(context.Context) machine.Outcome { panic("no") },
			`error="States.Runtime",integration="lambda:invoke",machine="orders",outcome="failed",state="Ship"`},
		{"own timeout", t.Context(), func(context.Context) machine.Outcome { return failing(machine.ErrorTimeout) },
			`error="States.Timeout",integration="lambda:invoke",machine="orders",outcome="timed_out",state="Ship"`},
		{"time up", late, func(context.Context) machine.Outcome { return failing("Interrupted") },
			`error="States.Timeout",integration="lambda:invoke",machine="orders",outcome="timed_out",state="Ship"`},
		{"unwanted", ended, func(context.Context) machine.Outcome { return failing("Interrupted") },
			`error="",integration="lambda:invoke",machine="orders",outcome="cancelled",state="Ship"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMetrics()
			// Services, which the worker asks, catches panics.
			services := activities.NewServices(m.measure(c.service))
			call := machine.Call{Resource: program.Resource{ARN: "arn:aws:states:::lambda:invoke", Pattern: program.RequestResponse, Service: "lambda", Action: "invoke"}}
			from := express.Place{ExecutionArn: "arn:aws:states:us-east-1:1:execution:orders:x:y", State: "Ship"}
			services.Call(c.ctx, from, call)
			call.Retrying = machine.Retrying{Retriers: make([]program.Retrier, 1), Spent: []int64{2}}
			services.Call(c.ctx, from, call)
			samples := scraped(t, m.registry)
			assert.Contains(t, samples, "stepwell_task_attempts_total{"+c.labels+"} 2")
			assert.Contains(t, samples, `stepwell_task_retries_total{integration="lambda:invoke",machine="orders",state="Ship"} 1`)
		})
	}
}

func TestServicesWithoutMetrics(t *testing.T) {
	var none *metrics
	s := serviceFunc(func(context.Context) machine.Outcome { return machine.Outcome{Output: value.True} })
	assert.IsType(t, s, none.measure(s))
}
