package readertest

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// LargeSetting names the environment variable that says how many megabytes the
// sources of tests of memory have; without it they have 24.
const LargeSetting = "STEPWELL_TEST_SOURCE_MB"

// SourceBytes gives how large the source of a test of memory should be.
func SourceBytes() int64 {
	if mb, err := strconv.ParseInt(os.Getenv(LargeSetting), 10, 64); err == nil && mb > 0 {
		return mb << 20
	}
	return 24 << 20
}

// Flat is a source of any size, and what it holds and takes.
type Flat struct {
	Source reader.Source
	Items  int64
	// PlanBytes and ReadBytes are how much memory planning, and reading, may take
	// beside what is there before.
	PlanBytes, ReadBytes int64
}

// RunFlat plans and reads a large source as an express run does, page by page
// and shard by shard, and fails the test when that takes more memory than it
// may, or does not give all items.
func RunFlat(t *testing.T, f Flat) {
	t.Helper()
	r, err := reader.Open(f.Source)
	require.NoError(t, err)
	var shards []wire.Shard
	planned := Peak(func() {
		for next := (&wire.Cursor{}); next != nil; {
			page, err := r.Plan(context.Background(), *next, reader.LimitsOf(program.ExpressBatch, machine.Distribute{}))
			require.NoError(t, err)
			for _, s := range page.Shards {
				if s.Source == nil {
					s.Source = &page.Source
				}
				shards = append(shards, s)
			}
			next = page.Next
		}
	})
	seen := int64(0)
	read := Peak(func() {
		for _, s := range shards {
			require.NoError(t, r.Read(context.Background(), s, func(item reader.Item) error {
				require.Equal(t, seen, item.Index)
				seen++
				return nil
			}))
		}
	})
	t.Logf("%d items in %d shards: planning takes %d MB, reading %d MB", seen, len(shards), planned>>20, read>>20)
	require.Equal(t, f.Items, seen)
	require.LessOrEqual(t, planned, f.PlanBytes, "planning")
	require.LessOrEqual(t, read, f.ReadBytes, "reading")
}

// Peak gives how much more memory than before is in use at most while the work
// is done: of what the collector, which is made eager, has not given back.
func Peak(work func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	before := stats.HeapAlloc
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most.Store(max(most.Load(), now.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	work()
	close(stop)
	<-stopped
	return int64(most.Load()) - int64(before)
}
