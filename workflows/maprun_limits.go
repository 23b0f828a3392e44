package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// This file lets the limits of a Map Run change while it goes on
// (docs/decisions/0013). A run whose limits never change has no command of it in
// its history.
//
// What a running shard has of MaxConcurrency is what it may have in flight: its
// share, or what it still runs of an earlier one. Nothing is started unless the
// sum of that stays within the limit. To lower it, all shards are told to start
// nothing and to say what they run; as that falls, they are given new shares.

// limits gives those that hold now.
func (m *mapRun) limits() wire.MapRunLimits {
	if l := m.state.Limits; l != nil {
		return *l
	}
	return wire.MapRunLimits{MaxConcurrency: m.in.Spec.Run.MaxConcurrency, Tolerance: m.in.Spec.Run.Tolerance}
}

// concurrency gives how many executions may run at once now.
func (m *mapRun) concurrency() int64 {
	if l := m.limits(); !l.Paused {
		return l.MaxConcurrency
	}
	return 0
}

// takeUpdates lets the run be updated, and tells express shards what changed
// for them.
func (m *mapRun) takeUpdates() error {
	err := workflow.SetQueryHandlerWithOptions(m.own, wire.ItemsQuery, m.endedItems,
		workflow.QueryHandlerOptions{Description: "items that have ended, of a run without staging"})
	if err != nil {
		return err
	}
	err = workflow.SetQueryHandlerWithOptions(m.own, wire.LimitsQuery, m.toldShards,
		workflow.QueryHandlerOptions{Description: "what running shards have to keep to instead of their input"})
	if err != nil {
		return err
	}
	return workflow.SetUpdateHandlerWithOptions(m.own, wire.MapRunUpdateName, m.update, workflow.UpdateHandlerOptions{
		Validator:   m.refuseUpdate,
		Description: "concurrency, tolerance, rate limit, pause, stop",
	})
}

// refuseUpdate gives the error of an update that the run cannot follow.
func (m *mapRun) refuseUpdate(u wire.MapRunUpdate) error {
	err := u.Check()
	switch {
	case err != nil:
	case m.closing || m.state.Ending != nil:
		err = &wire.ValidationError{Reason: wire.CompletedReason, Text: "The Map Run is ending or has ended: " + m.in.Spec.Run.MapRunArn}
	case u.Redrive && m.redrivable() == 0:
		err = &wire.ValidationError{Text: wire.NothingToRedrive + ": " + m.in.Spec.Run.MapRunArn}
	}
	if err != nil {
		return temporal.NewNonRetryableApplicationError(err.Error(), wire.ValidationException, err)
	}
	return nil
}

// update takes an update. The loop of the run sees to what follows from it.
func (m *mapRun) update(_ workflow.Context, u wire.MapRunUpdate) (wire.MapRunLimits, error) {
	limits := m.limits().With(u)
	m.state.Limits, m.changed = &limits, true
	if u.RateLimit != nil {
		m.state.Turn, m.state.Debts = time.Time{}, nil
	}
	if u.Stop != nil {
		m.stopped = u.Stop
	}
	m.redrive = m.redrive || u.Redrive
	for _, shard := range m.state.Running {
		shard.Tolerate = m.tolerates(shard)
		shard.order()
	}
	return limits, nil
}

// toldShards answers for express shards, which ask.
func (m *mapRun) toldShards() (told []wire.ShardLimits, err error) {
	for _, shard := range m.state.Running {
		if shard.Order > 0 {
			told = append(told, shard.limits())
		}
	}
	return told, nil
}

// obey makes of the limits what shards are to keep to.
func (m *mapRun) obey() {
	m.changed = false
	if m.state.Limits == nil || m.state.Ending != nil {
		return
	}
	if m.state.taken(restLimitsOf(m.in.Leaf)).share > m.concurrency() {
		m.freeze()
	} else if m.concurrency() > 0 {
		m.grant()
	}
}

// tellShards tells shards what has changed for them since they were told last.
func (m *mapRun) tellShards() {
	if m.state.Limits != nil && m.state.Ending == nil {
		m.pace()
		m.tell()
	}
}

// freeze lets no shard start anything.
func (m *mapRun) freeze() {
	for _, shard := range m.state.Running {
		if shard.Share > 0 {
			shard.Held, shard.Share = shard.held(), 0
			shard.order()
		}
	}
}

