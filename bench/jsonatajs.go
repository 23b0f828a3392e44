package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// jsonataVersion is the reference implementation's.
const jsonataVersion = "2.0.6"

// jsonataFolder names a folder with jsonata-js in its node_modules, so that it
// need not be installed.
const jsonataFolder = "JSONATA_JS"

//go:embed jsonata.js
var jsonataScript string

// errNoJSONata is why there is nothing to compare with.
var errNoJSONata = errors.New("jsonata-js cannot be had")

// jsonataResult is what one case took, and what came out.
type jsonataResult struct {
	Name   string  `json:"name"`
	NS     float64 `json:"ns"`
	Result string  `json:"result"`
}

// installJSONata gives a folder with jsonata-js, and what removes it.
func installJSONata(ctx context.Context) (folder string, remove func(), err error) {
	if _, err := exec.LookPath("node"); err != nil {
		return "", nil, fmt.Errorf("%w: node is not in PATH", errNoJSONata)
	}
	if folder := os.Getenv(jsonataFolder); folder != "" {
		return folder, func() {}, nil
	}
	if _, err := exec.LookPath("npm"); err != nil {
		return "", nil, fmt.Errorf("%w: npm is not in PATH", errNoJSONata)
	}
	if folder, err = os.MkdirTemp("", "stepwell-jsonata-"); err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // temporary
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, "jsonata@"+jsonataVersion)
	if said, err := npm.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("%w: npm install: %w: %s", errNoJSONata, err, bytes.TrimSpace(said))
	}
	return folder, remove, nil
}

// measureJS measures the cases on Node, in a folder with jsonata-js.
func measureJS(ctx context.Context, folder string, documents []string, each time.Duration) (results []jsonataResult, err error) {
	job, err := json.Marshal(struct {
		Documents []string      `json:"documents"`
		Cases     []jsonataCase `json:"cases"`
		Millis    int64         `json:"millis"`
	}{documents, jsonataCases, each.Milliseconds()})
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	node := exec.CommandContext(ctx, "node", "-e", jsonataScript)
	node.Dir, node.Stdin, node.Stderr = folder, bytes.NewReader(job), &said
	out, err := node.Output()
	if err != nil {
		return nil, fmt.Errorf("node: %w: %s", err, said.Bytes())
	}
	return results, json.Unmarshal(out, &results)
}
