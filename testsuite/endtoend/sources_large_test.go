package endtoend

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

const (
	// largeSetting is the environment variable that lets the large test run.
	largeSetting = "STEPWELL_TEST_LARGE"
	largeBytes   = 1 << 30
	// workerBytes is how much memory the worker may have.
	workerBytes = 300 << 20
	// rowBytes is about how long a row is.
	rowBytes = 1 << 10
)

// TestLargeSource runs over a gigabyte of CSV, plain and compressed: the
// worker's memory does not grow with the source, and shards run while planning
// goes on.
func TestLargeSource(t *testing.T) {
	if os.Getenv(largeSetting) == "" {
		t.Skipf("a gigabyte takes some minutes; set %s=1 to run it", largeSetting)
	}
	for _, extension := range []string{".csv", ".csv.gz"} {
		t.Run(extension, func(t *testing.T) { testLarge(t, extension) })
	}
}

func testLarge(t *testing.T, extension string) {
	w := newWorld(t, settings{elsewhere: true})
	key := w.prefix + "large" + extension
	n := w.putLarge(t, key, extension)
	p := w.startWorker(t)
	began := time.Now()
	e := w.startMap(t, distributed{
		leaf: program.ExpressBatch, reader: object(key, firstRow), selector: `{"id.$":"$$.Map.Item.Value.id"}`, prefix: w.prefix + "results",
		processor: `"StartAt":"Pass","States":{"Pass":{"Type":"Pass","End":true}}`,
	}, "")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	require.NoError(t, e.run.Get(ctx, nil))
	e.requireCounts(program.ExpressBatch, wire.Counts{Succeeded: n})
	took := time.Since(began)

	shards, before, pages, last := e.planned(t)
	peak := peakMemory(t, p.Pid())
	t.Logf("%d items in %d shards took %.0f s; %d pages, the last one planned after %.0f s, when %d shards had ended; the worker had %d MB at most",
		n, shards, took.Seconds(), pages, last.Sub(began).Seconds(), before, peak>>20)
	assert.Greater(t, pages, 2)
	assert.Positive(t, before, "shards should run while planning goes on")
	assert.Less(t, peak, int64(workerBytes))
}

// putLarge writes a gigabyte of rows as a stream and gives their number.
func (w *world) putLarge(t *testing.T, key, extension string) (rows int64) {
	t.Helper()
	content, in := io.Pipe()
	go func() {
		var out io.Writer = in
		var zip *gzip.Writer
		if extension == ".csv.gz" {
			zip, _ = gzip.NewWriterLevel(in, gzip.BestSpeed)
			out = zip
		}
		buffered := bufio.NewWriterSize(out, 1<<20)
		_, err := fmt.Fprint(buffered, "id,note\n")
		noise := make([]byte, rowBytes/2-20)
		for random := rand.NewChaCha8([32]byte{}); rows*rowBytes < largeBytes && err == nil; rows++ {
			_, _ = random.Read(noise)
			_, err = fmt.Fprintf(buffered, "%d,\"%x\nand more\"\n", rows, noise)
		}
		if err == nil {
			err = buffered.Flush()
		}
		if zip != nil && err == nil {
			err = zip.Close()
		}
		in.CloseWithError(err)
	}()
	require.NoError(t, objects.NewS3(w.s3).Upload(context.Background(), objects.Location{Bucket: bucket, Key: key}, content))
	return rows
}

// planned tells from the history of the Map Run how many shards and pages it
// had, when the last page was there, and how many shards had ended then.
func (e *execution) planned(t *testing.T) (shards, before, pages int, last time.Time) {
	t.Helper()
	for _, events := range e.histories(t, e.mapRuns()[0], "") {
		kinds := map[int64]string{}
		for _, event := range events {
			if scheduled := event.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
				kinds[event.GetEventId()] = scheduled.GetActivityType().GetName()
			}
			if event.EventType != enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED {
				continue
			}
			switch kinds[event.GetActivityTaskCompletedEventAttributes().GetScheduledEventId()] {
			case wire.ExpressShardActivity:
				shards++
			case wire.PlanActivity:
				pages++
				before, last = shards, event.GetEventTime().AsTime()
			}
		}
	}
	return shards, before, pages, last
}

// peakMemory gives the most memory that a process has had so far.
func peakMemory(t *testing.T, process int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		t.Skipf("the memory of a process cannot be read here: %s", err)
	}
	found := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(status)
	require.NotNil(t, found, "%s", status)
	kilobytes, err := strconv.ParseInt(string(found[1]), 10, 64)
	require.NoError(t, err)
	return kilobytes << 10
}
