package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/workflows"
)

// Item is the execution of an item, or of a batch of items, of a Map Run.
type Item struct {
	// Origin is that of the item's execution. Its StartTime is the Map Run's.
	Origin machine.Origin
	// MapRun is what the Map Run was started with.
	MapRun wire.MapRun
	// First is the index of its first item in the source.
	First int64
	// Shards are, for a packed item, the numbers of the shards that it runs in: the
	// one that it was planned for, and those of its redrives. There are none before
	// it is started.
	Shards []int
}

// ShardID gives the id of the workflow of the item's latest shard, "" for none.
func (i Item) ShardID() string {
	if len(i.Shards) == 0 {
		return ""
	}
	return i.shardID(i.Shards[len(i.Shards)-1])
}

// EarlierShards gives those of the shards that it ran in before.
func (i Item) EarlierShards() (ids []string) {
	for _, number := range i.Shards[:max(len(i.Shards)-1, 0)] {
		ids = append(ids, i.shardID(number))
	}
	return ids
}

func (i Item) shardID(number int) string {
	return wire.ShardID(wire.MapRunID(i.MapRun.Spec.Run.MapRunArn), number)
}

// FindItem finds the item whose execution has this ARN
// (arn:...:execution:<machine>/<label>:<uuid>, or express instead of execution).
//
// The UUID of an item's execution derives from its Map Run and its index, and
// does not lead back to them. So the Map Runs of the machine and label are gone
// through, the latest first: how many items each shard has stands in the run's
// history as far as the source has been planned, and the UUIDs of these items are
// computed until one matches. Workflows of shards are looked at only when the run
// was redriven, for those that the item has come to. found is false when none
// matches; a Map Run that Temporal no longer keeps is not seen.
func FindItem(ctx context.Context, service workflowservice.WorkflowServiceClient, namespace, arn string) (item Item, found bool, err error) {
	label, uuid := labelOf(arn)
	if label == "" {
		return item, false, nil
	}
	s := Source{Service: service, Namespace: namespace}
	query := fmt.Sprintf("WorkflowType = '%s' AND WorkflowId STARTS_WITH '%s:' AND ExecutionStatus != 'ContinuedAsNew'",
		wire.MapRunWorkflow, strings.ReplaceAll(label, "'", `\'`))
	walked := map[string]bool{} // runs: the listing has each that had ended before a redrive
	var token []byte
	for {
		page, err := service.ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: namespace, Query: query, NextPageToken: token,
		})
		if err != nil {
			return item, false, err
		}
		for _, info := range page.GetExecutions() {
			s.Execution = workflow.Execution{ID: info.GetExecution().GetWorkflowId(), RunID: info.GetExecution().GetRunId()}
			if walked[s.Execution.RunID] {
				continue
			}
			item, found, err := s.item(ctx, uuid, walked)
			var gone *serviceerror.NotFound // since it was listed
			if found || err != nil && !errors.As(err, &gone) {
				return item, found, err
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return item, false, nil
		}
	}
}

// labelOf gives <machine>/<label> and the UUID of the ARN of an item's
// execution, "" for any other text.
func labelOf(arn string) (label, uuid string) {
	_, rest, ok := strings.Cut(arn, ":execution:")
	if !ok {
		_, rest, _ = strings.Cut(arn, ":express:")
	}
	label, uuid, _ = strings.Cut(rest, ":")
	if !strings.Contains(label, "/") {
		return "", ""
	}
	return label, uuid
}

// item looks for an item in the Map Run that is the Source's Execution, through
// all its runs, which it notes in walked.
func (s *Source) item(ctx context.Context, uuid string, walked map[string]bool) (item Item, found bool, err error) {
	chain, err := s.chain(ctx)
	if err != nil {
		return item, false, err
	}
	search := itemSearch{uuid: uuid}
	for _, run := range chain {
		walked[run] = true
		planning := map[int64]int{}
		err := s.events(ctx, run, func(event *historypb.HistoryEvent) error { return search.see(event, planning) })
		if err != nil {
			return item, false, err
		}
	}
	if search.found == nil {
		return item, false, nil
	}
	item = *search.found
	return item, true, s.shards(ctx, &item, search)
}

