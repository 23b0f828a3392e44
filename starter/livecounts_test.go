package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	workflowpb "go.temporal.io/api/workflow/v1"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// counted are the counts of a shard of which so many items succeeded and failed.
func counted(number int, succeeded, failed int64) wire.ShardCounts {
	c := wire.Counts{Succeeded: succeeded, Failed: failed}
	return wire.ShardCounts{Number: number, Items: c, Executions: c}
}

// ofShards is a Map Run of four shards of 100 items, 10 of each at once.
func ofShards(succeeded int64, running ...int) wire.MapRunDescription {
	c := wire.Counts{Succeeded: succeeded}
	d := wire.MapRunDescription{Status: machine.Running, Planned: true, Total: 400, Items: c, Executions: c}
	for _, number := range running {
		d.Running += 10
		d.RunningShards = append(d.RunningShards, wire.RunningShard{Number: number, Items: 100, Share: 10})
	}
	d.Items.Pending = d.Total - succeeded - d.Running
	return d
}

func TestLiveCounts(t *testing.T) {
	type look struct {
		d                                   wire.MapRunDescription
		told                                []wire.ShardCounts
		succeeded, failed, running, pending int64
	}
	older := ofShards(0, 0, 1)
	older.RunningShards = nil
	ended := ofShards(30)
	ended.Status = machine.Aborted
	stopping := wire.ShardCounts{Number: 0, Items: wire.Counts{Succeeded: 40, Pending: 55}}
	for name, looks := range map[string][]look{
		"shards that run": {
			{ofShards(0, 0, 1), nil, 0, 0, 20, 380},
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(0, 30, 5), counted(1, 10, 0)}, 40, 5, 20, 335},
		},
		"the last items of a shard": {
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(0, 97, 0)}, 97, 0, 13, 290},
		},
		"a shard that does not answer": {
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(0, 30, 0), counted(1, 10, 0)}, 40, 0, 20, 340},
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(1, 20, 0)}, 50, 0, 20, 330},
			{ofShards(0, 0, 1), nil, 50, 0, 20, 330},
		},
		"a shard that ends between the questions": {
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(0, 100, 0), counted(1, 10, 0)}, 110, 0, 10, 280},
			{ofShards(100, 1, 2), []wire.ShardCounts{counted(0, 100, 0), counted(1, 10, 0)}, 110, 0, 20, 270},
		},
		"a shard that ends after it was asked in vain": {
			{ofShards(0, 0, 1), []wire.ShardCounts{counted(0, 60, 0)}, 60, 0, 20, 320},
			{ofShards(100, 1), nil, 100, 0, 10, 290},
		},
		"a shard that begins anew": {
			{ofShards(0, 3), []wire.ShardCounts{counted(3, 50, 2)}, 50, 2, 10, 338},
			{ofShards(0, 3), []wire.ShardCounts{counted(3, 20, 0)}, 50, 2, 10, 338},
			{ofShards(0, 3), []wire.ShardCounts{counted(3, 55, 1)}, 55, 1, 10, 334},
		},
		"a shard that is lost": {
			{ofShards(100, 1, 2), []wire.ShardCounts{counted(1, 50, 0), counted(2, 50, 0)}, 200, 0, 20, 180},
			{ofShards(100, 2), []wire.ShardCounts{counted(2, 60, 0)}, 200, 0, 20, 180},
		},
		"a shard that gives items up":         {{ofShards(0, 0), []wire.ShardCounts{stopping}, 40, 0, 5, 355}},
		"a shard that tells more than it has": {{ofShards(0, 0), []wire.ShardCounts{counted(0, 101, 0)}, 0, 0, 10, 390}},
		"a worker that knows no shards":       {{older, nil, 0, 0, 20, 380}},
		"the end is told as it is": {
			{ofShards(0, 0), []wire.ShardCounts{counted(0, 60, 0)}, 60, 0, 10, 330},
			{ended, nil, 30, 0, 0, 370},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var l liveCounts
			for i, look := range looks {
				l.take(look.d, look.told)
				want := wire.Counts{Succeeded: look.succeeded, Failed: look.failed, Pending: look.pending}
				assert.Equal(t, want, l.Items, "look %d", i)
				assert.Equal(t, look.running, l.Running, "look %d", i)
				assert.LessOrEqual(t, len(l.shards), len(look.d.RunningShards), "nothing is kept of shards that have ended")
			}
		})
	}
}