// grant gives running shards what there is of MaxConcurrency, before others are
// started: a fair share while others wait, else what they need.
func (m *mapRun) grant() {
	s := &m.state
	concurrency, taken := m.concurrency(), s.taken(restLimitsOf(m.in.Leaf))
	free := concurrency - taken.share
	for _, shard := range s.Running {
		most := min(m.need(shard.waitingShard), m.window.share)
		if s.waits() || !s.Tally.Final {
			most = min(most, max(m.window.fair(concurrency, taken), 1))
		}
		share := min(most, shard.held()+free)
		if share <= shard.Share {
			continue
		}
		free -= max(share-shard.held(), 0)
		shard.Held, shard.Share = max(shard.Held, share), share
		shard.order()
	}
}

// pace gives the shards that start items their parts of the rate limit.
func (m *mapRun) pace() {
	limits, n := m.limits(), 0
	for _, shard := range m.state.Running {
		if shard.Share > 0 {
			n++
		}
	}
	now := workflow.Now(m.ctx)
	for _, shard := range m.state.Running {
		every := machine.RateEvery(limits.RateLimit, n)
		if shard.Share == 0 || shard.Rate.Every == every {
			continue
		}
		first := shard.Rate.Every == 0
		shard.Rate = machine.Rate{Every: every}
		if first {
			shard.Rate.Next = m.turn(now)
		}
		shard.order()
	}
}

// turn gives when a shard that is paced from now on may start its first item:
// shards begin one after the other, as far apart as items are to be.
func (m *mapRun) turn(now time.Time) time.Time {
	s := &m.state
	turn := now
	if s.Turn.After(now) {
		turn = s.Turn
	}
	s.Turn = turn.Add(machine.RateEvery(m.limits().RateLimit, 1))
	if len(s.Debts) > 0 { // of shards that have ended
		last := len(s.Debts) - 1
		if debt := s.Debts[last]; debt.After(turn) {
			turn = debt
		}
		s.Debts = s.Debts[:last]
	}
	return turn
}

// rate gives the pace of a shard that is about to start.
func (m *mapRun) rate() machine.Rate {
	limit := m.limits().RateLimit
	if limit == 0 {
		return machine.Rate{}
	}
	every := machine.RateEvery(limit, len(m.state.Running)+1)
	return machine.Rate{Every: every, Next: m.turn(workflow.Now(m.ctx))}
}

// owe notes until when an ended shard has taken up its part of the rate limit:
// the shard in its place waits as long.
func (s *mapRunState) owe(debt, now time.Time) {
	s.Debts = slices.DeleteFunc(s.Debts, func(t time.Time) bool { return !t.After(now) })
	if debt.After(now) {
		s.Debts = append(s.Debts, debt)
		slices.SortFunc(s.Debts, time.Time.Compare)
	}
}

// tell tells the workflows of shards what has changed for them; those that are
// not known to exist yet, later.
func (m *mapRun) tell() {
	for _, shard := range m.state.Running {
		switch {
		case !shard.Untold:
		case m.in.Leaf == program.ExpressBatch:
			shard.Untold = false // it asks
		case shard.Started:
			shard.Untold = false
			m.budget.spend(m.ctx, 0)
			// A shard that has ended need not know.
			workflow.SignalExternalWorkflow(m.ctx, wire.ShardID(m.id(), shard.Number), "", wire.LimitsSignal, shard.limits())
		}
	}
}

// receiveHeld takes what shards say of what they still run.
func (m *mapRun) receiveHeld() {
	var report wire.HeldReport
	for m.heldReports.ReceiveAsync(&report) {
		if shard := m.state.find(report.Number); shard != nil && shard.Order == report.Order {
			shard.Held = max(min(shard.held(), report.Running), shard.Share)
		}
		report = wire.HeldReport{}
	}
}

// order notes that something has changed for the shard.
func (r *runningShard) order() {
	r.Order++
	r.Untold = true
}

// held gives what the shard may have in flight.
func (r *runningShard) held() int64 { return max(r.Held, r.Share) }

func (r *runningShard) limits() wire.ShardLimits {
	return wire.ShardLimits{
		Number: r.Number, Order: r.Order, Share: r.Share, Tell: r.held() > r.Share, Tolerate: r.Tolerate, Rate: r.Rate,
	}
}
