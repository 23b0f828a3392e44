package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestMapBounds(t *testing.T) {
	took := func(items int, elapsed time.Duration, peak, events int64) measured {
		return measured{items: items, elapsed: elapsed, use: use{peak: peak}, tally: tally{events: events}}
	}
	good := mapMeasurements{
		express:     took(400_000, 10*time.Second, 120<<20, 4_000),
		expressLess: took(40_000, 910*time.Millisecond, 100<<20, 0),
		plain:       took(400_000, 2*time.Second, 0, 0),
		packed:      took(40_000, time.Second, 0, 20_000),
		activity:    took(40_000, 5*time.Second, 0, 0),
		child:       took(40_000, 40*time.Second, 0, 0),
		small:       smallMaps{time.Millisecond, time.Second, time.Minute},
	}
	assert.Empty(t, good.figures().missed())

	bad := good
	bad.express = took(400_000, 10*time.Second+20*time.Millisecond, 301<<20, 4_001)
	bad.packed = took(40_000, time.Second+time.Millisecond, 0, 20_001)
	bad.small = smallMaps{time.Millisecond, time.Second + time.Millisecond, time.Minute}
	var names []string
	for _, f := range bad.figures().missed() {
		names = append(names, f.name)
	}
	// Nothing is just within its bound: all of them miss, and these are all
	// the names.
	assert.Equal(t, []string{
		"standard_vs_child_workflow", "standard_vs_activity_tree",
		"express_items_per_second", "express_vs_plain_loop", "express_time_growth",
		"worker_rss_growth", "worker_rss_mb", "small_map_p50_ms",
		"events_per_item_packed", "events_per_item_express",
	}, names)
}

func TestMedian(t *testing.T) {
	assert.Equal(t, 2*time.Second, median([]measured{{elapsed: 3 * time.Second}, {elapsed: time.Second}, {elapsed: 2 * time.Second}}).elapsed)
	assert.Equal(t, 2000.0, smallMaps{time.Second, 2 * time.Second, 3 * time.Second}.p50())
	assert.Zero(t, smallMaps(nil).p50())
}

func TestModel(t *testing.T) {
	// 100 items a second, 5 ms of processor time each.
	one := measured{items: 100, elapsed: time.Second, use: use{worker: 200 * time.Millisecond, server: 100 * time.Millisecond,
		storage: 100 * time.Millisecond, service: 100 * time.Millisecond}}
	assert.InDelta(t, 100, one.predicted(1, 2), 1e-9)
	assert.InDelta(t, 200, one.predicted(2, 2), 1e-9)
	assert.InDelta(t, 400, one.predicted(8, 2), 1e-9, "the cores are used up")
}

func TestTable(t *testing.T) {
	var out strings.Builder
	x := table{header: []string{"a", "n", " why"}}
	x.add("long name", number(1_234_567), "b")
	x.print(&out)
	assert.Equal(t, `| a         |         n | why |
| --------- | --------: | --- |
| long name | 1,234,567 | b   |

`, out.String())
	for value, want := range map[float64]string{0: "0", 0.0123456: "0.0123", 1.26: "1.3", 99.96: "100.0", 123.4: "123", 9_999: "9999", 10_000: "10,000"} {
		assert.Equal(t, want, number(value))
	}
}

func TestActions(t *testing.T) {
	for _, c := range []struct {
		event *historypb.HistoryEvent
		want  int64
	}{
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED}, 1},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED}, 0},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED}, 1},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED}, 0},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED}, 0},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED}, 1},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED}, 0},
		{&historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_STARTED, Attributes: &historypb.HistoryEvent_ActivityTaskStartedEventAttributes{
			ActivityTaskStartedEventAttributes: &historypb.ActivityTaskStartedEventAttributes{Attempt: 3}}}, 3},
	} {
		assert.Equal(t, c.want, actionsOf(c.event), c.event.GetEventType())
	}
}

