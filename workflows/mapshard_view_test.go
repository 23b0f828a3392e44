package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

func TestShardTellsItsCounts(t *testing.T) {
	states := `{"StartAt": "Choose", "States": {
		"Choose": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericLessThan": 160, "Next": "Work"}], "Default": "Rest"},
		"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true},
		"Rest": {"Type": "Wait", "Seconds": 100000, "End": true}}}`
	for _, leaf := range []program.LeafKind{program.PackedShard, program.ChildWorkflow} {
		t.Run(string(leaf), func(t *testing.T) {
			fake := newMapFake(200, 100)
			fake.call = func(task wire.Task) machine.Outcome {
				if task.Call.Input.String() == "107" {
					return machine.Outcome{Failure: fault("No", "")}
				}
				return machine.Outcome{Output: task.Call.Input}
			}
			in := shardInputOf(leaf, standardProcessor(states))
			in.Shard.Number = 1
			s := simulateShard(t, fake, Options{})
			var told wire.ShardCounts
			ask := func() {

				answer, err := s.QueryWorkflow(wire.ShardQuery)
				require.NoError(t, err)
				require.NoError(t, answer.Get(&told))
			}
			s.RegisterDelayedCallback(ask, time.Minute)
			result := s.run(in)
			sofar := wire.Counts{Succeeded: 59, Failed: 1}
			assert.Equal(t, wire.ShardCounts{Number: 1, Items: sofar, Executions: sofar, Running: new(int64(40))}, told)
			ask() // the workflow has ended
			assert.Equal(t, wire.ShardCounts{Number: 1, Items: result.Items, Executions: result.Executions, Running: new(int64(0))}, told)
		})
	}
}
