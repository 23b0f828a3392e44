package machine

import (
	"time"

	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// Event is one event of an execution's history as AWS writes it
// (AWS API, HistoryEvent).
type Event struct {
	ID       int64
	Previous int64
	Type     string
	Time     time.Time
	// Member names the details member, such as stateEnteredEventDetails; empty
	// when the type has none.
	Member  string
	Details value.Value
}

// Sink receives the events of an execution in the order of their ids.
type Sink interface {
	Record(Event)
}
