package main

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

// contender is one way to process items.
type contender struct {
	name string
	// command starts the worker that does it.
	command func(*stage) (*exec.Cmd, error)
	// prepare makes a work of so many items.
	prepare func(context.Context, *stage, int) (work, error)
}

// work is items to be processed.
type work interface {
	// do processes them; this is what is measured.
	do(context.Context) error
	// check counts what came of them.
	check(context.Context) error
}

// measured is how one contender did.
type measured struct {
	contender string
	items     int
	elapsed   time.Duration
	// events are those of the histories of all its workflows.
	events int64
	// worker and server are the processor time of the two processes meanwhile.
	worker, server time.Duration
	// peak is the most memory that the worker's process held, in bytes.
	peak int64
}

// per gives an amount for each item.
func (m measured) per(amount float64) float64 { return amount / float64(m.items) }

func (m measured) perSecond() float64     { return float64(m.items) / m.elapsed.Seconds() }
func (m measured) eventsPerItem() float64 { return m.per(float64(m.events)) }

// cpu gives the processor seconds that worker and server spend on an item.
func (m measured) cpu() float64 { return m.per((m.worker + m.server).Seconds()) }

// patience bounds one measurement, so that a worker that hangs is an error.
const patience = 5 * time.Minute

// try measures one contender on a stage of its own.
func (b *bench) try(ctx context.Context, c contender, items int) (m measured, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("not done within %v", patience))
	defer cancel()
	s, ctx, err := openStage(ctx, b.devServer)
	if err != nil {
		return m, err
	}
	defer s.close()
	defer func() {
		if err != nil && context.Cause(ctx) != nil {
			err = context.Cause(ctx)
		}
	}()
	command, err := c.command(s)
	if err != nil {
		return m, err
	}
	worker, err := s.start("worker", command)
	if err != nil {
		return m, err
	}
	if err := worker.await(ctx, workerReady); err != nil {
		return m, err
	}
	warmUp, err := c.prepare(ctx, s, b.scale.warmUp)
	if err != nil {
		return m, err
	}
	if err := warmUp.do(ctx); err != nil {
		return m, err
	}
	work, err := c.prepare(ctx, s, items)
	if err != nil {
		return m, err
	}
	s.calls.Store(0)
	m = measured{contender: c.name, items: items}
	began, err := s.worked(worker)
	if err != nil {
		return m, err
	}
	started := time.Now()
	if err := work.do(ctx); err != nil {
		return m, err
	}
	m.elapsed = time.Since(started)
	ended, err := s.worked(worker)
	if err != nil {
		return m, err
	}
	m.worker, m.server, m.peak = ended.worker-began.worker, ended.server-began.server, ended.peak
	if err := work.check(ctx); err != nil {
		return m, err
	}
	m.events, err = s.events(ctx, started)
	return m, err
}

// worked is what the processes of a stage have used up to now.
func (s *stage) worked(worker *process) (m measured, err error) {
	if m.worker, err = worker.used(); err != nil {
		return m, err
	}
	if m.server, err = s.processes[0].used(); err != nil {
		return m, err
	}
	m.peak, err = worker.peak()
	return m, err
}
