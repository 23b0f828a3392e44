package audit

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/offload"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// shards finds the shards that the item runs in, in order: those made of the place
// in the source that it was planned for, and those that it came to when it was
// redriven.
//
// A shard that runs executions again is made of files that earlier shards have
// left, and the name of a file has the number of its shard. That it runs this
// item is read from the inputs that it has asked for: one that has not done so yet
// is left out.
func (s *Source) shards(ctx context.Context, item *Item, search itemSearch) error {
	known := map[int]bool{}
	for _, ref := range search.started {
		known[ref.Number] = true
	}
	for _, ref := range search.started {
		if slices.Contains(item.Shards, ref.Number) || ref.Only != nil && !wire.Within(ref.Only, item.First) {
			continue
		}
		var runs bool
		switch {
		case ref.Inline != nil && ref.Inline.Rest != nil:
			runs = hasFirst(ref.Inline.Rest, item.First)
		case ref.Rest == nil:
			runs = ref.Page == search.page && ref.Place == search.place
		case slices.ContainsFunc(ref.Rest, func(p wire.RestPart) bool {
			from := shardOf(p)
			return slices.Contains(item.Shards, from) || !known[from] // then the Map Run has written it
		}):
			var err error
			if runs, err = s.hasRead(ctx, item.shardID(ref.Number), item.First); err != nil {
				return err
			}
		}
		if runs {
			item.Shards = append(item.Shards, ref.Number)
		}
	}
	return nil
}

// shardOf gives the number of the shard that has left the file, -1 for none.
func shardOf(p wire.RestPart) int {
	digits, _, _ := strings.Cut(p.Name, "/")
	if n, err := strconv.Atoi(digits); err == nil {
		return n
	}
	return -1
}

func hasFirst(inputs []wire.ItemInput, first int64) bool {
	return slices.ContainsFunc(inputs, func(in wire.ItemInput) bool { return in.First == first })
}

// hasRead reports whether the workflow of a shard has read the input of the
// execution with this first item.
func (s *Source) hasRead(ctx context.Context, shardID string, first int64) (has bool, err error) {
	shard := Source{Service: s.Service, Namespace: s.Namespace, Execution: workflow.Execution{ID: shardID}}
	var gone *serviceerror.NotFound
	if err := shard.latest(ctx); err != nil {
		if errors.As(err, &gone) { // it has only been asked for
			err = nil
		}
		return false, err
	}
	chain, err := shard.chain(ctx)
	for _, run := range chain {
		reads := map[int64]bool{}
		err := shard.events(ctx, run, func(event *historypb.HistoryEvent) error {
			switch event.GetEventType() {
			case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
				if event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName() == wire.ReadShardActivity {
					reads[event.GetEventId()] = true
				}
			case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
				if completed := event.GetActivityTaskCompletedEventAttributes(); reads[completed.GetScheduledEventId()] {
					var read wire.ReadOutput
					if err := offload.NewConverter().FromPayloads(completed.GetResult(), &read); err != nil {
						return err
					}
					has = has || hasFirst(read.Inputs, first)
				}
			}
			return nil
		})
		if has || err != nil {
			return has, err
		}
	}
	return false, err
}
