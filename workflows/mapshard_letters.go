package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// mourn lets dead letters go out of items that failed or timed out, in a run without
// staging whose workers want them: its records travel with the result, and nobody
// else sees them one by one.
func (s *mapShard) mourn(ended []*shardItem) {
	if !s.in.Shard.Spec.Letters {
		return
	}
	for _, item := range ended {
		if status := item.record.Ended.Status; status == machine.Failed || status == machine.TimedOut {
			s.dead = append(s.dead, *item.record)
		}
	}
	if s.writing || len(s.dead) == 0 {
		return
	}
	bytes, n := 0, 0
	for n < len(s.dead) && bytes < segmentBytes {
		bytes += recordBytes(s.dead[n].Ended)
		n++
	}
	input := wire.WriteInput{Shard: s.in.Shard, Origin: s.in.Origin, Records: s.dead[:n:n]}
	s.dead = s.dead[n:]
	s.writing = true
	s.budget.spendValue(s.ctx, bytes)
	ctx := workflow.WithActivityOptions(s.ctx, chunkOptions("dead letters"))
	s.flights.add(workflow.ExecuteActivity(ctx, wire.WriteShardActivity, input), func(f workflow.Future) {
		s.writing = false
		if err := f.Get(ctx, nil); err != nil {
			s.dead = nil
			s.fail(plumbingFailure(err, machine.ErrorResultWriterFailed))
		}
	})
}
