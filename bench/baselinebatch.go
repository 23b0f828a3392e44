package main

import (
	"context"
	"sync"

	"go.temporal.io/sdk/workflow"
)

// The cheapest baseline: an activity for a batch of items, which it processes
// on goroutines. There is nothing durable about an item: when a worker is lost,
// its batches run again from their beginning, and every call in them with them.
// It is here to show what that costs less, not as an equal.
const (
	batchSize   = 500
	batchWindow = 8
	// batchCalls is how many items of a batch are under way at once.
	batchCalls = 50
)

// batchOfItems is the contender.
func batchOfItems() contender { return baseline("by hand: an activity per batch", "OrdersByBatch") }

// OrdersByBatch runs an activity for each batch of the orders, and gives the
// sum of the prices.
func OrdersByBatch(ctx workflow.Context, all orders) (int, error) {
	ctx = priced(ctx)
	batches := (all.To - all.From + batchSize - 1) / batchSize
	return slide(ctx, batchWindow, batches, func(i int) workflow.Future {
		from := all.From + i*batchSize
		return workflow.ExecuteActivity(ctx, (*Pricer).PriceBatch, orders{from, min(from+batchSize, all.To)})
	})
}

// PriceBatch asks for the prices of a stretch of orders and gives their sum.
func (p *Pricer) PriceBatch(ctx context.Context, batch orders) (total int, err error) {
	numbers := make(chan int)
	var lock sync.Mutex
	var running sync.WaitGroup
	for range batchCalls {
		running.Go(func() {
			for i := range numbers {
				price, failed := p.Price(ctx, orderOf(i))
				lock.Lock()
				total += price
				if err == nil {
					err = failed
				}
				lock.Unlock()
			}
		})
	}
	for i := batch.From; i < batch.To; i++ {
		numbers <- i
	}
	close(numbers)
	running.Wait()
	return total, err
}
