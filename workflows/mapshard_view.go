package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// answer lets the shard answer for its counts, which the Map Run learns when
// the shard ends.
func (s *mapShard) answer() error {
	return workflow.SetQueryHandlerWithOptions(s.ctx, wire.ShardQuery, func() (wire.ShardCounts, error) {
		return wire.ShardCounts{Number: s.in.Shard.Number, Items: s.state.Items, Executions: s.state.Executions}, nil
	}, workflow.QueryHandlerOptions{Description: "counts of items and executions so far"})
}
