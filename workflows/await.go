package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// awaited is a Task that waits, from the answer to its request to its end.
type awaited struct {
	*errand
	ctx workflow.Context
	// beat is when the holder of the token was last heard of.
	beat time.Time
}

// startAwait waits for the end of a Task's job, callback or activity. What has
// been said of it before its request was answered counts.
func (p *performer) startAwait(e *errand) {
	ctx, cancel := workflow.WithCancel(p.ctx)
	a := &awaited{errand: e, ctx: ctx, beat: workflow.Now(ctx)}
	p.awaits[e.effect.Await.Token] = a
	e.cancel = func() {
		cancel()
		p.land(e, machine.Outcome{})
		delete(p.awaits, e.effect.Await.Token)
	}
	if e.effect.Await.Resource.Pattern == program.Sync {
		p.watchJob(a)
	}
	p.arm(a)
	for _, report := range p.early.take(e.effect.Await.Token) {
		p.tell(report)
	}
}

// watchJob lets an activity wait for the end of a job. A run that continues as
// new leaves its job to the watch of the next run.
func (p *performer) watchJob(a *awaited) {
	await := a.effect.Await
	options := taskOptions(&machine.Call{}, a.effect.State)
	options.ActivityID = effectName(a.effect.ID)
	future := workflow.ExecuteActivity(workflow.WithActivityOptions(a.ctx, options), await.Resource.Watch(), wire.Await{
		Await:     *await,
		State:     a.effect.State,
		Execution: p.input.Origin.ID,
		Effect:    a.effect.ID,
	})
	p.flights.add(future, func(f workflow.Future) {
		var result wire.TaskResult
		if err := f.Get(a.ctx, &result); err != nil {
			p.land(a.errand, taskOutcome(err))
			return
		}
		p.land(a.errand, result.Outcome())
	})
}

// arm sets a timer to the moment at which the Task is over its TimeoutSeconds
// or HeartbeatSeconds, as it looks now.
func (p *performer) arm(a *awaited) {
	await := a.effect.Await
	next := await.Until
	if silence := a.silence(); silence > 0 {
		if at := a.beat.Add(silence); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	if next.IsZero() {
		return
	}
	p.budget.spend(p.ctx, 0)
	timer := workflow.NewTimerWithOptions(a.ctx, max(next.Sub(workflow.Now(a.ctx)), 0), workflow.TimerOptions{Summary: a.effect.State + " (timeout)"})
	p.flights.add(timer, func(f workflow.Future) {
		if p.errands[a.effect.ID] == a.errand && f.Get(a.ctx, nil) == nil {
			p.expire(a)
		}
	})
}

// expire ends a Task whose time is over, or waits for as long as it has got
// since the timer was set.
func (p *performer) expire(a *awaited) {
	now, await, silence := workflow.Now(a.ctx), a.effect.Await, a.silence()
	switch {
	case !await.Until.IsZero() && !now.Before(await.Until):
		p.give(a, machine.Outcome{Failure: &machine.TimeoutFailure})
	case silence > 0 && !now.Before(a.beat.Add(silence)):
		p.give(a, machine.Outcome{Failure: &machine.HeartbeatFailure})
	default:
		p.arm(a)
	}
}

func (a *awaited) silence() time.Duration {
	return time.Duration(a.effect.Await.HeartbeatSeconds) * time.Second
}

// give lands a Task and ends what still waits for it.
func (p *performer) give(a *awaited, o machine.Outcome) {
	p.land(a.errand, o)
	a.cancel()
}

// tell takes what the holder of a token says. Of a Task whose request has not
// been answered yet it is kept, of any other it is not wanted any more.
func (p *performer) tell(report wire.TaskReport) {
	a, ok := p.awaits[report.Token]
	switch {
	case !ok && p.requested(report.Token):
		p.early = append(p.early, report)
	case !ok:
	case report.Outcome != nil:
		p.give(a, *report.Outcome)
	default:
		a.beat = workflow.Now(a.ctx)
		if report.Worker != nil {
			p.arrivals = append(p.arrivals, arrival{id: a.effect.ID, worker: report.Worker})
		}
	}
}

// requested reports whether the token is that of a Task whose Call is under
// way, or whose waiting is about to begin.
func (p *performer) requested(token string) bool {
	t, err := machine.ParseTaskToken(token)
	if err != nil || t.Execution != p.input.Origin.ID {
		return false
	}
	if e, ok := p.errands[t.Effect]; ok {
		return e.effect.Call != nil && e.effect.Call.Token == token
	}
	return slices.ContainsFunc(p.arrivals, func(a arrival) bool { return a.id == t.Effect }) ||
		slices.ContainsFunc(p.jobs.queue, func(effect machine.Effect) bool { return effect.Await.Token == token })
}

// early are reports of Tasks whose request has not been answered yet.
type early []wire.TaskReport

// take gives those with the token.
func (r *early) take(token string) (reports []wire.TaskReport) {
	var others []wire.TaskReport
	for _, report := range *r {
		if report.Token == token {
			reports = append(reports, report)
		} else {
			others = append(others, report)
		}
	}
	*r = others
	return reports
}
