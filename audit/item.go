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
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

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
	// First is the index of its first item in the source, Shard the number of
	// the shard that it runs in.
	First int64
	Shard int
}

// ShardID gives the id of the workflow of the item's shard. Shards of express
// items have none.
func (i Item) ShardID() string {
	return wire.ShardID(wire.MapRunID(i.MapRun.Spec.Run.MapRunArn), i.Shard)
}

// FindItem finds the item whose execution has this ARN
// (arn:...:execution:<machine>/<label>:<uuid>, or express instead of execution).
//
// The UUID of an item's execution derives from its Map Run and its index, and
// does not lead back to them. So the Map Runs of the machine and label are gone
// through, the latest first: how many items each shard has stands in the run's
// history as far as the source has been planned, and the UUIDs of these items are
// computed until one matches. Not even the shards' workflows are looked at. found
// is false when none does; a Map Run that Temporal no longer keeps is not seen.
func FindItem(ctx context.Context, service workflowservice.WorkflowServiceClient, namespace, arn string) (item Item, found bool, err error) {
	label, uuid := labelOf(arn)
	if label == "" {
		return item, false, nil
	}
	s := Source{Service: service, Namespace: namespace}
	query := fmt.Sprintf("WorkflowType = '%s' AND WorkflowId STARTS_WITH '%s:' AND ExecutionStatus != 'ContinuedAsNew'",
		wire.MapRunWorkflow, strings.ReplaceAll(label, "'", `\'`))
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
			item, found, err := s.item(ctx, uuid)
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

// item looks for an item in the Map Run that is the Source's Execution.
func (s *Source) item(ctx context.Context, uuid string) (item Item, found bool, err error) {
	chain, err := s.chain(ctx)
	if err != nil {
		return item, false, err
	}
	search := itemSearch{uuid: uuid}
	for _, run := range chain {
		planning := map[int64]bool{}
		var token []byte
		for {
			page, err := s.page(ctx, pageOf{run: run, token: token})
			if err != nil {
				return item, false, err
			}
			for _, event := range page.GetHistory().GetEvents() {
				if item, found, err = search.see(event, planning); found || err != nil {
					return item, found, err
				}
			}
			if token = page.GetNextPageToken(); len(token) == 0 {
				break
			}
		}
	}
	return item, false, nil
}

// itemSearch goes through the history of a Map Run.
type itemSearch struct {
	uuid   string
	mapRun wire.MapRun
	common machine.Origin
	// first is the index of the first item that has not been seen.
	first int64
}

// see takes an event. planning holds the ids of the events that scheduled
// planning in the same run of the workflow.
func (s *itemSearch) see(event *historypb.HistoryEvent, planning map[int64]bool) (item Item, found bool, err error) {
	switch event.GetEventType() {
	case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		return item, false, s.begin(event.GetWorkflowExecutionStartedEventAttributes())
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		if event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == wire.PlanActivity {
			planning[event.GetEventId()] = true
		}
	case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		if completed := event.GetActivityTaskCompletedEventAttributes(); planning[completed.GetScheduledEventId()] {
			var plan wire.Plan
			if err := converter.GetDefaultDataConverter().FromPayloads(completed.GetResult(), &plan); err != nil {
				return item, false, err
			}
			item, found = s.search(plan)
		}
	}
	return item, found, nil
}

// begin takes what the first run of the Map Run that is kept was started with.
// What earlier ones have planned is not known any more, except how much it was.
func (s *itemSearch) begin(started *historypb.WorkflowExecutionStartedEventAttributes) error {
	if s.mapRun.Spec.State != "" {
		return nil
	}
	if err := converter.GetDefaultDataConverter().FromPayloads(started.GetInput(), &s.mapRun); err != nil {
		return err
	}
	spec := s.mapRun.Spec
	p, err := workflows.Compile(spec.Definition)
	if err != nil {
		return err
	}
	state, ok := p.State(spec.State)
	if !ok || state.Map == nil || state.Map.Distributed == nil {
		return fmt.Errorf("the state %q of the Map Run %s is not a Distributed Map", spec.State, spec.Run.MapRunArn)
	}
	s.common = machine.NewItems(state, spec.Run).Common()
	s.first, err = workflows.Planned(s.mapRun)
	return err
}

// search goes through the items of a page of shards.
func (s *itemSearch) search(plan wire.Plan) (item Item, found bool) {
	for place, size := range plan.Sizes {
		for end := s.first + size; s.first < end; s.first++ {
			origin := machine.ItemOrigin(s.common, s.first, s.mapRun.Spec.Started)
			if origin.Name == s.uuid {
				return Item{Origin: origin, MapRun: s.mapRun, First: s.first, Shard: plan.FirstShard + place}, true
			}
		}
	}
	return item, false
}
