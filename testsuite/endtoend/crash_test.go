package endtoend

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestWorkerIsLost kills the worker's process in the middle of a Map Run, or
// asks it to stop, and starts another one: every item stands once in the counts
// and in the files, and none is lost. What a killed worker had called and not
// reported is called again; one that was asked to stop reports first. Only an
// item with a workflow of its own asks the Task's Retry whether it may be called
// again (docs/decisions/0005).
func TestWorkerIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		code   int
	}{{"killed", syscall.SIGKILL, -1}, {"stopped", syscall.SIGTERM, 0}} {
		for _, leaf := range leaves() {
			t.Run(c.name+"/"+string(leaf), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, settings{elsewhere: true})
				n := itemsOf(leaf)
				doubled := w.functions.add("double", func(c call) (any, error) {
					time.Sleep(10 * time.Millisecond)
					return double(c)
				})
				from := fillCSV(t, w, n)
				prefix := w.prefix + "results"
				first := w.startWorker(t)
				processor := asking("double")
				if leaf == program.ChildWorkflow {
					processor = `"StartAt":"Ask","States":{"Ask":` + ask("double", lostRetry+`,"End":true`) + `}`
				}
				e := w.startMap(t, distributed{leaf: leaf, reader: from.reader, prefix: prefix, more: `"MaxConcurrency":20`, processor: processor}, "")
				require.Eventually(t, func() bool { return doubled.count() >= n/3 }, time.Minute, time.Millisecond)
				require.Equal(t, c.code, first.End(t, c.signal), "%s", first.Said())
				before := doubled.count()
				require.Less(t, before, n, "the worker ended too late")
				began := time.Now()
				w.startWorker(t)

				r := w.exported(t, prefix, e.succeeds())
				require.Len(t, r.succeeded, n)
				r.requireOnce(t, n)
				inputs := from.inputs()
				for _, one := range r.succeeded {
					i := one.index(t)
					require.JSONEq(t, inputs[i], one.Input)
					require.JSONEq(t, output(i, inputs[i]), one.Output)
				}
				e.requireCounts(leaf, wire.Counts{Succeeded: int64(n)})
				again := doubled.count() - n
				t.Logf("%s, %s after %d of %d calls: %d items were called again; the rest took %.1f s",
					leaf, c.name, before, n, again, time.Since(began).Seconds())
				if leaf != program.ExpressBatch {
					assert.LessOrEqual(t, again, 100, "at most what was in flight is called again")
				}
			})
		}
	}
}

// lostRetry lets a Task be called again whose worker was lost.
const lostRetry = `"Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":2}]`

// TestWorkerIsLostInATask kills the worker while it calls a function: the Task is
// called again, with or without a Retry that says so.
func TestWorkerIsLostInATask(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{elsewhere: true})
	called := make(chan struct{}, 10)
	w.functions.add("slow", func(c call) (any, error) {
		called <- struct{}{}
		if c.attempt == 1 {
			<-c.gone
		}
		return c.attempt, nil
	})
	first := w.startWorker(t)
	again := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("slow", lostRetry+`,"End":true`)+`}}`, `{"n":1}`)
	once := w.start(t, `{"StartAt":"Ask","States":{"Ask":`+ask("slow", `"End":true`)+`}}`, `{"n":2}`)
	for range 2 {
		<-called
	}
	first.End(t, syscall.SIGKILL)
	w.startWorker(t)
	require.Equal(t, `{"n":1,"answer":{"is":2}}`, again.succeeds().String())
	require.Equal(t, `{"n":2,"answer":{"is":2}}`, once.succeeds().String())
}
