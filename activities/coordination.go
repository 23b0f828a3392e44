package activities

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

const (
	// askPause is how long it takes until a Map Run is asked again what its express
	// shards have to keep to, and told how they stand.
	askPause = time.Second
	// askTime bounds how long the workflow of a Map Run may take to answer.
	askTime = 3 * time.Second
	// firstAsks is how often it is asked before a shard starts that may have been
	// told something since it was scheduled.
	firstAsks = 3
	// failuresPause is how long failures gather before they are told again; it
	// grows with the time that a shard runs.
	failuresPause = 5 * time.Second
)

// Coordinator is how express shards talk to the workflow of their Map Run.
type Coordinator interface {
	// Limits gives what shards have to keep to instead of their input.
	Limits(ctx context.Context, mapRunID string) ([]wire.ShardLimits, error)
	// Tell sends a signal.
	Tell(ctx context.Context, mapRunID, signal string, report any) error
}

// temporalCoordinator talks through Temporal: it asks by a query, which leaves
// nothing in history.
type temporalCoordinator struct{ client client.Client }

func (c temporalCoordinator) Limits(ctx context.Context, mapRunID string) (limits []wire.ShardLimits, err error) {
	answer, err := c.client.QueryWorkflow(ctx, mapRunID, "", wire.LimitsQuery)
	if err == nil {
		err = answer.Get(&limits)
	}
	return limits, err
}

func (c temporalCoordinator) Tell(ctx context.Context, mapRunID, signal string, report any) error {
	return c.client.SignalWorkflow(ctx, mapRunID, "", signal, report)
}

// coordinations are the Map Runs of the express shards that run in this process.
// However many these are, a Map Run is asked once a second.
type coordinations struct {
	mu     sync.Mutex
	of     map[string]*coordination
	failed func(mapRunID string, err error)
}

// coordination is one of them.
type coordination struct {
	Coordinator
	mapRunID string
	mu       sync.Mutex
	shards   []*shardRun
	failures map[*shardRun]toldFailures
	end      context.CancelFunc
}

type toldFailures struct {
	failed int64
	at     time.Time
}

// join lets the Map Run have its say about a shard until leave is called.
func (c *coordinations) join(by Coordinator, r *shardRun) (leave func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := r.in.MapRunID
	one := c.of[id]
	if one == nil {
		ctx, cancel := context.WithCancel(context.Background())
		one = &coordination{Coordinator: by, mapRunID: id, failures: map[*shardRun]toldFailures{}, end: cancel}
		c.of[id] = one
		go one.run(ctx, c.failed)
	}
	one.mu.Lock()
	one.shards = append(one.shards, r)
	one.mu.Unlock()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		one.mu.Lock()
		defer one.mu.Unlock()
		one.shards = slices.DeleteFunc(one.shards, func(other *shardRun) bool { return other == r })
		delete(one.failures, r)
		if len(one.shards) == 0 && c.of[id] == one {
			one.end()
			delete(c.of, id)
		}
	}
}

// run asks and tells from time to time until ctx ends.
func (c *coordination) run(ctx context.Context, failed func(string, error)) {
	ticker := time.NewTicker(askPause)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if err := c.ask(ctx); err != nil && ctx.Err() == nil {
			failed(c.mapRunID, err)
		}
		for _, r := range c.present() {
			c.tell(ctx, r)
		}
	}
}

func (c *coordination) present() []*shardRun {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.shards)
}

// ask asks what the shards have to keep to.
func (c *coordination) ask(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	limits, err := c.Limits(asking, c.mapRunID)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, r := range c.present() {
		r.obey(limits, now)
	}
	return nil
}

// tell tells of a shard what it still holds, and how many of its items have
// failed. What cannot be told now is told the next time.
func (c *coordination) tell(ctx context.Context, r *shardRun) {
	if report, due := r.gate.held(); due && c.Tell(ctx, c.mapRunID, wire.HeldSignal, report) == nil {
		r.gate.heldTold(report)
	}
	failed, now := r.failed(), time.Now()
	c.mu.Lock()
	told := c.failures[r]
	c.mu.Unlock()
	if failed <= told.failed || told.failed > 0 && now.Sub(told.at) < max(failuresPause, now.Sub(r.began)/8) {
		return
	}
	if c.Tell(ctx, c.mapRunID, wire.FailuresSignal, wire.FailuresReport{Number: r.in.Shard.Number, Failed: failed}) == nil {
		c.mu.Lock()
		if slices.Contains(c.shards, r) {
			c.failures[r] = toldFailures{failed, now}
		}
		c.mu.Unlock()
	}
}

// obey takes those of the limits that are the shard's.
func (r *shardRun) obey(limits []wire.ShardLimits, now time.Time) {
	for _, l := range limits {
		if l.Number == r.in.Shard.Number {
			r.gate.obey(l, now)
		}
	}
}

// failed gives how many items have failed up to now.
func (r *shardRun) failed() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now.Result.Items.Unsuccessful()
}

// coordinate lets the Map Run have its say about the shard until leave is
// called. One that may have been told something since it was scheduled asks
// before it starts anything.
func (m *Maps) coordinate(ctx context.Context, r *shardRun) (leave func()) {
	by := m.Coordinator
	if by == nil {
		by = temporalCoordinator{activity.GetClient(ctx)}
	}
	if info := activity.GetInfo(ctx); info.Attempt > 1 || info.StartedTime.Sub(info.ScheduledTime) > askPause {
		for range firstAsks {
			asking, cancel := context.WithTimeout(ctx, askTime)
			limits, err := by.Limits(asking, r.in.MapRunID)
			cancel()
			if err == nil {
				r.obey(limits, time.Now())
				break
			}
			m.unanswered(r.in.MapRunID, err)
		}
	}
	return m.coordinations.join(by, r)
}

// unanswered notes that a Map Run could not be asked: its shards go on with what
// they know.
func (m *Maps) unanswered(mapRunID string, err error) {
	m.Log.Debug("the Map Run does not tell its limits now", "mapRun", mapRunID, "error", err)
}
