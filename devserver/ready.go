package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ready is what the ready file holds: all that a client needs to connect.
type ready struct {
	TemporalAddress string `json:"temporalAddress"`
	Namespace       string `json:"namespace"`
	UIAddress       string `json:"uiAddress"`
	S3Endpoint      string `json:"s3Endpoint"`
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	Region          string `json:"region"`
	DataDir         string `json:"dataDir"`
	PID             int    `json:"pid"`
}

// writeReady makes the file appear whole or not at all, so that a client may
// poll for its existence and read it at once.
func writeReady(path string, r ready) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write ready file: %w; choose another place with --ready-file", err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(append(text, '\n'))
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write ready file: %w; choose another place with --ready-file", err)
	}
	return nil
}

func readReady(path string) (ready, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ready{}, fmt.Errorf("no ready file at %s; start stepwell-dev, or name its folder with --data", path)
	}
	if err != nil {
		return ready{}, fmt.Errorf("read ready file: %w", err)
	}
	var r ready
	if err := json.Unmarshal(text, &r); err != nil {
		return ready{}, fmt.Errorf("%s is not a ready file: %w", path, err)
	}
	return r, nil
}

// prepareReady removes what a killed dev server left, lest a client that waits
// for this one reads the addresses of the last one, and makes the folder.
func prepareReady(path string) error {
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("prepare ready file: %w; choose another place with --ready-file", err)
	}
	return nil
}

// withdrawReady removes the file if it is still this process's own: two dev
// servers may have been given the same path.
func withdrawReady(path string) {
	if r, err := readReady(path); err == nil && r.PID == os.Getpid() {
		os.Remove(path)
	}
}