func TestShardsAreAskedInTurn(t *testing.T) {
	running := ofShards(0, make([]int, 50)...).RunningShards
	for i := range running {
		running[i].Number = i
	}
	var l liveCounts
	assert.Len(t, l.next(running), 50, "all at first")
	l.take(ofShards(0), nil)
	asked := map[int]int{}
	for range 5 {
		for _, shard := range l.next(running) {
			asked[shard.Number]++
		}
	}
	assert.Len(t, asked, 50)
	for number, times := range asked {
		assert.Equal(t, 2, times, "shard %d", number)
	}
	assert.Len(t, l.next(running[:3]), 3)
}

// napping is a Distributed Map whose items sleep for ever when they are "slow".
func napping(execution string) string {
	return fmt.Sprintf(`{"StartAt":"Nap","States":{"Nap":{"Type":"Map","Label":"Nap","ItemsPath":"$.items","End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":%q},"StartAt":"C","States":{
		"C":{"Type":"Choice","Choices":[{"Variable":"$","StringEquals":"slow","Next":"W"}],"Default":"P"},
		"W":{"Type":"Wait","Seconds":250,"End":true},"P":{"Type":"Pass","End":true}}}}}}`, execution)
}

// TestLiveCountsOfLeaves sees how far shards are that do not end.
func TestLiveCountsOfLeaves(t *testing.T) {
	t.Parallel()
	h, _ := inspecting(t)
	items := `{"items":["slow"` + strings.Repeat(`,"quick"`, 30) + `,"slow"]}`
	leaves := map[string]string{"packed-shard": "STANDARD", "child-workflow": "STANDARD", "express-batch": "EXPRESS"}
	errs := map[string]*safeBuffer{}
	for leaf, execution := range leaves {
		errs[leaf] = &safeBuffer{}
		file := h.file(t, leaf+".json", napping(execution))
		go h.runTo(t.Context(), &safeBuffer{}, errs[leaf], "run", file, "--name", "one", "--leaf", leaf, "--input", items)
	}
	for leaf := range leaves {
		t.Run(leaf, func(t *testing.T) {
			require.Eventually(t, func() bool {
				return strings.Contains(errs[leaf].String(), "Nap: 30/32 items: 30 succeeded, 0 failed, 0 timed out, 2 running, 0 pending")
			}, 30*time.Second, 50*time.Millisecond, "%s", errs[leaf])
			before := int64(0)
			for _, line := range regexp.MustCompile(`Nap: (\d+)/32`).FindAllStringSubmatch(errs[leaf].String(), -1) {
				ended, err := strconv.ParseInt(line[1], 10, 64)
				require.NoError(t, err)
				assert.GreaterOrEqual(t, ended, before)
				before = ended
			}
			described := h.run("describe", leaf+"/one").json(t)["mapRuns"].([]any)[0].(map[string]any)
			assert.Equal(t, leaf, described["leaf"])
			assert.Equal(t, "RUNNING", described["status"])
			assert.Equal(t, map[string]any{"pending": 0.0, "running": 2.0, "succeeded": 30.0, "failed": 0.0,
				"timedOut": 0.0, "aborted": 0.0, "total": 32.0, "final": true}, described["itemCounts"])
			assert.Equal(t, map[string]any{"succeeded": 30.0, "failed": 0.0, "timedOut": 0.0, "aborted": 0.0}, described["executionCounts"])

			r := h.run("stop", leaf+"/one")
			require.Equal(t, exitSucceeded, r.code, r.err)
			stopped := r.json(t)["mapRuns"].([]any)[0].(map[string]any)["itemCounts"].(map[string]any)
			assert.Equal(t, []any{30.0, 2.0, 0.0}, []any{stopped["succeeded"], stopped["aborted"], stopped["running"]})
		})
	}
}

func TestTroubleOf(t *testing.T) {
	activity := func(name string, attempt int32, failure string) *workflowpb.PendingActivityInfo {
		p := &workflowpb.PendingActivityInfo{ActivityType: &commonpb.ActivityType{Name: name}, Attempt: attempt}
		if failure != "" {
			p.LastFailure = &failurepb.Failure{Message: failure}
		}
		return p
	}
	assert.Empty(t, troubleOf(nil))
	assert.Empty(t, troubleOf([]*workflowpb.PendingActivityInfo{
		activity(wire.PlanActivity, 1, ""),
		activity("lambda:invoke", 3, "Busy"),
	}), "what begins, and a Task that is retried as its definition says, is no trouble")
	assert.Equal(t, "planItems has failed and is tried again: connection refused", troubleOf([]*workflowpb.PendingActivityInfo{
		activity("lambda:invoke", 3, "Busy"),
		activity(wire.PlanActivity, 4, "connection refused"),
	}))
}
