package main

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The baseline for STANDARD items: a child workflow per item with one activity,
// which is the usual way to give every item a durable execution with an id, a
// status and a history of its own.
//
// It is fair, or more than that. A sliding window keeps enough children in
// flight to saturate the server without queueing: 50 of them, since 20, 100 and
// 200 were slower on two cores. The parent is sharded, so that no history grows
// long. Activities may start eagerly, on the worker that has the child, without
// a way through the task queue. Results are small and only their sum is kept;
// there is neither input from S3 nor output to it.
const (
	childShards = 2
	childWindow = 25
)

// childPerItem is the contender.
func childPerItem() contender {
	return baseline("by hand: a child workflow per item", "OrdersByChild")
}

// OrdersByChild runs the shards of the orders, and gives the sum of the prices.
func OrdersByChild(ctx workflow.Context, all orders) (int, error) {
	shards := all.shards()
	return slide(ctx, childShards, len(shards), func(i int) workflow.ChildWorkflowFuture {
		return workflow.ExecuteChildWorkflow(ctx, OrdersShardByChild, shards[i])
	})
}

// OrdersShardByChild runs a workflow for each order of a shard.
func OrdersShardByChild(ctx workflow.Context, shard orders) (int, error) {
	parent := workflow.GetInfo(ctx).WorkflowExecution.ID
	return slide(ctx, childWindow, shard.To-shard.From, func(i int) workflow.ChildWorkflowFuture {
		o := orderOf(shard.From + i)
		child := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowID: fmt.Sprintf("%s/%s", parent, o.OrderID)})
		return workflow.ExecuteChildWorkflow(child, PriceOrder, o)
	})
}

// PriceOrder is one item: one activity.
func PriceOrder(ctx workflow.Context, o order) (int, error) {
	var price int
	err := workflow.ExecuteActivity(priced(ctx), (*Pricer).Price, o).Get(ctx, &price)
	return price, err
}

// priced are the options of the activity.
func priced(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute,
		RetryPolicy:         &temporal.RetryPolicy{MaximumAttempts: 3},
	})
}

// slide runs n futures, at most window at once, and adds up their results.
func slide[F workflow.Future](ctx workflow.Context, window, n int, start func(int) F) (total int, err error) {
	selector := workflow.NewSelector(ctx)
	next, running := 0, 0
	for next < n || running > 0 {
		for ; next < n && running < window; next++ {
			running++
			selector.AddFuture(start(next), func(f workflow.Future) {
				var result int
				if failed := f.Get(ctx, &result); failed != nil && err == nil {
					err = failed
				}
				total += result
				running--
			})
		}
		selector.Select(ctx)
		if err != nil {
			return 0, err
		}
	}
	return total, nil
}
