package main

import (
	"go.temporal.io/sdk/workflow"
)

// The cheaper baseline: an activity per item, without a workflow of its own. An
// item then has neither an id nor a status nor a history that could be looked
// up, and only one step; it is what one writes when that is enough.
//
// It is fair: sharded, with a window wide enough to keep server and worker
// busy, eager starts of activities, small results, no S3.
const (
	activityShards = 4
	activityWindow = 50
)

// activityPerItem is the contender.
func activityPerItem() contender {
	return baseline("by hand: an activity per item", "OrdersByActivity")
}

// OrdersByActivity runs the shards of the orders, and gives the sum of the prices.
func OrdersByActivity(ctx workflow.Context, all orders) (int, error) {
	shards := all.shards()
	return slide(ctx, activityShards, len(shards), func(i int) workflow.ChildWorkflowFuture {
		return workflow.ExecuteChildWorkflow(ctx, OrdersShardByActivity, shards[i])
	})
}

// OrdersShardByActivity runs an activity for each order of a shard.
func OrdersShardByActivity(ctx workflow.Context, shard orders) (int, error) {
	ctx = priced(ctx)
	return slide(ctx, activityWindow, shard.To-shard.From, func(i int) workflow.Future {
		return workflow.ExecuteActivity(ctx, (*Pricer).Price, orderOf(shard.From+i))
	})
}