func TestActivitiesAreTimed(t *testing.T) {
	at := func(seconds int64) *timestamppb.Timestamp { return &timestamppb.Timestamp{Seconds: seconds} }
	all := map[int64]activityTimes{}
	for _, event := range []*historypb.HistoryEvent{
		{EventId: 5, Attributes: &historypb.HistoryEvent_ActivityTaskScheduledEventAttributes{
			ActivityTaskScheduledEventAttributes: &historypb.ActivityTaskScheduledEventAttributes{ActivityType: &commonpb.ActivityType{Name: "a"}}}},
		{EventId: 6, EventTime: at(10), Attributes: &historypb.HistoryEvent_ActivityTaskStartedEventAttributes{
			ActivityTaskStartedEventAttributes: &historypb.ActivityTaskStartedEventAttributes{ScheduledEventId: 5}}},
		{EventId: 7, EventTime: at(13), Attributes: &historypb.HistoryEvent_ActivityTaskCompletedEventAttributes{
			ActivityTaskCompletedEventAttributes: &historypb.ActivityTaskCompletedEventAttributes{ScheduledEventId: 5}}},
	} {
		noteActivity(all, event)
	}
	require.Len(t, all, 1)
	assert.Equal(t, "a", all[5].activity)
	assert.Equal(t, 3*time.Second, all[5].ended.Sub(all[5].started))
}

// recordText gives the record of an order as a result file has it.
func recordText(t *testing.T, i int, output string) string {
	t.Helper()
	input, err := json.Marshal(inputOf(i))
	require.NoError(t, err)
	return fmt.Sprintf(`{"Status":"SUCCEEDED","Input":%q,"Output":%q,"Name":"x"}`, input, output)
}

func TestRecordsAreLookedAt(t *testing.T) {
	right := func(i int) string { return recordText(t, i, fmt.Sprintf(`{"price":%d}`, 2*amountOf(i))) }
	for _, c := range []struct{ name, file, want string }{
		{"all", "[" + right(1) + "," + right(0) + "]", ""},
		{"twice", "[" + right(1) + "," + right(1) + "]", "order 1 has two records"},
		{"wrong output", "[" + recordText(t, 1, `{"price":1}`) + "]", "order 1 has the output"},
		{"more in the output", "[" + recordText(t, 0, `{"price":0,"x":1}`) + "]", "order 0 has the output"},
		{"beyond the items", "[" + right(2) + "]", "which is no row"},
		{"another input", strings.Replace("["+right(1)+"]", "customer-1", "customer-2", 1), "which is no row"},
		{"failed", strings.Replace("["+right(1)+"]", "SUCCEEDED", "FAILED", 1), "not one of an item that succeeded"},
		{"cut off", "[" + right(1), "EOF"},
		{"empty", "", "EOF"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := records{isOutput: isStandardOutput, seen: make([]bool, 2)}
			err := r.take(strings.NewReader(c.file))
			if c.want == "" {
				require.NoError(t, err)
				assert.Equal(t, 2, r.count)
				return
			}
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// TestPlainLoopIsRight holds the loop's records against what the orders say
// must come of them, which is what Stepwell's are held against.
func TestPlainLoopIsRight(t *testing.T) {
	const items = 2*plainBatch + 7
	text := []byte(orderHeader)
	for i := range items {
		text = appendRow(text, i)
	}
	r := records{isOutput: isExpressOutput, seen: make([]bool, items)}
	batches := 0
	require.NoError(t, eachPlainBatch(strings.NewReader(string(text)), func(rows []plainRow) error {
		batches++
		made, err := plainRecords(rows)
		require.NoError(t, err)
		return r.take(strings.NewReader("[" + string(made[1:]) + "]"))
	}))
	assert.Equal(t, 3, batches)
	assert.Equal(t, items, r.count)

	_, err := plainItem(plainRow{Amount: "x"})
	assert.Error(t, err)
}
