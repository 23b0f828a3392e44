package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// workerReady is what the log of a worker says when it takes work; the
// baselines' worker says the same.
const workerReady = "The worker is ready."

const (
	// startTime bounds how long a process may take until it is ready.
	startTime = time.Minute
	// stopTime bounds how long it may take to end when asked to.
	stopTime = 15 * time.Second
)

// process is a process that lasts as long as its stage.
type process struct {
	name    string
	command *exec.Cmd
	// log is the file of its output.
	log  string
	stop context.CancelFunc
	done chan struct{}
}

// start starts a process. Its end before that of the stage ends the stage's
// context.
func (s *stage) start(name string, command *exec.Cmd) (*process, error) {
	p := &process{name: name, command: command, log: filepath.Join(s.folder, name+".log"), done: make(chan struct{})}
	output, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer output.Close()
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		return nil, err
	}
	wanted, stop := context.WithCancel(context.Background())
	p.stop = stop
	context.AfterFunc(wanted, func() {
		_ = command.Process.Signal(os.Interrupt) // it may have ended
		select {
		case <-p.done:
		case <-time.After(stopTime):
			_ = command.Process.Kill()
		}
	})
	go func() {
		_ = command.Wait() // its output tells
		if wanted.Err() == nil {
			s.fail(fmt.Errorf("the %s ended:\n%s", name, p.said()))
		}
		close(p.done)
	}()
	s.processes = append(s.processes, p)
	return p, nil
}

// end ends processes at the same time and waits for that.
func end(all []*process) {
	for _, p := range all {
		p.stop()
	}
	for _, p := range all {
		<-p.done
	}
}

// await waits until the output of the process says so.
func (p *process) await(ctx context.Context, ready string) error {
	return p.until(ctx, func() (bool, error) { return bytes.Contains(p.said(), []byte(ready)), nil })
}

// until waits for the process to be ready.
func (p *process) until(ctx context.Context, ready func() (bool, error)) error {
	for over := time.After(startTime); ; {
		if ok, err := ready(); ok || err != nil {
			return err
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-over:
			return fmt.Errorf("the %s is not ready after %v:\n%s", p.name, startTime, p.said())
		}
	}
}

// said gives the end of what the process has said.
func (p *process) said() []byte {
	const most = 4 << 10
	text, _ := os.ReadFile(p.log)
	return text[max(0, len(text)-most):]
}
