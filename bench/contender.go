package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// contender is one way to process items.
type contender struct {
	name string
	// command starts a worker that does it; nil when the work needs none.
	command func(*stage) (*exec.Cmd, error)
	// workers is how many there are; 0 stands for one.
	workers int
	// takes is how long the service that the items call takes to answer.
	takes time.Duration
	// prepare makes a work of so many items.
	prepare func(context.Context, *stage, int) (work, error)
}

// with gives the contender with so many workers.
func (c contender) with(workers int) contender {
	c.workers = workers
	return c
}

// work is items to be processed.
type work interface {
	// do processes them; this is what is measured.
	do(context.Context) error
	// check counts what came of them.
	check(context.Context) error
}

// alone is work that is a process of its own, without worker and Temporal.
type alone interface {
	// spent is the processor time of the process that has ended, and the most
	// memory that it held, in bytes.
	spent() (time.Duration, int64)
}

// patience bounds one measurement, so that a worker that hangs is an error. On
// an idle machine none takes longer than five minutes.
const patience = 25 * time.Minute

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
	s.pricing.takes = c.takes
	workers, err := s.workers(ctx, c)
	if err != nil {
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
	if b.rows {
		if err := s.countRows(); err != nil {
			return m, err
		}
	}
	endProfile, err := s.profile(b.profiles, c.name)
	if err != nil {
		return m, err
	}
	s.pricing.calls.Store(0)
	m = measured{contender: c.name, items: items, workers: len(workers)}
	began, err := s.used(workers)
	if err != nil {
		return m, err
	}
	started := time.Now()
	if err := work.do(ctx); err != nil {
		return m, err
	}
	m.elapsed = time.Since(started)
	ended, err := s.used(workers)
	if err != nil {
		return m, err
	}
	endProfile()
	m.use = ended.since(began)
	if a, ok := work.(alone); ok {
		m.worker, m.peak = a.spent()
	}
	if err := work.check(ctx); err != nil {
		return m, err
	}
	if len(workers) > 0 {
		m.tally, m.told, err = s.tally(ctx, started)
	}
	if err == nil && b.rows {
		m.rows, err = s.rowsWritten()
	}
	return m, err
}

// workers starts the contender's workers and waits until they take work.
func (s *stage) workers(ctx context.Context, c contender) (all []*process, err error) {
	if c.command == nil {
		return nil, nil
	}
	for i := range max(c.workers, 1) {
		command, err := c.command(s)
		if err != nil {
			return nil, err
		}
		p, err := s.start(fmt.Sprintf("worker %d", i+1), command)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	for _, p := range all {
		if err := p.await(ctx, workerReady); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// used is what the processes of a stage have used up to now.
func (s *stage) used(workers []*process) (u use, err error) {
	for _, p := range workers {
		used, err := p.used()
		if err != nil {
			return u, err
		}
		peak, err := p.peak()
		if err != nil {
			return u, err
		}
		u.worker += used
		u.peak = max(u.peak, peak)
	}
	if u.server, err = s.temporal.used(); err != nil {
		return u, err
	}
	if u.storage, err = s.storage.used(); err != nil {
		return u, err
	}
	u.service, err = usedBy(os.Getpid())
	return u, err
}