// events hands the events of a run to visit.
func (s *Source) events(ctx context.Context, run string, visit func(*historypb.HistoryEvent) error) error {
	var token []byte
	for {
		page, err := s.page(ctx, pageOf{run: run, token: token})
		if err != nil {
			return err
		}
		for _, event := range page.GetHistory().GetEvents() {
			if err := visit(event); err != nil {
				return err
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

// itemSearch goes through the history of a Map Run.
type itemSearch struct {
	uuid   string
	mapRun wire.MapRun
	common machine.Origin
	// first is the index of the first item that has not been seen.
	first int64
	found *Item
	// page and place are where the shard that it was planned for stands in the index.
	page, place int
	// started are the shards whose workflows were started, in order.
	started []wire.ShardRef
}

// see takes an event. planning holds the pages that the same run of the workflow
// has planned, by the ids of the events that scheduled it.
func (s *itemSearch) see(event *historypb.HistoryEvent, planning map[int64]int) error {
	switch event.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		return s.begin(event.GetWorkflowExecutionStartedEventAttributes())
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		if scheduled := event.GetActivityTaskScheduledEventAttributes(); scheduled.GetActivityType().GetName() == wire.PlanActivity {
			var in struct {
				Page int `json:"page"`
			}
			if err := offload.NewConverter().FromPayloads(scheduled.GetInput(), &in); err != nil {
				return err
			}
			planning[event.GetEventId()] = in.Page
		}
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		completed := event.GetActivityTaskCompletedEventAttributes()
		if page, ok := planning[completed.GetScheduledEventId()]; ok {
			var plan wire.Plan
			if err := offload.NewConverter().FromPayloads(completed.GetResult(), &plan); err != nil {
				return err
			}
			s.search(plan, page)
		}
	case enumspb.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
		started := event.GetStartChildWorkflowExecutionInitiatedEventAttributes()
		if !s.mapRun.Packed() || started.GetWorkflowType().GetName() != wire.MapShardWorkflow {
			return nil // an item has a workflow of its own, or none
		}
		var in wire.ShardInput
		if err := offload.NewConverter().FromPayloads(started.GetInput(), &in); err != nil {
			return err
		}
		s.started = append(s.started, in.Shard)
	}
	return nil
}

// begin takes what a run of the Map Run's workflow was started with. What those
// before the first have planned is not known any more, except how much it was.
func (s *itemSearch) begin(started *historypb.WorkflowExecutionStartedEventAttributes) (err error) {
	var in wire.MapRun
	if err := offload.NewConverter().FromPayloads(started.GetInput(), &in); err != nil {
		return err
	}
	if s.first, err = workflows.Planned(in); err != nil || s.mapRun.Spec.State != "" {
		return err
	}
	s.mapRun = in
	spec := in.Spec
	p, err := workflows.Compile(spec.Definition)
	if err != nil {
		return err
	}
	state, ok := p.State(spec.State)
	if !ok || state.Map == nil || state.Map.Distributed == nil {
		return fmt.Errorf("the state %q of the Map Run %s is not a Distributed Map", spec.State, spec.Run.MapRunArn)
	}
	s.common = machine.NewItems(state, spec.Run).Common()
	return nil
}

// search goes through the items of a page of shards.
func (s *itemSearch) search(plan wire.Plan, page int) {
	for place, size := range plan.Sizes {
		end := s.first + size
		for i := s.first; i < end && s.found == nil; i++ {
			if origin := machine.ItemOrigin(s.common, i, s.mapRun.Spec.Started); origin.Name == s.uuid {
				s.found, s.page, s.place = &Item{Origin: origin, MapRun: s.mapRun, First: i}, page, place
			}
		}
		s.first = end
	}
}
