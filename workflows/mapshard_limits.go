package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// shardLimits is what a shard does about limits that change while it runs.
type shardLimits struct {
	channel workflow.ReceiveChannel
	// owed tells that the Map Run wants to know how many items still run. told is
	// what it was told last, -1 for nothing.
	owed, telling bool
	told          int64
	// wakes is when the timer to the next turn of the rate limit fires, zero when
	// there is none.
	wakes time.Time
	// held is until when no item is started because whom the items call fails, zero
	// when that is over.
	held time.Time
}

// owes reports that the Map Run has yet to be told what the shard holds.
func (l *shardLimits) owes() bool { return l.owed || l.telling }

// obey takes the limits that the Map Run has told of, and ends a hold that is over.
func (s *mapShard) obey() {
	if !workflow.Now(s.ctx).Before(s.limits.held) {
		s.limits.held = time.Time{}
	}
	s.heed()
	var told wire.ShardLimits
	for s.limits.channel.ReceiveAsync(&told) {
		if s.state.Limits == nil || told.Order > s.state.Limits.Order {
			s.limits.owed, s.limits.told = told.Tell, -1 // what was told under an earlier order does not count
			s.state.Rate.Change(workflow.Now(s.ctx), told.Rate)
			limits := told
			s.state.Limits = &limits
		}
		told = wire.ShardLimits{}
	}
}

// share gives how many items may run at once now.
func (s *mapShard) share() int64 {
	if l := s.state.Limits; l != nil {
		return l.Share
	}
	return s.in.Share
}

func (s *mapShard) tolerate() int64 {
	if l := s.state.Limits; l != nil {
		return l.Tolerate
	}
	return s.in.Tolerate
}

// tellHeld tells the Map Run how many items run, as often as that falls, until
// they are no more than the share. One report is on its way at a time.
func (s *mapShard) tellHeld() {
	l := &s.limits
	if !l.owed || l.telling || s.running == l.told {
		return
	}
	l.owed = s.running > s.share()
	l.told, l.telling = s.running, true
	s.budget.spend(s.ctx, 0)
	report := wire.HeldReport{Number: s.in.Shard.Number, Order: s.state.Limits.Order, Running: s.running}
	s.flights.add(workflow.SignalExternalWorkflow(s.ctx, s.in.MapRunID, "", wire.HeldSignal, report), func(workflow.Future) {
		l.telling = false
	})
}

// turn reports that an item may start now: the rate limit lets it, and whom items
// call does not fail.
func (s *mapShard) turn() bool {
	return s.limits.held.IsZero() && s.reopening.open() && s.state.Rate.Wait(workflow.Now(s.ctx)) == 0
}

// hold starts no item before a time.
func (s *mapShard) hold(until time.Time) { s.limits.held = until }

// leastTurn is how long a shard waits at least for its next turn: several items
// start then.
const leastTurn = 200 * time.Millisecond

// awaitTurn sets a timer to the next turn when items wait for one. A timer that
// was set under a slower rate is left to fire.
func (s *mapShard) awaitTurn() {
	held := !s.limits.held.IsZero() || !s.reopening.open()
	if s.state.Rate.Every == 0 && !held || len(s.backlog) == 0 || s.closed() || s.running >= s.share() || !s.leaf.room() {
		return
	}
	now := workflow.Now(s.ctx) // it may be later than when items were to be started
	wait := max(s.state.Rate.Wait(now), s.limits.held.Sub(now), s.reopening.wait(now), leastTurn)
	at, l := now.Add(wait), &s.limits
	if !l.wakes.IsZero() && !at.Before(l.wakes) {
		return
	}
	l.wakes = at
	summary := "rate limit"
	if held {
		summary = "open circuit"
	}
	s.budget.spend(s.ctx, 0)
	timer := workflow.NewTimerWithOptions(s.ctx, wait, workflow.TimerOptions{Summary: summary})
	s.flights.add(timer, func(workflow.Future) {
		if l.wakes.Equal(at) {
			l.wakes = time.Time{}
		}
	})
}

// debt gives until when the items that were started take up the shard's part of
// the rate limit, zero for not at all.
func (s *mapShard) debt() time.Time {
	if s.state.Rate.Wait(workflow.Now(s.ctx)) == 0 {
		return time.Time{}
	}
	return s.state.Rate.Next
}
