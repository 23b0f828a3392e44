package activities

import (
	"context"
	"maps"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/seed-a99ddb6e/stepwell/activities/breaker"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

const (
	// leastNotice and longestNotice bound for how long a shard is told to hold. As
	// long as it holds it is told nothing more, so the first bounds how often it is
	// told anything, and the second what a service that is away for days puts into
	// the history of a shard, which cannot continue as new while it has items.
	leastNotice   = 5 * time.Second
	longestNotice = 5 * time.Minute
	// noticeTime bounds how long a Task waits until the shard has been told.
	noticeTime = 5 * time.Second
)

// shardNotices tell shards whose items have workflows of their own that whom the
// items call is away. However many items of a shard find that out, it is told once
// in a while by each process. It is safe for concurrent use; nil tells nobody.
type shardNotices struct {
	// tell sends a notice.
	tell func(context.Context, wire.ShardRun, wire.CircuitReport) error

	mu sync.Mutex
	of map[wire.ShardRun]shardNotice
}

// shardNotice is the latest that a shard was told.
type shardNotice struct {
	// circuit is whose state it was told of.
	circuit *breaker.Circuit
	until   time.Time
	// vain is how many notices there have been since a Call went through.
	vain int
}

// shardCall is an attempt of a Task: the shard that its item belongs to, the
// circuit of whom it calls, and when it began by this process's clock.
type shardCall struct {
	shard   wire.ShardRun
	circuit *breaker.Circuit
	began   time.Time
}

// tellShard tells one run of a shard's workflow.
func tellShard(ctx context.Context, shard wire.ShardRun, report wire.CircuitReport) error {
	return activity.GetClient(ctx).SignalWorkflow(ctx, shard.ID, shard.RunID, wire.CircuitSignal, report)
}

// after takes what an attempt says of whom it called. wait is that of [once]; an
// attempt that has opened the circuit itself has none.
func (n *shardNotices) after(ctx context.Context, call shardCall, outcome machine.Outcome, wait time.Duration) {
	switch {
	case n == nil || call.shard.ID == "" || call.circuit == nil:
		return
	case wait > 0:
	case outcome.Failure == nil:
		n.works(call)
		return
	default:
		wait = call.circuit.Rest()
	}
	now := time.Now()
	hold, due := n.next(call, wait, now)
	if !due {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noticeTime)
	defer cancel()
	// The workflow goes by the server's clock.
	until := activity.GetInfo(ctx).StartedTime.Add(now.Sub(call.began)).Add(hold)
	if err := n.tell(ctx, call.shard, wire.CircuitReport{Until: until.UTC()}); err != nil {
		n.missed(call.shard, now)
		logger(ctx).Warn("a shard cannot be told that whom its items call is away", "shard", call.shard.ID, "error", err)
	}
}

// works notes that a Call went through.
func (n *shardNotices) works(call shardCall) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if was, told := n.of[call.shard]; told && was.circuit == call.circuit && was.vain > 0 {
		was.vain = 0
		n.of[call.shard] = was
	}
}

// next gives for how long the shard is to hold, and whether it is to be told now:
// for what the circuit asks for, and longer the more often that was in vain.
func (n *shardNotices) next(call shardCall, wait time.Duration, now time.Time) (hold time.Duration, due bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	was, told := n.of[call.shard]
	if wait == 0 || told && now.Before(was.until) {
		return 0, false
	}
	next := shardNotice{circuit: call.circuit, vain: 1}
	if told && was.circuit == call.circuit {
		next.vain = was.vain + 1
	}
	hold = max(leastNotice, wait, min(wait<<min(next.vain-1, 10), longestNotice))
	next.until = now.Add(hold)
	if n.of == nil {
		n.of = map[wire.ShardRun]shardNotice{}
	}
	maps.DeleteFunc(n.of, func(_ wire.ShardRun, old shardNotice) bool { return now.Sub(old.until) > longestNotice })
	n.of[call.shard] = next
	return hold, true
}

// missed lets a notice that did not arrive be given again before long.
func (n *shardNotices) missed(shard wire.ShardRun, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	was := n.of[shard]
	was.until = now.Add(leastNotice)
	n.of[shard] = was
}
