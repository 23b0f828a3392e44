package activities

import (
	"context"
	"time"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// runCarefully runs what is left of a shard so that, should the worker be lost,
// the next attempt knows what was running. Suspects come first. What it runs it
// runs in chunks, one after the other; a chunk is declared before it begins and
// kept when it has ended.
func (r *shardRun) runCarefully(ctx, own context.Context) error {
	for n := len(r.care.Levels); n > 0; n = len(r.care.Levels) {
		if err := r.runLevel(ctx, own, r.care.Levels[n-1]); err != nil {
			return err
		}
		r.mu.Lock()
		r.care.Levels = r.care.Levels[:n-1]
		r.mu.Unlock()
	}
	return nil
}

// pass runs the executions of a level that have not run. The executions of a
// chunk begin in its span.
type pass struct {
	r        *shardRun
	ctx, own context.Context
	hand     *hand
	level    span
	done     itemSet // when the pass begins
	step     int64   // how many items a chunk has, at least
	chunk    span
	// first is the execution with which the chunk begins, until it is known whether
	// there is another one.
	first *wire.ItemInput
	// submit starts executions of the chunk, nil before its second one; wait waits
	// for their end.
	submit func(wire.ItemInput)
	wait   func()
}

func (r *shardRun) runLevel(ctx, own context.Context, level span) error {
	r.mu.Lock()
	done := r.now.Done.clone()
	r.mu.Unlock()
	p := &pass{r: r, ctx: ctx, own: own, hand: r.newHand(), level: level, done: done, wait: func() {}}
	p.step = max((done.missing(level)+narrowing-1)/narrowing, 1)
	err := r.run.inputs(own, r.shard, p.skip, func(in wire.ItemInput) error {
		if p.skip(in.First) {
			return nil
		}
		return p.take(in)
	})
	if err == nil {
		err = p.close()
	}
	p.wait()
	return err
}

func (p *pass) skip(first int64) bool {
	place := p.r.places.of(first)
	return !p.level.has(place) || p.done.has(place)
}

// take takes the next execution.
func (p *pass) take(in wire.ItemInput) error {
	place := p.r.places.of(in.First)
	if !p.chunk.has(place) {
		if err := p.close(); err != nil {
			return err
		}
	}
	if p.over() {
		return errEnough
	}
	switch {
	case p.r.verdict(in) != nil:
		p.r.maps.Log.Error("an item takes its worker down; it fails", "mapRun", p.r.in.MapRunID, "shard", p.r.in.Shard.Number, "item", in.First, "lost", blamedAfter)
		p.r.enter(p.ctx, in.Items)
		p.r.perform(p.ctx, p.own, p.hand, in)
		return p.r.keep(p.own)
	case p.submit != nil:
		p.start(in)
	case p.first == nil:
		p.chunk = span{place, p.done.stretch(place, p.level.To, p.step)}
		p.first = &in
	default:
		p.r.declare(p.ctx, &chunk{span: p.chunk})
		p.submit, p.wait = p.r.starter(p.ctx, p.own, p.hand)
		p.start(*p.first)
		p.start(in)
		p.first = nil
	}
	return nil
}

func (p *pass) start(in wire.ItemInput) {
	p.r.enter(p.ctx, in.Items)
	p.submit(in)
}

// over reports that nothing is to be started, and nothing to be recorded.
func (p *pass) over() bool {
	reason := p.r.ending(p.ctx)
	return reason == endStopping || reason == endFault
}

// close ends the chunk at hand.
func (p *pass) close() error {
	if p.chunk == (span{}) {
		return nil
	}
	if p.first != nil {
		if p.over() {
			return errEnough
		}
		if err := p.alone(*p.first); err != nil {
			return err
		}
	}
	p.wait()
	p.chunk, p.first, p.submit, p.wait = span{}, nil, nil, func() {}
	return p.r.keep(p.own)
}

// alone runs an execution as the only one of its shard, and as the only one of the
// process when the next loss would be the one that it is blamed for. Then others go
// on when it is known that it has ended: what they do is not its fault.
func (p *pass) alone(in wire.ItemInput) error {
	r := p.r
	r.enter(p.ctx, in.Items)
	last := len(r.care.suspected(p.chunk.From).Lost) >= blamedAfter-1
	if last {
		leave := r.maps.ward.take(p.ctx, &r.guest)
		defer time.AfterFunc(wardTime, leave).Stop()
		defer leave()
	}
	r.declare(p.ctx, &chunk{span: p.chunk, Alone: true})
	r.perform(p.ctx, p.own, p.hand, in)
	if !last {
		return nil
	}
	err := r.keep(p.own)
	if err == nil {
		r.declare(p.ctx, nil)
	}
	return err
}
