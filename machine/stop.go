package machine

import "time"

// Stop ends the execution as Aborted, with the given failure (which may be
// empty), and gives the Cancels of all effects in flight.
func (e *Execution) Stop(f Failure, now time.Time) []Effect {
	e.now = now
	if e.frame.Status != Running {
		return nil
	}
	e.abandonAll()
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
	e.abandonAll()
	f := Failure{Error: timeoutName}
	e.frame.Status, e.frame.Failure = TimedOut, &f
	e.close()
	e.recordTimedOut()
	e.ready = nil
}

// abandonAll stops everything. The history has nothing of it but the end.
func (e *Execution) abandonAll() {
	e.silent = true
	e.abandon(e.frame.Root, 0)
	e.silent = false
}

// abandon stops what the thread and those below it wait for. Its events follow
// the one that tells why.
func (e *Execution) abandon(t *Thread, after int64) {
	if t == nil {
		return
	}
	if t.Children != nil {
		for _, child := range t.Children.Active {
			e.recordChildAborted(child, after)
			e.abandon(child, after)
		}
	}
	t.gone = true
	e.recordStateAborted(t, after)
	if t.EnteredEvent > 0 {
		e.stateEnded(t, Aborted, "")
	}
	if t.Pending != nil {
		e.effects = append(e.effects, Effect{Cancel: t.Pending.ID})
		e.settle(t)
	}
}
