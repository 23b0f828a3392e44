package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
)

// TestSmall runs the bench as make does, on few items.
func TestSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts five dev servers")
	}
	devServer, err := devtest.Binary()
	if err != nil {
		t.Skip(err)
	}
	folder := t.TempDir()
	for binary, room := range map[string]string{"bench": "./bench", "stepwell-worker": "./worker"} {
		build := exec.Command("go", "build", "-o", filepath.Join(folder, binary), room)
		build.Dir = devtest.Root()
		said, err := build.CombinedOutput()
		require.NoError(t, err, "%s", said)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(folder, "bench"),
		"-dev", devServer, "-worker", filepath.Join(folder, "stepwell-worker"), "-out", folder)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.Env = append(os.Environ(), "BENCH_SMALL=1")
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s", said)
	assert.Contains(t, string(said), "standard_packed_vs_child_workflow")

	text, err := os.ReadFile(filepath.Join(folder, "bench.json"))
	require.NoError(t, err)
	var written map[string]float64
	require.NoError(t, json.Unmarshal(text, &written))
	for _, f := range (measurements{}).figures() {
		assert.Positive(t, written[f.name], f.name)
	}
	assert.Equal(t, float64(small.express), written["express_items"])
	// What each leaf is: an item of its own history, or a part of one.
	assert.Less(t, written["events_per_item_express"], 0.1)
	assert.Less(t, written["events_per_item_packed"], 1.0)
	assert.Greater(t, written["events_per_item_child"], 5.0)
	assert.Greater(t, written["events_per_item_baseline_child_workflow"], 5.0)
}

func TestBounds(t *testing.T) {
	second := func(items int, peak int64) measured {
		return measured{items: items, elapsed: time.Second, worker: time.Second, peak: peak}
	}
	good := measurements{
		transitions:      300_000,
		express:          second(10_000, 300<<20),
		packed:           second(2_000, 0),
		child:            second(1, 0),
		baselineChild:    second(100, 0),
		baselineActivity: second(1, 0),
	}
	assert.Empty(t, good.figures().missed())

	bad := good
	bad.transitions, bad.express, bad.packed = 299_999, second(9_999, 300<<20+1), second(1_999, 0)
	var names, bounds []string
	for _, f := range bad.figures().missed() {
		names, bounds = append(names, f.name), append(bounds, f.bound())
	}
	assert.Equal(t, []string{"standard_packed_vs_child_workflow", "express_items_per_second", "express_worker_rss_mb", "transitions_per_second"}, names)
	assert.Equal(t, []string{"at least 20", "at least 10000", "at most 300", "at least 300000"}, bounds)
}

// TestNames holds the names that others read from bench.json.
func TestNames(t *testing.T) {
	names := map[string]int{}
	for _, f := range (measurements{}).figures() {
		names[f.name]++
	}
	for _, name := range []string{
		"standard_packed_vs_child_workflow", "express_items_per_second", "express_worker_rss_mb", "transitions_per_second",
		"events_per_item_express", "events_per_item_packed", "events_per_item_child",
		"packed_items_per_second", "child_items_per_second", "baseline_child_workflow_items_per_second", "baseline_activity_items_per_second",
	} {
		assert.Equal(t, 1, names[name], name)
	}
	for name, n := range names {
		assert.Equal(t, 1, n, name)
	}
}

func TestUsage(t *testing.T) {
	peak, err := peakOf([]byte("Name:\tx\nVmPeak:\t  99 kB\nVmHWM:\t    2048 kB\nVmRSS:\t1 kB\n"))
	require.NoError(t, err)
	assert.EqualValues(t, 2<<20, peak)
	_, err = peakOf([]byte("Name:\tx\n"))
	assert.Error(t, err)

	used, err := usedOf([]byte("12 (a ) name) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0\n"))
	require.NoError(t, err)
	assert.Equal(t, 3*time.Second, used)
	_, err = usedOf([]byte("12 (x) S 1"))
	assert.Error(t, err)
}

func TestResultsAreCounted(t *testing.T) {
	n, err := countRecords(strings.NewReader(`[{"Status":"SUCCEEDED","Output":"1"},{"Status":"SUCCEEDED","Output":"{}"}]`), 3)
	require.NoError(t, err)
	assert.Equal(t, 5, n)
	for _, text := range []string{`[{"Status":"FAILED","Output":"1"}]`, `[{"Status":"SUCCEEDED"}]`, `[{"Status":"SUCCEEDED","Output":"1"}`, ``} {
		_, err := countRecords(strings.NewReader(text), 0)
		assert.Error(t, err, text)
	}
}

func TestMissingProcessIsAnError(t *testing.T) {
	t.Setenv("BENCH_SMALL", "1")
	var out, log strings.Builder
	code := run(t.Context(), []string{"-dev", filepath.Join(t.TempDir(), "none"), "-out", t.TempDir()}, &out, &log)
	assert.Equal(t, 1, code)
	assert.Contains(t, log.String(), "no such file")
	assert.Equal(t, 2, run(t.Context(), []string{"more"}, &out, &log))
}
