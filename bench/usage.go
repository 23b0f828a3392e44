package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// peak gives the most memory that the process has held up to now, in bytes.
func (p *process) peak() (int64, error) {
	status, err := proc(p.command.Process.Pid, "status")
	if err != nil {
		return 0, err
	}
	return peakOf(status)
}

// used gives the processor time that the process has used up to now.
func (p *process) used() (time.Duration, error) {
	return usedBy(p.command.Process.Pid)
}

func usedBy(pid int) (time.Duration, error) {
	stat, err := proc(pid, "stat")
	if err != nil {
		return 0, err
	}
	return usedOf(stat)
}

func proc(pid int, name string) ([]byte, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid, name))
	if err != nil {
		return nil, fmt.Errorf("what a process uses cannot be read, which needs Linux: %w", err)
	}
	return text, nil
}

// peakOf reads VmHWM of a /proc/<pid>/status: see proc_pid_status(5).
func peakOf(status []byte) (int64, error) {
	for line := range bytes.Lines(status) {
		if fields := bytes.Fields(line); len(fields) == 3 && string(fields[0]) == "VmHWM:" && string(fields[2]) == "kB" {
			kib, err := strconv.ParseInt(string(fields[1]), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("/proc/<pid>/status has no VmHWM")
}

// tick is the unit of times in /proc/<pid>/stat; Linux shows it to programs as
// a hundredth of a second whatever its own clock.
const tick = 10 * time.Millisecond

// usedOf reads utime and stime, fields 14 and 15 of a /proc/<pid>/stat: see
// proc_pid_stat(5). The second field, a name in brackets, may hold anything.
func usedOf(stat []byte) (time.Duration, error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, errors.New("/proc/<pid>/stat is too short")
	}
	user, err := strconv.ParseInt(string(fields[11]), 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * tick, err
}
