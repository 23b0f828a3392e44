package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"
)

// flights are the futures that a workflow waits for, in the order of their
// start. One wait serves them all: a workflow task costs one pass over the
// futures, whereas a selector registers and takes back a callback for each of
// them on every event.
type flights struct{ list []flight }

type flight struct {
	future workflow.Future
	land   func(workflow.Future)
}

// add lets land be called once when the future is ready.
func (f *flights) add(future workflow.Future, land func(workflow.Future)) {
	f.list = append(f.list, flight{future, land})
}

// wait blocks until a future is ready or woken gives true, which may look at
// signals and cancellation. It lands nothing: whoever waits takes the signals
// first, since a child reports by a signal before it ends, and both may have
// come with one workflow task. ctx should be one that is not cancelled with the
// workflow.
func (f *flights) wait(ctx workflow.Context, woken func() bool) error {
	return workflow.Await(ctx, func() bool { return woken() || f.ready() })
}

func (f *flights) ready() bool {
	return slices.ContainsFunc(f.list, func(flight flight) bool { return flight.future.IsReady() })
}

// landingsPerTurn is how many futures land before the workflow yields: a result
// may take milliseconds to decode.
const landingsPerTurn = 20

// landReady lands what is ready, in the order of start. What a landing adds
// waits for the next time.
func (f *flights) landReady(ctx workflow.Context) {
	var ready []flight
	f.list = slices.DeleteFunc(f.list, func(flight flight) bool {
		if !flight.future.IsReady() {
			return false
		}
		ready = append(ready, flight)
		return true
	})
	for i, flight := range ready {
		if i%landingsPerTurn == landingsPerTurn-1 {
			yield(ctx)
		}
		flight.land(flight.future)
	}
}
