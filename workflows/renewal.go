package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

const (
	// patience is how long an execution starts nothing new so that what is in
	// flight can end before it continues as new.
	patience = time.Minute
	// breatherEvents and breatherBytes are how much history may grow after
	// patience was lost, before the next try.
	breatherEvents = 4_096
	breatherBytes  = 4 << 20
	// urgentEvents and urgentBytes are where patience has no end any more; the
	// server terminates at 51,200 events and 50 MiB.
	urgentEvents = 40_000
	urgentBytes  = 40 << 20
	// lastEvents and lastBytes are where an execution that cannot continue as
	// new fails by itself.
	lastEvents = 49_000
	lastBytes  = 47 << 20
)

// renewalSuggested reports whether a history is so long that its workflow should
// continue as new: in the server's view, or after a number of events. Both come
// from history and so are the same in a replay.
func renewalSuggested(info *workflow.Info, after int) bool {
	if after > 0 {
		return info.GetCurrentHistoryLength() >= after
	}
	return info.GetContinueAsNewSuggested()
}

// renewal decides when an execution continues as new: at the server's
// suggestion, as soon as nothing is in flight that the next run could not take
// over. A Call that takes long does not hold the others up for ever.
type renewal struct {
	// after is [Options].ContinueAfter.
	after int
	// events and bytes are where history must be before the next try.
	events, bytes int
	// waiting is set while the execution drains.
	waiting bool
	// refused is why the execution could not continue as new, "" when it could.
	refused string
}

// due reports whether the execution should drain and continue as new; tired
// asks for it whatever the length of the history.
func (r *renewal) due(ctx workflow.Context, tired bool) bool {
	info := workflow.GetInfo(ctx)
	events, bytes := info.GetCurrentHistoryLength(), info.GetCurrentHistorySize()
	if events < r.events && bytes < r.bytes {
		return false
	}
	if urgent(info) {
		return true
	}
	return tired || renewalSuggested(info, r.after)
}

// exhausted reports that the run can hold no more, whatever becomes of the
// execution.
func (r *renewal) exhausted(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return r.refused != "" && (info.GetCurrentHistoryLength() >= lastEvents || info.GetCurrentHistorySize() >= lastBytes)
}

// drain begins to be patient, unless it has begun.
func (r *renewal) drain(ctx workflow.Context, flights *flights) {
	if r.waiting {
		return
	}
	r.waiting = true
	future := workflow.NewTimerWithOptions(ctx, patience, workflow.TimerOptions{Summary: "continue as new later"})
	flights.add(future, func(workflow.Future) {
		if !urgent(workflow.GetInfo(ctx)) {
			r.postpone(ctx)
		}
	})
}

// refuse notes why the execution could not continue as new, and that it should
// try again later.
func (r *renewal) refuse(ctx workflow.Context, err error) {
	r.refused = err.Error()
	r.postpone(ctx)
}

func urgent(info *workflow.Info) bool {
	return info.GetCurrentHistoryLength() >= urgentEvents || info.GetCurrentHistorySize() >= urgentBytes
}

// postpone lets the execution go on in this run for a while.
func (r *renewal) postpone(ctx workflow.Context) {
	info := workflow.GetInfo(ctx)
	r.events, r.bytes = info.GetCurrentHistoryLength()+breatherEvents, info.GetCurrentHistorySize()+breatherBytes
	r.waiting = false
}
