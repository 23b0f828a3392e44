package workflows

import (
	"encoding/json"
	"fmt"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// mapShardState is what a shard remembers over continue-as-new, which happens
// when no item is in progress: items that have not been started are read again.
type mapShardState struct {
	// From is the item to read next, Read tells that there is none.
	From int64 `json:"from,omitempty"`
	Read bool  `json:"read,omitempty"`
	// Segment is the number of the next part files.
	Segment    int         `json:"segment,omitempty"`
	Items      wire.Counts `json:"items"`
	Executions wire.Counts `json:"executions"`
	Parts      wire.Parts  `json:"parts,omitempty"`
	// Records stand instead of parts in a run without staging; RecordBytes is
	// about their size.
	Records     []wire.Record `json:"records,omitempty"`
	RecordBytes int           `json:"recordBytes,omitempty"`
	// Rest is what is kept for the redrive of executions that did not succeed,
	// RestItems that itself in a run without staging.
	Rest      wire.RestParts   `json:"rest,omitempty"`
	RestItems []wire.ItemInput `json:"restItems,omitempty"`
	// LastingItems and LastingExecutions are those that cannot be redriven.
	LastingItems      wire.Counts `json:"lastingItems,omitzero"`
	LastingExecutions wire.Counts `json:"lastingExecutions,omitzero"`
	// Limits are the latest that the Map Run has told of; nil for those of the
	// input. Rate paces the start of items.
	Limits *wire.ShardLimits `json:"limits,omitempty"`
	Rate   machine.Rate      `json:"rate,omitzero"`
}

func loadMapShardState(in wire.ShardInput) (mapShardState, error) {
	var s mapShardState
	if in.Progress == nil {
		s.Rate = in.Rate
		return s, nil
	}
	if err := json.Unmarshal([]byte(in.Progress.String()), &s); err != nil {
		return s, fmt.Errorf("the progress of a shard cannot be read: %w", err)
	}
	return s, nil
}

func (s *mapShardState) text() (*wire.Text, error) {
	content, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("the progress of a shard cannot be written: %w", err)
	}
	text := wire.PlainText(string(content))
	return &text, nil
}
