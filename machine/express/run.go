package express

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// Caller performs the Calls of an execution, one attempt at a time. It must be
// safe for concurrent use.
type Caller interface {
	// Call makes one attempt. ctx ends when the call is no longer wanted or its
	// TimeoutSeconds are over; the runner itself turns the latter into
	// States.Timeout.
	Call(ctx context.Context, from Place, call machine.Call) machine.Outcome
}

// Place tells where a Call comes from. ExecutionArn and State with the Call's Visit
// are stable over retries: an idempotency key follows from them.
type Place struct {
	ExecutionArn string
	State        string
	Effect       machine.EffectID
}

// Limit is how long an Express execution may run (AWS, "Service quotas").
const Limit = 5 * time.Minute

// Run runs the program to its end and gives the ended execution. It ends as
// TimedOut after the program's TimeoutSeconds or [Limit], and as Aborted when
// ctx ends.
func Run(ctx context.Context, p *program.Program, b machine.Beginning, caller Caller) *machine.Execution {
	r := runner{caller: caller, arn: b.Origin.ID, limit: time.Now().Add(Limit)}
	return r.start(ctx, p, b)
}

// runner performs the effects of one execution.
type runner struct {
	execution *machine.Execution
	caller    Caller
	arn       string
	limit     time.Time

	calls    []*call
	waits    []wait
	outcomes chan done     // made with the first call on a goroutine
	gone     chan struct{} // closed when nobody reads outcomes any more
}

// call is a Call on its goroutine.
type call struct {
	id     machine.EffectID
	cancel context.CancelFunc
}

// wait is a Wait that has not fired.
type wait struct {
	id    machine.EffectID
	until time.Time
}

// done is a Call that has returned.
type done struct {
	id      machine.EffectID
	outcome machine.Outcome
}

func (r *runner) start(ctx context.Context, p *program.Program, b machine.Beginning) *machine.Execution {
	execution, effects := machine.Start(p, b)
	r.execution = execution
	if execution.Status() == machine.Running {
		r.run(ctx, effects)
	}
	return execution
}

func (r *runner) run(ctx context.Context, effects []machine.Effect) {
	defer r.leave()
	for {
		effects = r.perform(ctx, effects)
		switch {
		case r.execution.Status() != machine.Running:
			return
		case ctx.Err() != nil:
			r.execution.Stop(machine.Failure{}, time.Now())
			return
		case r.late():
			r.execution.TimeOut(time.Now())
			return
		case len(effects) > 0:
			// Performing in place gave an outcome, and that gave more to do.
		default:
			effects = r.next(ctx)
		}
	}
}

// perform begins effects. A Call with nothing else in flight runs right here,
// which saves a goroutine and a channel for the common execution.
func (r *runner) perform(ctx context.Context, effects []machine.Effect) []machine.Effect {
	alone := len(effects) == 1 && len(r.calls) == 0 && len(r.waits) == 0 && !r.execution.Busy()
	var next []machine.Effect
	for _, e := range effects {
		switch {
		case e.Cancel != 0:
			r.cancel(e.Cancel)
		case e.Wait != nil:
			r.waits = append(r.waits, wait{e.ID, e.Wait.Until})
		case e.Distribute != nil:
			next = append(next, r.refuse(e, "run a Distributed Map")...)
		case e.Call.Token != "":
			next = append(next, r.refuse(e, "wait for "+e.Call.Resource.String())...)
		case alone:
			callCtx, cancel := r.callContext(ctx, e.Call)
			outcome := r.attempt(callCtx, e)
			cancel()
			return r.land(ctx, done{e.ID, outcome})
		default:
			r.set(ctx, e)
		}
	}
	return next
}

// refuse fails what only Standard executions do.
func (r *runner) refuse(e machine.Effect, what string) []machine.Effect {
	f := machine.Fault(machine.ErrorRuntime, "An Express execution cannot "+what+".")
	return r.execution.Resume(e.ID, machine.Outcome{Failure: &f}, time.Now())
}

// callContext bounds one attempt by its TimeoutSeconds and the execution's limit.
func (r *runner) callContext(ctx context.Context, c *machine.Call) (context.Context, context.CancelFunc) {
	deadline := r.limit
	if c.TimeoutSeconds > 0 {
		if d := time.Now().Add(time.Duration(c.TimeoutSeconds) * time.Second); d.Before(deadline) {
			deadline = d
		}
	}
	return context.WithDeadline(ctx, deadline)
}

// attempt makes one attempt; one that outlasted its time is a States.Timeout,
// whatever the caller made of it.
func (r *runner) attempt(ctx context.Context, e machine.Effect) machine.Outcome {
	outcome := r.caller.Call(ctx, Place{ExecutionArn: r.arn, State: e.State, Effect: e.ID}, *e.Call)
	if ctx.Err() == context.DeadlineExceeded {
		return machine.Outcome{Failure: &machine.TimeoutFailure}
	}
	return outcome
}

// set begins a Call on a goroutine.
func (r *runner) set(ctx context.Context, e machine.Effect) {
	if r.outcomes == nil {
		r.outcomes, r.gone = make(chan done), make(chan struct{})
	}
	ctx, cancel := r.callContext(ctx, e.Call)
	r.calls = append(r.calls, &call{e.ID, cancel})
	go func() {
		outcome := r.attempt(ctx, e)
		select {
		case r.outcomes <- done{e.ID, outcome}:
		case <-r.gone:
		}
	}()
}

// next resumes the execution with whatever comes first. One that is busy goes
// on when nothing has come yet.
func (r *runner) next(ctx context.Context) []machine.Effect {
	at, first := r.limit, -1
	for i, w := range r.waits {
		if w.until.Before(at) {
			at, first = w.until, i
		}
	}
	if first >= 0 && !time.Now().Before(at) {
		return r.fire(r.waits[first].id)
	}
	if r.execution.Busy() {
		select {
		case d := <-r.outcomes:
			return r.land(ctx, d)
		default:
			return r.execution.Step(time.Now())
		}
	}
	timer := time.NewTimer(time.Until(at))
	defer timer.Stop()
	select {
	case d := <-r.outcomes:
		return r.land(ctx, d)
	case <-timer.C:
		if first >= 0 {
			return r.fire(r.waits[first].id)
		}
	case <-ctx.Done():
	}
	return nil
}

// land resumes with the outcome of a Call, unless the execution is over its
// limit or no longer wanted: the Call may have failed for that reason alone.
func (r *runner) land(ctx context.Context, d done) []machine.Effect {
	r.cancel(d.id)
	if ctx.Err() != nil || r.late() {
		return nil
	}
	return r.execution.Resume(d.id, d.outcome, time.Now())
}

// fire resumes with a Wait whose time has come.
func (r *runner) fire(id machine.EffectID) []machine.Effect {
	r.cancel(id)
	return r.execution.Resume(id, machine.Fired, time.Now())
}

// late reports that the limit is over.
func (r *runner) late() bool { return !time.Now().Before(r.limit) }

// cancel forgets a Call or Wait and ends it when it still runs.
func (r *runner) cancel(id machine.EffectID) {
	for i, c := range r.calls {
		if c.id == id {
			c.cancel()
			r.calls = append(r.calls[:i], r.calls[i+1:]...)
			return
		}
	}
	for i, w := range r.waits {
		if w.id == id {
			r.waits = append(r.waits[:i], r.waits[i+1:]...)
			return
		}
	}
}

// leave ends what still runs.
func (r *runner) leave() {
	for _, c := range r.calls {
		c.cancel()
	}
	if r.gone != nil {
		close(r.gone)
	}
}
