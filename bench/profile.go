package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// profile has perf record where the processes of a stage spend their time, a
// file each in the folder, to be read with perf report; "" is for none. It gives
// what ends that.
func (s *stage) profile(folder, contender string) (end func(), err error) {
	if folder == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	var recorders []*exec.Cmd
	for _, p := range s.processes {
		name := strings.NewReplacer(" ", "-", ":", "", ",", "").Replace(contender + " " + p.name)
		r := exec.Command("perf", "record", "-q", "-g", "-F", "199", "-p", strconv.Itoa(p.command.Process.Pid), "-o", filepath.Join(folder, name+".perf"))
		if err := r.Start(); err != nil {
			return nil, fmt.Errorf("perf records the profiles: %w", err)
		}
		recorders = append(recorders, r)
	}
	time.Sleep(time.Second) // until they do
	return func() {
		for _, r := range recorders {
			_ = r.Process.Signal(os.Interrupt) // it may have ended
			_ = r.Wait()                       // the file tells
		}
	}, nil
}
