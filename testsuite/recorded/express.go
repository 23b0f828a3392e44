package recorded

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine/express"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Express runs in process on the real clock, as Express executions do. It also
// runs the Standard executions whose definitions AWS accepts for Express: these
// begin as they did on AWS, so that all of the recording can be compared.
type Express struct {
	// Longest is how long an execution may wait by its own doing.
	Longest time.Duration
}

// Skip refuses what AWS Express refuses, and what waits for long.
func (x Express) Skip(c *Case) string {
	if reason := refusedByExpress(c.Definition); reason != "" {
		return reason
	}
	return waitsFor(c, x.Longest)
}

// Run runs the case.
func (x Express) Run(ctx context.Context, c *Case) (Result, error) {
	if _, err := c.translate(program.Express); err != nil {
		return Result{}, err
	}
	p, err := c.translate(c.Type)
	if err != nil {
		return Result{}, err
	}
	events := &recorder{}
	b := c.beginning(c.Type, time.Now())
	b.Sink = events
	a := newAnswers(c)
	return resultOf(express.Run(ctx, p, b, newService(c, p, a)), events.events, a), nil
}

// waitsFor gives the reason why a case does not run where time passes: it waits
// for longer than that, by the virtual clock, or reckons with another date.
func waitsFor(c *Case, longest time.Duration) string {
	if _, yes := c.stopped(); yes {
		return stopSoon
	}
	if c.usesClock() {
		return "clock: its input is reckoned from a date that has passed"
	}
	r, err := Virtual{Objects: noObjects}.Run(context.Background(), c)
	if err != nil || len(r.Events) == 0 {
		return "" // it will show
	}
	if waited := r.Events[len(r.Events)-1].Time.Sub(r.Events[0].Time); waited > longest {
		return fmt.Sprintf("waits: its execution lasts longer than %s", longest)
	}
	return ""
}
