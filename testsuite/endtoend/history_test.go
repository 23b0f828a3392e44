package endtoend

import (
	"testing"

	"github.com/stretchr/testify/assert"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"

	"github.com/seed-a99ddb6e/stepwell/translator/program"
)

// visited is one run of a workflow.
type visited struct {
	kind   string
	events []*historypb.HistoryEvent
}

// visit visits all runs of a workflow and of all workflows below it.
func (w *world) visit(t *testing.T, id, run string, see func(visited)) {
	t.Helper()
	for _, events := range w.histories(t, id, run) {
		see(visited{events[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowType().GetName(), events})
		for _, event := range events {
			if child := event.GetChildWorkflowExecutionStartedEventAttributes(); child != nil {
				w.visit(t, child.GetWorkflowExecution().GetWorkflowId(), child.GetWorkflowExecution().GetRunId(), see)
			}
		}
	}
}

// TestHistoryEventsPerItem measures what an item with one Task costs on each
// leaf, in events of Temporal's histories. The bounds are those of the design.
func TestHistoryEventsPerItem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings{})
	for _, c := range []struct {
		leaf program.LeafKind
		n    int
		most float64
	}{
		{program.ExpressBatch, 5_000, 0.02},
		{program.PackedShard, 2_000, 1},
		{program.ChildWorkflow, 100, 20},
	} {
		t.Run(string(c.leaf), func(t *testing.T) {
			t.Parallel()
			w.functions.add(string(c.leaf), double)
			d := distributed{leaf: c.leaf, reader: fillCSV(t, w, c.n).reader, prefix: w.prefix + string(c.leaf), processor: asking(string(c.leaf))}
			e := w.startMap(t, d, "")
			e.succeeds()
			events, workflows, activities, failed := 0, 0, 0, 0
			w.visit(t, e.run.GetID(), e.firstRun, func(v visited) {
				events += len(v.events)
				workflows++
				activities += count(v.events, enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
				failed += failedTasks(v.events)
			})
			perItem := float64(events) / float64(c.n)
			t.Logf("%s: %d items, %d events in %d workflow runs with %d activities: %.3f events per item",
				c.leaf, c.n, events, workflows, activities, perItem)
			assert.LessOrEqual(t, perItem, c.most)
			assert.Zero(t, failed, "workflow tasks that failed")
		})
	}
}
