package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestLockRefusesASecond(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "on", "demand")
	first, err := lockFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, err = lockFolder(dir)
	var inUse folderInUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("second lock: %v", err)
	}
	for _, part := range []string{dir, strconv.Itoa(os.Getpid()), "--data"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not tell %s", err, part)
		}
	}

	first.release()
	second, err := lockFolder(dir)
	if err != nil {
		t.Fatalf("lock after release: %v", err)
	}
	second.release()
}

func TestLockOfUnusableFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := lockFolder(file); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("lock in a file: %v", err)
	}
}
