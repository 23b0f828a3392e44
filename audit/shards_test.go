package audit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/grpc"

	"github.com/seed-a99ddb6e/stepwell/audit"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/program"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

const (
	shardsRun = "arn:aws:states:us-east-1:000000000000:mapRun:m/Each:u"
	shardsID  = "m/Each:u"
)

// written is a Temporal that has histories, by workflow and run; the latest run of
// a workflow comes last.
type written struct {
	workflowservice.WorkflowServiceClient
	runs map[string][]string
	told map[string][]*historypb.HistoryEvent // by run
}

func (w *written) add(id, run string, events ...*historypb.HistoryEvent) {
	for i, e := range events {
		e.EventId = int64(i + 1)
	}
	w.runs[id], w.told[run] = append(w.runs[id], run), events
}

func (w *written) ListWorkflowExecutions(context.Context, *workflowservice.ListWorkflowExecutionsRequest, ...grpc.CallOption) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	page := &workflowservice.ListWorkflowExecutionsResponse{}
	runs := w.runs[shardsID]
	for i := len(runs) - 1; i >= 0; i-- {
		page.Executions = append(page.Executions, &workflowpb.WorkflowExecutionInfo{Execution: &commonpb.WorkflowExecution{WorkflowId: shardsID, RunId: runs[i]}})
	}
	return page, nil
}

func (w *written) DescribeWorkflowExecution(_ context.Context, in *workflowservice.DescribeWorkflowExecutionRequest, _ ...grpc.CallOption) (*workflowservice.DescribeWorkflowExecutionResponse, error) {
	runs := w.runs[in.GetExecution().GetWorkflowId()]
	if len(runs) == 0 {
		return nil, serviceerror.NewNotFound("no such workflow")
	}
	return &workflowservice.DescribeWorkflowExecutionResponse{WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{
		Execution: &commonpb.WorkflowExecution{WorkflowId: in.GetExecution().GetWorkflowId(), RunId: runs[len(runs)-1]},
	}}, nil
}

func (w *written) GetWorkflowExecutionHistory(_ context.Context, in *workflowservice.GetWorkflowExecutionHistoryRequest, _ ...grpc.CallOption) (*workflowservice.GetWorkflowExecutionHistoryResponse, error) {
	events, ok := w.told[in.GetExecution().GetRunId()]
	if !ok {
		return nil, serviceerror.NewNotFound("no such run")
	}
	return &workflowservice.GetWorkflowExecutionHistoryResponse{History: &historypb.History{Events: events}}, nil
}

func payloads(t *testing.T, v any) *commonpb.Payloads {
	t.Helper()
	p, err := converter.GetDefaultDataConverter().ToPayloads(v)
	require.NoError(t, err)
	return p
}

func begun(t *testing.T, kind string, input any) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED,
		Attributes: &historypb.HistoryEvent_WorkflowExecutionStartedEventAttributes{WorkflowExecutionStartedEventAttributes: &historypb.WorkflowExecutionStartedEventAttributes{
			WorkflowType: &commonpb.WorkflowType{Name: kind}, Input: payloads(t, input)}}}
}

func scheduled(t *testing.T, kind string, input any) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED,
		Attributes: &historypb.HistoryEvent_ActivityTaskScheduledEventAttributes{ActivityTaskScheduledEventAttributes: &historypb.ActivityTaskScheduledEventAttributes{
			ActivityType: &commonpb.ActivityType{Name: kind}, Input: payloads(t, input)}}}
}

func completed(t *testing.T, of int64, result any) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
		Attributes: &historypb.HistoryEvent_ActivityTaskCompletedEventAttributes{ActivityTaskCompletedEventAttributes: &historypb.ActivityTaskCompletedEventAttributes{
			ScheduledEventId: of, Result: payloads(t, result)}}}
}

func shardStarted(t *testing.T, ref wire.ShardRef) *historypb.HistoryEvent {
	return &historypb.HistoryEvent{EventType: enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED,
		Attributes: &historypb.HistoryEvent_StartChildWorkflowExecutionInitiatedEventAttributes{StartChildWorkflowExecutionInitiatedEventAttributes: &historypb.StartChildWorkflowExecutionInitiatedEventAttributes{
			WorkflowType: &commonpb.WorkflowType{Name: wire.MapShardWorkflow}, Input: payloads(t, wire.ShardInput{Shard: ref})}}}
}

func rest(names ...string) (parts []wire.RestPart) {
	for _, name := range names {
		parts = append(parts, wire.RestPart{Name: name})
	}
	return parts
}

func firsts(indexes ...int64) (all []wire.ItemInput) {
	for _, i := range indexes {
		all = append(all, wire.ItemInput{First: i, Items: 1})
	}
	return all
}

