package endtoend

import (
	"context"
	"io"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestRedriveAfterAStop stops a Map Run in its middle, and goes on with what was
// stopped: Standard items from the state that they were in.
func TestRedriveAfterAStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		name := "stopped-" + string(leaf)
		const n = 40
		tr := newTrial(w, name, leaf)
		tr.bad = func(int) bool { return false }
		tr.holds = 20
		from := fillCSV(t, w, n)
		prefix := w.prefix + "results-" + name
		e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, processor: tr.processor(name), more: `"MaxConcurrency":6`}, "")
		require.Eventually(t, func() bool {
			held := 0
			for i, n := range tr.asked() {
				if i >= tr.holds {
					held += n
				}
			}
			return held >= 4
		}, time.Minute, 50*time.Millisecond)
		e.stop(machine.Fault("Ops", "enough"))
		require.Equal(t, machine.Aborted, e.ended().Status)
		r := w.results(t, prefix)
		r.requireOnce(t, n)
		require.NotEmpty(t, r.failed)
		require.NotEmpty(t, r.pending)
		befores := tr.befores()
		close(tr.held)
		e.redrive()
		e.succeeds()
		after := tr.befores()
		if leaf != program.ExpressBatch {
			for _, one := range r.failed {
				i := one.index(t)
				require.Equal(t, befores[i], after[i], "item %d goes on from where it was stopped", i)
			}
		}
		r = w.results(t, prefix)
		require.Len(t, r.succeeded, n)
		r.requireOnce(t, n)
		assert.Equal(t, wire.Counts{Succeeded: n}, e.mapRun().Items)
	})
}

// TestRedriveOfANestedMapRun redrives an item with a Map Run of its own: of that,
// too, only what has not succeeded runs.
func TestRedriveOfANestedMapRun(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	var broken atomic.Bool
	broken.Store(true)
	inner := w.functions.add("nested", func(c call) (any, error) {
		if broken.Load() && strings.Contains(c.payload, "12") {
			return nil, functionError{"Bad.Item", "it is bad"}
		}
		return c.payload, nil
	})
	nested := `"StartAt":"Inner","States":{"Inner":{"Type":"Map","Label":"Inner","ItemsPath":"$","MaxConcurrency":1,"End":true,"ItemProcessor":{
		"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke",
		"Parameters":{"FunctionName":"nested","Payload.$":"$"},"ResultSelector":{"is.$":"$.Payload"},"End":true}}}}}`
	e := w.startMap(t, distributed{leaf: program.ChildWorkflow, reader: `"ItemsPath":"$"`, selector: "none", processor: nested}, `[[1,2,3],[11,12,13],[21,22]]`)
	e.fails(machine.ErrorExceedTolerance)
	before := inner.counts()
	assert.Equal(t, 1, before["12"])
	broken.Store(false)
	e.redrive()
	require.Equal(t, 3, e.succeeds().Len())
	after := inner.counts()
	assert.Equal(t, before["11"], after["11"], "it had succeeded")
	assert.Equal(t, 2, after["12"])
	assert.Equal(t, 1, after["13"])
}

// counts gives how often the function was called, by payload.
func (f *function) counts() map[string]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.calls)
}

// TestRedriveAfterTheBucketWasDeleted deletes the bucket for the results in the
// middle of a Map Run whose staging is elsewhere: the redrive writes the results,
// and runs no item.
func TestRedriveAfterTheBucketWasDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{staging: "s3://" + bucket + "/staging-of-the-deleted"})
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		const n = 30
		gone := "gone-" + string(leaf)
		w.server.Bucket(t, gone)
		reached, held := make(chan struct{}), make(chan struct{})
		asked := w.functions.add(gone, func(c call) (any, error) {
			var input struct{ Index int }
			if c.read(&input); input.Index == n-1 {
				close(reached)
				<-held
			}
			return double(c)
		})
		e := w.startMap(t, distributed{
			leaf: leaf, reader: fillCSV(t, w, n).reader, processor: asking(gone),
			more: `"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"` + gone + `","Prefix":"jobs"}}`,
		}, "")
		<-reached
		_, err := w.s3.DeleteBucket(context.Background(), &s3.DeleteBucketInput{Bucket: &gone})
		require.NoError(t, err)
		close(held)
		require.Contains(t, e.fails(machine.ErrorResultWriterFailed), gone)
		require.Equal(t, n, asked.count())
		w.server.Bucket(t, gone)
		e.redrive()
		key := e.succeeds().Get("ResultWriterDetails").Get("Key").Text()
		require.Equal(t, n, asked.count(), "no item runs again")
		folder := strings.TrimSuffix(key, "manifest.json")
		out, err := w.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &gone, Key: aws.String(folder + "SUCCEEDED_0.json")})
		require.NoError(t, err)
		defer out.Body.Close()
		text, err := io.ReadAll(out.Body)
		require.NoError(t, err)
		seen := map[int]bool{}
		for _, one := range parseRecords(t, string(text)) {
			seen[one.index(t)] = true
		}
		require.Len(t, seen, n)
		listed, err := w.s3.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: &gone})
		require.NoError(t, err)
		require.Len(t, listed.Contents, 2, "the manifest and a file")
	})
}
