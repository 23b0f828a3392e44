package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// TestRedriveOfAMapRunThatGoesOn puts failed items back while others run.
func TestRedriveOfAMapRunThatGoesOn(t *testing.T) {
	for _, leaf := range leaves() {
		t.Run(string(leaf), func(t *testing.T) {
			t.Parallel()
			service := newPicky(3, 5)
			h, _ := inspectingWith(t, staging(t), service)
			release := service.hold(9)
			defer release()
			machineName := "goes-on-" + strings.ReplaceAll(string(leaf), " ", "-")
			r := h.run("start", h.file(t, machineName+".json", picked(leaf, exporting+`"ToleratedFailurePercentage":50,"MaxConcurrency":9,`)), "--name", "one", "--input", numbers(10), "--leaf", string(leaf))
			require.Equal(t, exitSucceeded, r.code, r.err)
			arn := h.mapRunOf(t, machineName+"/one")
			var d mapRunDescription
			require.Eventually(t, func() bool {
				d = h.described(t, arn)
				return d.ItemCounts != nil && d.ItemCounts.Failed == 2 && d.ItemCounts.Succeeded == 7
			}, 30*time.Second, 100*time.Millisecond)
			service.set()
			r = h.run("maprun", "redrive", arn)
			require.Equal(t, exitSucceeded, r.code, r.err)
			assert.Equal(t, map[string]any{"mapRunArn": arn, "itemsPutBack": 0.0, "itemsPutBackLater": 2.0}, r.json(t), "its shard still runs")
			d = h.described(t, arn)
			assert.Equal(t, mapRunCounts{Running: 1, Succeeded: 7, PendingRedrive: 2, Total: 10}, *d.ItemCounts)
			assert.Equal(t, *d.ItemCounts, *d.ExecutionCounts)
			assert.Empty(t, h.items(t, arn, "failed"))
			if leaf != program.ExpressBatch {
				assert.Len(t, h.items(t, arn, "pending-redrive"), 2)
			}
			for range 2 {
				r = h.run("maprun", "redrive", arn)
				require.Equal(t, exitSucceeded, r.code, r.err)
				assert.Equal(t, map[string]any{"mapRunArn": arn, "itemsPutBack": 0.0, "itemsPutBackLater": 0.0, "itemsPendingRedrive": 2.0}, r.json(t))
			}
			release()
			require.Eventually(t, func() bool { return h.described(t, arn).Status == machine.Succeeded }, 60*time.Second, 200*time.Millisecond)
			d = h.described(t, arn)
			assert.Equal(t, mapRunCounts{Succeeded: 10, Total: 10, ResultsWritten: 10}, *d.ItemCounts)
			assert.Zero(t, d.RedriveCount, "its execution was not redriven")
			assert.True(t, d.RedriveDate.IsZero())
			again := h.items(t, arn, "succeeded", "--redriven")
			require.Len(t, again, 2, "items count it")
			assert.Equal(t, []int{1, 1}, []int{again[0].RedriveCount, again[1].RedriveCount})
			assert.Equal(t, []int{1, 1, 1, 2, 1, 2, 1, 1, 1, 1}, service.called("B", 10))
			e := h.run("describe", machineName+"/one", "--follow").json(t)
			assert.Equal(t, "SUCCEEDED", e["status"])
			r = h.run("maprun", "redrive", arn)
			assert.Equal(t, exitFailed, r.code)
		})
	}
}
