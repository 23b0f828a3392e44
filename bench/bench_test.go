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

// TestSmall runs both benches as make does, on few items, and at the same time:
// most of it is the start and the end of servers.
func TestSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts forty dev servers")
	}
	devServer, err := devtest.Binary()
	if err != nil {
		t.Skip(err)
	}
	folder := t.TempDir()
	binaries := devtest.Binaries{Rooms: map[string]string{"bench": "bench", "stepwell-worker": "worker"}}
	t.Cleanup(binaries.Remove)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	t.Cleanup(cancel)
	bench := func(t *testing.T, command ...string) string {
		started := exec.CommandContext(ctx, binaries.Path(t, "bench"),
			append(command, "-dev", devServer, "-worker", binaries.Path(t, "stepwell-worker"), "-out", folder)...)
		started.Cancel = func() error { return started.Process.Signal(os.Interrupt) }
		started.Env = append(os.Environ(), "BENCH_SMALL=1")
		said, err := started.CombinedOutput()
		require.NoError(t, err, "%s", said)
		return string(said)
	}
	t.Run("bench", func(t *testing.T) {
		t.Parallel()
		assert.Contains(t, bench(t), "standard_packed_vs_child_workflow")
		written := readFigures(t, filepath.Join(folder, "bench.json"))
		for _, f := range (measurements{}).figures() {
			assert.Positive(t, written[f.name], f.name)
		}
		assert.Equal(t, float64(small.express), written["express_items"])
		// What each leaf is: an item of its own history, or a part of one.
		assert.Less(t, written["events_per_item_express"], 0.1)
		assert.Less(t, written["events_per_item_packed"], 1.0)
		assert.Greater(t, written["events_per_item_child"], 5.0)
		assert.Greater(t, written["events_per_item_baseline_child_workflow"], 5.0)
	})
	t.Run("map", func(t *testing.T) {
		t.Parallel()
		assert.Contains(t, bench(t, "map"), "at most 0.01")
		written := readFigures(t, filepath.Join(folder, "map.json"))
		for _, f := range (&mapMeasurements{}).figures() {
			assert.Positive(t, written[f.name], f.name)
		}
		checkPoints(t, filepath.Join(folder, "map-points.json"))
	})
}

func readFigures(t *testing.T, file string) (written map[string]float64) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &written))
	return written
}

// checkPoints looks at what every point has, and what only some have.
func checkPoints(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var written struct {
		Points     []point   `json:"points"`
		SmallMapMS []float64 `json:"small_map_ms"`
	}
	require.NoError(t, json.Unmarshal(text, &written))
	assert.Len(t, written.SmallMapMS, small.smallMaps)
	for _, p := range written.Points {
		assert.Positive(t, p.Items, p.Name)
		assert.Positive(t, p.Seconds, p.Name)
		assert.Positive(t, p.WorkerPeakMiB, p.Name)
		if p.Name == "plain_loop" {
			assert.Zero(t, p.Workers)
			continue
		}
		assert.Positive(t, p.Events, p.Name)
		assert.Positive(t, p.StateTransitions, p.Name)
		if p.Name == "child_workflow" || p.Name == "activity_tree" { // an activity an item
			assert.GreaterOrEqual(t, p.Actions, int64(p.Items), p.Name)
		}
		if strings.HasSuffix(p.Name, "_4_workers") {
			assert.Equal(t, 4, p.Workers, p.Name)
		}
	}
}

func TestBounds(t *testing.T) {
	second := func(items int, peak int64) measured {
		return measured{items: items, elapsed: time.Second, use: use{worker: time.Second, peak: peak}}
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
	assert.Equal(t, []string{"at least 20", "at least 10,000", "at most 300", "at least 300,000"}, bounds)
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

func TestMissingProcessIsAnError(t *testing.T) {
	t.Setenv("BENCH_SMALL", "1")
	var out, log strings.Builder
	code := run(t.Context(), []string{"-dev", filepath.Join(t.TempDir(), "none"), "-out", t.TempDir()}, &out, &log)
	assert.Equal(t, 1, code)
	assert.Contains(t, log.String(), "no such file")
	assert.Equal(t, 1, runMap(t.Context(), []string{"-dev", filepath.Join(t.TempDir(), "none"), "-out", t.TempDir()}, &out, &log))
	assert.Equal(t, 2, run(t.Context(), []string{"more"}, &out, &log))
	assert.Equal(t, 2, run(t.Context(), []string{"-rows"}, &out, &log), "a flag of bench map alone")
}
