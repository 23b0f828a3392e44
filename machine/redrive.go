package machine

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Redriving is how an execution that has ended goes on.
type Redriving struct {
	// Now is the time of the redrive.
	Now time.Time
	// Sink and Meter are as in [Beginning].
	Sink  Sink
	Meter Meter
	// MapRuns are the ARNs of those unfinished Map Runs (see
	// [Frame.UnfinishedMapRuns]) that can go on. NewMapRuns lets a new Map Run
	// over all items take the place of each other one, and of those Replaced.
	MapRuns    []string
	NewMapRuns bool
	Replaced   []string
}

// Redrive lets an execution that failed, timed out or was stopped go on where
// it stood, and gives its next effects. frame is the JSON of its last frame, the
// program that of its definition (AWS, "Restarting state machine executions with
// redrive").
//
// A state that was entered and not left is tried again, without a second event
// of its entering; branches and iterations that succeeded are not. Counters of
// retriers and all timeouts begin anew, but a Wait keeps its target. Variables,
// ids of effects and events, and random numbers go on. The error is a
// [NotRedrivableError], a [MapRunError], or that of a frame that cannot be read.
func Redrive(p *program.Program, frame []byte, r Redriving) (*Execution, []Effect, error) {
	e, err := Load(p, frame, r.Sink)
	if err != nil {
		return nil, nil, err
	}
	if err := e.frame.Redrivable(); err != nil {
		return nil, nil, err
	}
	f := e.frame
	e.meter, e.now, e.ready, e.waiting = r.Meter, r.Now, nil, map[EffectID]*Thread{}
	for _, run := range f.UnfinishedMapRuns() {
		if !r.NewMapRuns && !slices.Contains(r.MapRuns, run.MapRunArn) && !slices.Contains(r.Replaced, run.MapRunArn) {
			return nil, nil, &MapRunError{State: run.State, MapRunArn: run.MapRunArn}
		}
	}
	if f.startsOver() {
		f.Root.Children, f.Root.Pending, f.Root.MapRun = nil, nil, nil
	}
	f.Status, f.Output, f.Failure, f.Stopped = Running, value.Value{}, nil, time.Time{}
	f.Redrives++
	f.Redriven = r.Now
	told := e.recordRedriven()
	f.Root.each(func(t *Thread) {
		if t.MapRun = t.unfinished(); t.MapRun != nil && !slices.Contains(r.MapRuns, t.MapRun.MapRunArn) {
			t.MapRun = nil
		}
		e.again(t, told)
	})
	f.Timer = nil
	e.startTimer()
	return e, e.walk(), nil
}

// startTimer begins the time of the execution's TimeoutSeconds.
func (e *Execution) startTimer() {
	if e.program.Timeout() > 0 {
		timer := e.effect(Effect{Wait: &Wait{Until: e.now.Add(e.program.Timeout()), Reason: WaitForTimeout}})
		e.frame.Timer = &timer
	}
}

// again makes the thread ready to go on from where it stands, as if nothing had
// been tried yet. What it tells follows the event. It has to come ahead of its
// children, some of which it may have to begin.
func (e *Execution) again(t *Thread, event int64) {
	t.Pending, t.Spent, t.Token, t.LastEvent = nil, nil, "", event
	e.ready = append(e.ready, t)
}

// reenter goes on with a state that the thread has entered before a redrive.
func (e *Execution) reenter(t *Thread) {
	if t.Children != nil {
		e.begin(t)
		return
	}
	e.attempt(t)
}

// UnfinishedMapRun is a Map Run that would have to go on when its execution is
// redriven, and the state that it is of.
type UnfinishedMapRun struct {
	State string
	EndedMapRun
}

// UnfinishedMapRuns gives the Map Runs that ended without success, or with the
// runtime, and that a redrive would go on with.
func (f *Frame) UnfinishedMapRuns() (all []UnfinishedMapRun) {
	if f.Root == nil || f.startsOver() {
		return nil
	}
	f.Root.each(func(t *Thread) {
		if run := t.unfinished(); run != nil {
			all = append(all, UnfinishedMapRun{t.State, *run})
		}
	})
	return all
}

// unfinished gives the thread's Map Run, nil when there is none to go on with.
func (t *Thread) unfinished() *EndedMapRun {
	if p := t.Pending; p != nil && p.Distribute != nil {
		return &EndedMapRun{p.Distribute.MapRunArn, p.Distribute.Redrives}
	}
	return t.MapRun
}

// startsOver reports that the outermost state runs again as a whole.
func (f *Frame) startsOver() bool {
	return f.Failure != nil && f.Failure.Name() == ErrorDataLimitExceeded
}

// MapRunError is a Map Run of a state that can neither go on nor be replaced.
type MapRunError struct{ State, MapRunArn string }

func (e *MapRunError) Error() string {
	return fmt.Sprintf("the Distributed Map %q would have to go on with those items of %s that did not succeed", e.State, e.MapRunArn)
}

// NotRedrivableError says in AWS's words why an execution cannot be redriven
// (AWS API, DescribeExecution: redriveStatusReason).
type NotRedrivableError struct{ Reason string }

func (e *NotRedrivableError) Error() string { return e.Reason }

// Redrivable gives nil when the execution may be redriven, or a
// [NotRedrivableError]. AWS's limit on the age of an execution is not the
// machine's; that on events is kept by strict executions.
func (f *Frame) Redrivable() error {
	switch {
	case f.Status == Running || f.Status == Succeeded:
		return &NotRedrivableError{"Execution is " + string(f.Status) + " and cannot be redriven"}
	case f.Origin.Express:
		return &NotRedrivableError{"Execution is of type EXPRESS and cannot be redriven"}
	case f.Origin.Strict && f.LastEvent >= strictEvents-1:
		return &NotRedrivableError{"Execution history event limit exceeded"}
	}
	return nil
}
