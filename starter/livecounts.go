package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/converter"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

const (
	// shardTime bounds how long the shards of a Map Run may take to answer.
	shardTime = time.Second
	// askedAgain is how many shards are asked again at one look, in turn: each
	// question is work for a worker.
	askedAgain = 20
)

// liveCounts are the counts of a Map Run with those of the shards that still
// run, which the Map Run itself learns when they end. The zero liveCounts is
// ready to be looked at; looked at again, what has succeeded never becomes fewer
// while the Map Run goes on.
type liveCounts struct {
	wire.MapRunDescription
	// shards is the furthest that is known of each running shard. One that
	// answers no more, for it has just ended, still counts.
	shards map[int]wire.ShardCounts
	// turn is where, among the running shards, to go on asking.
	turn int
	// trouble says what keeps failing and is tried again, "" for nothing.
	trouble string
}

// lookAt asks a Map Run, and those shards that run by its word: what a shard does
// between the two questions is counted once. It takes a worker to answer;
// shards that do not are left as they were.
func (n *cluster) lookAt(ctx context.Context, workflowID string, l *liveCounts) error {
	d, err := n.queryMapRun(ctx, workflowID)
	if err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, shardTime)
	defer cancel()
	pending := n.pendingActivities(asking, workflowID)
	l.trouble = troubleOf(pending)
	var told []wire.ShardCounts
	if d.Leaf == program.ExpressBatch {
		told = beatingShards(pending)
	} else if len(d.RunningShards) > 0 {
		told = n.queryShards(asking, workflowID, l.next(d.RunningShards))
	}
	l.take(d, told)
	return nil
}

// pendingActivities gives what a Map Run waits for, nil when nobody tells.
func (n *cluster) pendingActivities(ctx context.Context, mapRunID string) []*workflowpb.PendingActivityInfo {
	described, err := n.DescribeWorkflowExecution(ctx, mapRunID, "")
	if err != nil {
		return nil
	}
	return described.GetPendingActivities()
}

// troubleOf names the first activity that has failed and is tried again, such
// as the planning of a Map Run whose S3 cannot be reached. Tasks are not meant:
// they fail and are retried as their definition says.
func troubleOf(pending []*workflowpb.PendingActivityInfo) string {
	for _, p := range pending {
		name, own := strings.CutPrefix(p.GetActivityType().GetName(), "stepwell:")
		if failure := p.GetLastFailure(); own && failure != nil && p.GetAttempt() > 1 {
			return fmt.Sprintf("%s has failed and is tried again: %s", name, failure.GetMessage())
		}
	}
	return ""
}

// queryShards asks the workflows of shards, all at once, and gives what those
// say that answer.
func (n *cluster) queryShards(ctx context.Context, mapRunID string, shards []wire.RunningShard) (told []wire.ShardCounts) {
	answers := make([]*wire.ShardCounts, len(shards))
	var asking sync.WaitGroup
	for i, shard := range shards {
		asking.Go(func() {
			var counts wire.ShardCounts
			answer, err := n.QueryWorkflow(ctx, wire.ShardID(mapRunID, shard.Number), "", wire.ShardQuery)
			if err == nil && answer.Get(&counts) == nil {
				answers[i] = &counts
			}
		})
	}
	asking.Wait()
	for _, counts := range answers {
		if counts != nil {
			told = append(told, *counts)
		}
	}
	return told
}

// beatingShards reads what the activities of express shards have told with
// their heartbeats. It takes no worker.
func beatingShards(pending []*workflowpb.PendingActivityInfo) (told []wire.ShardCounts) {
	for _, p := range pending {
		details := p.GetHeartbeatDetails().GetPayloads()
		var counts wire.ShardCounts
		if p.GetActivityType().GetName() == wire.ExpressShardActivity && len(details) > 1 &&
			converter.GetDefaultDataConverter().FromPayload(details[1], &counts) == nil && counts.Items.Total() > 0 {
			told = append(told, counts)
		}
	}
	return told
}

// next gives the running shards to ask: all of them at the first look.
func (l *liveCounts) next(running []wire.RunningShard) []wire.RunningShard {
	if l.shards == nil || len(running) <= askedAgain {
		return running
	}
	asked := make([]wire.RunningShard, askedAgain)
	for i := range asked {
		asked[i] = running[(l.turn+i)%len(running)]
	}
	l.turn = (l.turn + askedAgain) % len(running)
	return asked
}

// take takes in what the Map Run has told of itself, and then shards of
// themselves.
func (l *liveCounts) take(d wire.MapRunDescription, told []wire.ShardCounts) {
	latest := make(map[int]wire.ShardCounts, len(told))
	for _, counts := range told {
		latest[counts.Number] = counts
	}
	shards := make(map[int]wire.ShardCounts, len(d.RunningShards))
	for _, shard := range d.RunningShards {
		counts := l.shards[shard.Number]
		// A shard that begins anew, since its worker was lost, has to catch up.
		if now := latest[shard.Number]; now.Items.Total() > counts.Items.Total() && now.Items.Total() <= shard.Items {
			counts = now
		}
		shards[shard.Number] = counts
		ended, endedExecutions := counts.Items, counts.Executions
		if shard.Again {
			ended, endedExecutions = ended.PutBack(), endedExecutions.PutBack()
		}
		d.Items, d.Executions = d.Items.Add(ended), d.Executions.Add(endedExecutions)
		executions, items := shard.Running(counts)
		assumedExecutions, assumedItems := shard.Running(wire.ShardCounts{})
		d.ExecutionsRunning += executions - assumedExecutions
		d.Running += items - assumedItems
		// Those that were started before stand ahead of those that were not.
		waiting := max(shard.Redrives-counts.Items.Total()-items, 0)
		d.Items.PendingRedrive += waiting
		switch {
		case shard.Executions == 0 || shard.Executions == shard.Items:
			d.Executions.PendingRedrive += waiting
		case shard.Redrives == shard.Items:
			d.Executions.PendingRedrive += max(shard.Executions-counts.Executions.Total()-executions, 0)
		}
	}
	l.shards = shards
	// What has not ended and does not run is pending.
	d.Items.Pending = max(d.Total-d.Items.Ended()-d.Items.PendingRedrive-d.Running, 0)
	// Only those that succeeded are never fewer: others may be put back.
	if d.Status == machine.Running && d.Items.Succeeded < l.Items.Succeeded {
		return // the work of a shard was lost; what was told stands until the rest has caught up
	}
	l.MapRunDescription = d
}
