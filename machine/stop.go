package machine

import "time"

// Stop ends the execution as Aborted, with the given failure (which may be
// empty), and gives the Cancels of all effects in flight.
func (e *Execution) Stop(f Failure, now time.Time) []Effect {
	e.now = now
	if e.frame.Status != Running {
		return nil
	}
	e.abandon(e.frame.Root)
	e.frame.Status, e.frame.Failure = Aborted, &f
	e.close()
	e.recordAborted(f)
	e.ready = nil
	return e.take()
}

// TimeOut ends a running execution as TimedOut because a limit of its runtime
// is over, and gives the Cancels of all effects in flight.
func (e *Execution) TimeOut(now time.Time) []Effect {
	e.now = now
	e.timeOut()
	return e.take()
}

// timeOut ends the execution because its TimeoutSeconds are over.
func (e *Execution) timeOut() {
	if e.frame.Status != Running {
		return
	}
	e.abandon(e.frame.Root)
	f := Failure{Error: timeoutName}
	e.frame.Status, e.frame.Failure = TimedOut, &f
	e.close()
	e.recordTimedOut()
	e.ready = nil
}

// abandon stops what the thread and those below it wait for.
func (e *Execution) abandon(t *Thread) {
	if t == nil {
		return
	}
	if t.Children != nil {
		for _, child := range t.Children.Active {
			e.abandon(child)
			e.recordChildAborted(child)
		}
	}
	t.gone = true
	e.recordStateAborted(t)
	if t.Pending != nil {
		e.effects = append(e.effects, Effect{Cancel: t.Pending.ID})
		e.settle(t)
	}
}
