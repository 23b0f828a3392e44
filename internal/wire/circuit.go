package wire

import "time"

// ShardRun names a run of a shard's workflow. The activity of a Task has it as its
// second argument, after the [Task], where the Task is one of an item with a
// workflow of its own: a shard goes on in another run only when it has no items.
type ShardRun struct {
	ID    string `json:"id"`
	RunID string `json:"runId"`
}

// CircuitReport tells a shard that whom its items call is not to be called now.
type CircuitReport struct {
	// Until is when that is worth another try, by the server's clock.
	Until time.Time `json:"until"`
}
