package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/activities"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestItemsThatWaitForARedrive looks at a Map Run that was redriven and runs one
// item at a time.
func TestItemsThatWaitForARedrive(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			service := newPicky(0, 1, 2)
			h, _ := inspectingWith(t, staging(t), service)
			machineName := "waits-" + strings.ReplaceAll(string(leaf), " ", "-")
			name := machineName + "/one"
			r := h.run("run", h.file(t, machineName+".json", picked(leaf, oneAtATime+exporting+`"ToleratedFailureCount":2,`)), "--name", "one", "--input", numbers(6), "--leaf", string(leaf))
			require.Equal(t, exitFailed, r.code, r.err)
			arn := mapRunOf(t, h, name)
			aborted := h.described(t, arn).ItemCounts.Aborted // the next one may have begun
			release := service.hold(0)
			defer release()
			service.set()
			require.Equal(t, exitSucceeded, h.run("maprun", "redrive", arn).code)
			want := mapRunCounts{Running: 1, PendingRedrive: 2 + aborted, Pending: 3 - aborted, Total: 6}
			var d mapRunDescription
			require.Eventually(t, func() bool {
				d = h.described(t, arn)
				return d.ItemCounts != nil && *d.ItemCounts == want && *d.ExecutionCounts == want
			}, 20*time.Second, 100*time.Millisecond, "%+v", &d)
			assert.Contains(t, h.run("maprun", "describe", arn, "-o", "text").out, fmt.Sprintf("%d pending redrive", want.PendingRedrive))
			assert.EqualValues(t, want.PendingRedrive, h.run("describe", name).json(t)["mapRuns"].([]any)[0].(map[string]any)["itemCounts"].(map[string]any)["pendingRedrive"])
			if leaf != program.ExpressBatch {
				var running []mapRunItem
				require.Eventually(t, func() bool { running = h.items(t, arn, "running"); return len(running) == 1 }, 20*time.Second, 100*time.Millisecond)
				assert.Equal(t, []any{int64(0), 1}, []any{*running[0].Index, running[0].RedriveCount})
				var types []string
				require.Eventually(t, func() bool { // its workflow may be about to begin
					_, types = eventsOf(t, h.run("history", running[0].ExecutionARN, "--format", "json"))
					return types[len(types)-1] == "LambdaFunctionStarted"
				}, 20*time.Second, 100*time.Millisecond, "%v", &types)
				assert.Equal(t, []string{"ExecutionFailed", "ExecutionRedriven"}, types[slices.Index(types, "ExecutionFailed"):][:2])
				e := h.run("describe", running[0].ExecutionARN).json(t)
				assert.Equal(t, []any{"RUNNING", 1.0}, []any{e["status"], e["redriveCount"]})
				waiting := h.items(t, arn, "pending-redrive")
				for _, item := range waiting { // those that the shard has not read yet cannot be told
					assert.Equal(t, []any{machine.Status("PENDING_REDRIVE"), 0, "Bad"}, []any{item.Status, item.RedriveCount, item.Error}, "%v", item)
				}
			}
			release()
			require.Equal(t, exitSucceeded, h.run("describe", name, "--follow").code)
		})
	}
}

// TestItemsWithoutAResultWriter lists what staging, or the Map Run itself, keeps
// of items that did not succeed.
func TestItemsWithoutAResultWriter(t *testing.T) {
	for _, kind := range []string{"unstaged", "staged"} {
		for _, leaf := range leaves() {
			t.Run(kind+" "+string(leaf), func(t *testing.T) {
				t.Parallel()
				service := newPicky(2)
				var settings activities.MapDependencies
				if kind == "staged" {
					settings = staging(t)
				}
				h, _ := inspectingWith(t, settings, service)
				machineName := kind + "-" + strings.ReplaceAll(string(leaf), " ", "-")
				r := h.run("run", h.file(t, machineName+".json", picked(leaf, oneAtATime)), "--name", "one", "--input", numbers(5), "--leaf", string(leaf))
				require.Equal(t, exitFailed, r.code, r.err)
				arn := mapRunOf(t, h, machineName+"/one")
				failed := h.items(t, arn, "failed")
				require.NotEmpty(t, failed)
				assert.Equal(t, []any{int64(2), "Bad", "it is bad", machine.Failed}, []any{*failed[0].Index, failed[0].Error, failed[0].Cause, failed[0].Status})
				assert.Len(t, append(h.items(t, arn, "pending"), h.items(t, arn, "aborted")...), 2)
				if kind == "staged" {
					r = h.run("maprun", "items", arn, "--status", "succeeded")
					assert.Equal(t, exitFailed, r.code)
					assert.Contains(t, r.err, "give the Map a ResultWriter")
				}
				service.set()
				r = h.run("redrive", machineName+"/one", "--follow")
				require.Equal(t, exitSucceeded, r.code, r.err)
				assert.JSONEq(t, numbers(5), r.json(t)["output"].(string))
				if leaf == program.ExpressBatch {
					return
				}
				events, types := eventsOf(t, h.run("history", failed[0].ExecutionARN, "--format", "json"))
				assert.Equal(t, []string{"ExecutionFailed", "ExecutionRedriven"}, types[slices.Index(types, "ExecutionFailed"):][:2])
				assert.Equal(t, "ExecutionSucceeded", types[len(types)-1])
				assert.EqualValues(t, len(events), events[len(events)-1]["id"])
			})
		}
	}
}

// What is damaged in staging is said without a word of Go's decoder.
func TestDamagedItems(t *testing.T) {
	l := &itemListing{told: &wire.MapRunDescription{Staging: "s3://b/runs/1/"}}
	for _, damaged := range []string{"[]", "7", `{"first":`} {
		assert.EqualError(t, l.restPart([]byte(damaged)), "what is kept of items in s3://b/runs/1/ is damaged")
	}
}
