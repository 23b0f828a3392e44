package kill

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-a99ddb6e/stepwell/testsuite/devtest"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// poisonous are the states of items that do not all end well.
const poisonous = `"StartAt": "Check", "States": {
	"Check": {"Type": "Choice", "Default": "Ask", "Choices": [
		{"Variable": "$.row.id", "StringMatches": "*-intrinsic", "Next": "Intrinsic"},
		{"Variable": "$.row.id", "StringMatches": "*-path", "Next": "Path"}]},
	"Intrinsic": {"Type": "Pass", "Parameters": {"x.$": "States.StringToJson($.row.id)"}, "Next": "Ask"},
	"Path": {"Type": "Pass", "Parameters": {"x.$": "$.row.none.at.all"}, "Next": "Ask"},
	"Ask": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": %q, "Payload.$": "$"},
		"TimeoutSeconds": 10, "Retry": [{"ErrorEquals": ["Broken", "Lambda.SdkClientException"], "IntervalSeconds": 1, "MaxAttempts": 2}],
		"ResultSelector": {"is.$": "$.Payload"}, "ResultPath": "$.answer", "Next": "Grown"},
	"Grown": {"Type": "Choice", "Default": "Done", "Choices": [{"Variable": "$.row.id", "StringMatches": "*-growing", "Next": "Grow"}]},
	"Grow": {"Type": "Pass", "Parameters": {"a.$": "$.answer", "b.$": "$.answer", "c.$": "$.answer", "d.$": "$.answer"}, "Next": "Done"},
	"Done": {"Type": "Succeed"}}`

// poison is a kind of item that does harm.
type poison struct {
	name string
	// of all items those with this remainder are of the kind; one that is dear has
	// a large divisor.
	remainder, divisor int
	// err is the error that the item ends with, "" when it succeeds after all,
	// and calls how often its Task is called.
	err   string
	calls int
	// answer is what the function does instead of answering; false is given when
	// it is to answer as always.
	answer func(w http.ResponseWriter, r *http.Request, times int) bool
}

func poisons() []poison {
	broken := func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprint(w, `{"errorType": "Broken", "errorMessage": "It is broken."}`)
		return true
	}
	cutting := func(w http.ResponseWriter, _ *http.Request, _ int) bool { cut(w); return true }
	once := func(f func(http.ResponseWriter, *http.Request, int) bool) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, r *http.Request, times int) bool { return times == 0 && f(w, r, times) }
	}
	text := func(size int) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			_, _ = io.WriteString(w, long(size)) // the caller may have enough
			return true
		}
	}
	return []poison{
		{name: "broken", remainder: 7, divisor: 250, err: "Broken", calls: 3, answer: broken},
		{name: "broken-once", remainder: 11, divisor: 250, calls: 2, answer: once(broken)},
		{name: "intrinsic", remainder: 13, divisor: 50, err: "States.Runtime"},
		{name: "path", remainder: 17, divisor: 50, err: "States.Runtime"},
		{name: "cutting", remainder: 19, divisor: 250, err: "Lambda.SdkClientException", calls: 3, answer: cutting},
		{name: "cutting-once", remainder: 23, divisor: 250, calls: 2, answer: once(cutting)},
		{name: "silent", remainder: 29, divisor: 500, err: "States.Timeout", calls: 1, answer: func(_ http.ResponseWriter, r *http.Request, _ int) bool {
			<-r.Context().Done()
			return true
		}},
		{name: "garbage", remainder: 31, divisor: 50, err: "Lambda.Unknown", calls: 1, answer: func(w http.ResponseWriter, _ *http.Request, _ int) bool {
			fmt.Fprint(w, "{")
			return true
		}},
		{name: "large", remainder: 37, divisor: 1_000, calls: 1, answer: text(200_000)},
		{name: "growing", remainder: 41, divisor: 1_000, err: "States.DataLimitExceeded", calls: 1, answer: text(500_000)},
		{name: "too-large", remainder: 43, divisor: 1_000, err: "States.DataLimitExceeded", calls: 1, answer: text(2_000_000)},
		{name: "endless", remainder: 47, divisor: 10_000, err: "Lambda.Unknown", calls: 1, answer: text(60_000_000)},
	}
}

func long(size int) string { return `"` + strings.Repeat("y", size) + `"` }

// TestPoisonousItems runs maps on each leaf some of whose items do harm: each of
// them ends with its own error after its own retries, and no other one suffers.
func TestPoisonousItems(t *testing.T) {
	t.Parallel()
	eachLeaf(t, func(t *testing.T, leaf program.LeafKind) {
		c := newChaos(t)
		all := poisons()
		of := func(i int) *poison {
			for n := range all {
				if i%all[n].divisor == all[n].remainder {
					return &all[n]
				}
			}
			return nil
		}
		o := order{leaf: leaf, items: c.items(t, leaf), states: poisonous, more: `"ToleratedFailurePercentage": 100,`}
		o.mark = func(i int) string {
			if p := of(i); p != nil {
				return "-" + p.name
			}
			return ""
		}
		o.ends = func(i int) end {
			p := of(i)
			switch {
			case p != nil && p.err != "":
				return end{status: "FAILED", err: p.err}
			case p != nil && p.name == "large":
				return end{status: "SUCCEEDED", output: strings.TrimSuffix(o.input(i), "}") + `,"answer":{"is":` + long(200_000) + `}}`}
			}
			return end{status: "SUCCEEDED", output: o.output(i)}
		}
		w := newWorld(t, devtest.Start(t, bucket))
		w.tasks.poison = func(w http.ResponseWriter, r *http.Request, i, times int) bool {
			p := of(i)
			return p != nil && p.answer != nil && p.answer(w, r, times)
		}
		w.startWorker(t)
		began := time.Now()
		e := w.start(t, o)
		e.requireComplete(t)
		calls := e.tasks.callsOf(string(leaf))
		for i := range e.items {
			wanted := 1
			if p := of(i); p != nil {
				wanted = p.calls
			}
			if len(calls[i]) != wanted {
				assert.Failf(t, "calls", "item %d (%s) was called %d times instead of %d", i, o.id(i), len(calls[i]), wanted)
			}
		}
		t.Logf("%d items, %.0f s", e.items, time.Since(began).Seconds())
	})
}
