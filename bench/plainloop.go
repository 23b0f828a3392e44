package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/google/uuid"
)

// plainLoop is the contender without Temporal: a Go program that reads the CSV
// file, does to each row what express.asl.json does, and writes the records
// (plainrows.go). Nothing of it is durable: a run that breaks off begins again.
// It runs in a process of its own, whose start counts, with the same cores.
func plainLoop() contender {
	return contender{
		name: "by hand: a plain Go loop",
		prepare: func(ctx context.Context, s *stage, items int) (work, error) {
			key, err := s.upload(ctx, items)
			return &plainRun{stage: s, items: items, from: key, to: "plain/" + uuid.NewString() + "/"}, err
		},
	}
}

// plainRun is a run of the loop.
type plainRun struct {
	stage    *stage
	items    int
	from, to string
	ended    *os.ProcessState
}

func (p *plainRun) do(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var said bytes.Buffer
	command := exec.CommandContext(ctx, self, plainLoopCommand, bucket, p.from, p.to)
	command.Env, command.Stdout, command.Stderr = p.stage.environment(), &said, &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("the plain loop: %w\n%s", err, &said)
	}
	p.ended = command.ProcessState
	return nil
}

func (p *plainRun) check(ctx context.Context) error {
	return p.stage.checkResults(ctx, p.to+"manifest.json", p.items, isExpressOutput)
}

func (p *plainRun) spent() (time.Duration, int64) {
	peak := int64(0)
	if usage, ok := p.ended.SysUsage().(*syscall.Rusage); ok {
		peak = usage.Maxrss << 10 // Linux counts in KiB
	}
	return p.ended.UserTime() + p.ended.SystemTime(), peak
}