// TestShardsOfAnItem finds the shards that the item with the index 4 has come to:
// it was planned for the second place of the first page.
func TestShardsOfAnItem(t *testing.T) {
	for name, c := range map[string]struct {
		first, again []wire.ShardRef
		// read are the indexes that the workflows of shards have read.
		read map[int][]int64
		want []int
	}{
		"not started": {[]wire.ShardRef{{Number: 0}}, nil, nil, nil},
		"once":        {[]wire.ShardRef{{Number: 0}, {Number: 1, Place: 1}}, nil, nil, []int{1}},
		"redriven": {
			[]wire.ShardRef{{Number: 0}, {Number: 1, Place: 1}},
			[]wire.ShardRef{{Number: 3, Rest: rest("0/1-0-REST")}, {Number: 4, Rest: rest("1/1-0-REST")}},
			map[int][]int64{3: {1}, 4: {3, 4}}, []int{1, 4},
		},
		"in another file of its shard": {
			[]wire.ShardRef{{Number: 1, Place: 1}},
			[]wire.ShardRef{{Number: 3, Rest: rest("1/1-0-REST")}, {Number: 4, Rest: rest("0/1-0-REST", "1/1-1-REST")}},
			map[int][]int64{3: {3}, 4: {0, 4}}, []int{1, 4},
		},
		"twice": {
			[]wire.ShardRef{{Number: 0}, {Number: 1, Place: 1}, {Number: 3, Rest: rest("1/1-0-REST")}},
			[]wire.ShardRef{{Number: 5, Rest: rest("3/1-0-REST")}, {Number: 6, Rest: rest("0/1-0-REST")}},
			map[int][]int64{3: {4}, 5: {4}, 6: {4}}, []int{1, 3, 5},
		},
		"waiting": {
			[]wire.ShardRef{{Number: 1, Place: 1}},
			[]wire.ShardRef{{Number: 3, Rest: rest("1/1-0-REST")}},
			map[int][]int64{3: nil}, []int{1},
		},
		"asked for, without a workflow": {
			[]wire.ShardRef{{Number: 1, Place: 1}}, []wire.ShardRef{{Number: 3, Rest: rest("1/1-0-REST")}}, nil, []int{1},
		},
		"written by the Map Run": {
			[]wire.ShardRef{{Number: 1, Place: 1}},
			[]wire.ShardRef{{Number: 8, Rest: rest("7/1-0-REST")}},
			map[int][]int64{8: {4}}, []int{1, 8},
		},
		"left by a shard that was lost": {
			[]wire.ShardRef{{Number: 1, Place: 1}},
			[]wire.ShardRef{{Number: 3, Place: 1, Only: []wire.Stretch{{From: 3, To: 4}}}, {Number: 4, Place: 1, Only: []wire.Stretch{{From: 4}}}, {Number: 5, Page: 1, Place: 1}},
			nil, []int{1, 4},
		},
		"without staging": {
			[]wire.ShardRef{{Number: 1, Place: 1, Inline: &wire.Shard{First: 3, Items: 3}}},
			[]wire.ShardRef{{Number: 3, Inline: &wire.Shard{Rest: firsts(1, 3)}}, {Number: 4, Inline: &wire.Shard{Rest: firsts(4)}}},
			nil, []int{1, 4},
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := wire.MapRun{Leaf: program.PackedShard, Spec: wire.MapSpec{
				Definition: wire.Definition{Text: wire.PlainText(patience), Type: "STANDARD"}, State: "Each", Started: time.Unix(0, 0).UTC(),
				Run: machine.Distribute{MapRunArn: shardsRun, Origin: machine.Origin{ID: "arn:aws:states:us-east-1:000000000000:execution:m:x", Name: "x", StateMachineName: "m"}},
			}}
			w := &written{runs: map[string][]string{}, told: map[string][]*historypb.HistoryEvent{}}
			events := []*historypb.HistoryEvent{begun(t, wire.MapRunWorkflow, in), scheduled(t, wire.PlanActivity, wire.PlanInput{}), completed(t, 2, wire.Plan{Sizes: []int64{3, 3}})}
			for _, ref := range c.first {
				events = append(events, shardStarted(t, ref))
			}
			w.add(shardsID, "run-1", events...)
			if c.again != nil {
				in.Before = "run-1"
				progress := wire.PlainText(`{"tally":{"total":6}}`)
				in.Progress = &progress
				events = []*historypb.HistoryEvent{begun(t, wire.MapRunWorkflow, in)}
				for _, ref := range c.again {
					events = append(events, shardStarted(t, ref))
				}
				w.add(shardsID, "run-2", events...)
			}
			for number, indexes := range c.read {
				id := wire.ShardID(shardsID, number)
				w.add(id, id, begun(t, wire.MapShardWorkflow, wire.ShardInput{}), scheduled(t, wire.ReadShardActivity, wire.ReadInput{}),
					completed(t, 2, wire.ReadOutput{Inputs: firsts(indexes...)}))
			}
			p, err := workflows.Compile(in.Spec.Definition)
			require.NoError(t, err)
			state, _ := p.State("Each")
			arn := machine.ItemOrigin(machine.NewItems(state, in.Spec.Run).Common(), 4, in.Spec.Started).ID
			require.True(t, strings.Contains(arn, ":execution:m/Each:"), arn)

			item, found, err := audit.FindItem(t.Context(), w, "default", arn)
			require.NoError(t, err)
			require.True(t, found)
			assert.EqualValues(t, 4, item.First)
			assert.Equal(t, c.want, item.Shards)
			assert.Equal(t, len(c.want) == 0, item.ShardID() == "")
			assert.Len(t, item.EarlierShards(), max(len(c.want)-1, 0))
		})
	}
}
