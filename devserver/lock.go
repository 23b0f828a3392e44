package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// folderLock marks a data folder as in use. The kernel drops it when the
// process ends in whatever way, so a killed dev server never leaves a folder
// that refuses to start; the file itself stays and means nothing by itself.
type folderLock struct{ file *os.File }

// folderInUseError says that another dev server holds the folder.
type folderInUseError struct {
	dir   string
	owner string
}

func (e folderInUseError) Error() string {
	owner := "another dev server"
	if e.owner != "" {
		owner += " (process " + e.owner + ")"
	}
	return fmt.Sprintf("data folder %s is in use by %s; stop that one, or choose another folder with --data", e.dir, owner)
}

// lockFolder makes the folder when absent and takes its lock without waiting.
func lockFolder(dir string) (*folderLock, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make data folder: %w; choose another one with --data", err)
	}
	path := filepath.Join(dir, "lock")
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open lock file: %w; choose a writable folder with --data", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, folderInUseError{dir: dir, owner: lockOwner(path)}
		}
		return nil, fmt.Errorf("lock %s: %w; choose a folder on a local file system with --data", path, err)
	}
	if err := writeOwner(file); err != nil {
		file.Close()
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return &folderLock{file: file}, nil
}

func (l *folderLock) release() { l.file.Close() }

func writeOwner(file *os.File) error {
	if err := file.Truncate(0); err != nil {
		return err
	}
	_, err := file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// lockOwner is the process id in a lock file, or "" when there is none to read.
func lockOwner(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	owner := strings.TrimSpace(string(text))
	if _, err := strconv.Atoi(owner); err != nil {
		return ""
	}
	return owner
}
