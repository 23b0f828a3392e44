package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
	"github.com/seed-a99ddb6e/stepwell/translator/value"
)

// shownCause is how many characters of a cause a shard tells in its items.
const shownCause = 500

// answer lets the shard answer for its counts, which the Map Run learns when
// the shard ends, and for its items.
func (s *mapShard) answer() error {
	err := workflow.SetQueryHandlerWithOptions(s.ctx, wire.ShardQuery, func() (wire.ShardCounts, error) {
		running := s.running
		told := wire.ShardCounts{Number: s.in.Shard.Number, Items: s.state.Items, Executions: s.state.Executions, Running: &running}
		told.Items.FailuresNotRedrivable, told.Executions.FailuresNotRedrivable = s.state.LastingItems.Total(), s.state.LastingExecutions.Total()
		return told, nil
	}, workflow.QueryHandlerOptions{Description: "counts of items and executions so far"})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandlerWithOptions(s.ctx, wire.ItemsQuery, s.items,
		workflow.QueryHandlerOptions{Description: "items that run, and those that have ended lately"})
}

func (s *mapShard) items() (told wire.ShardItems, err error) {
	for _, record := range s.state.Records {
		told.Items = append(told.Items, toldItem(record))
	}
	for _, item := range s.line {
		if item.record != nil {
			told.Items = append(told.Items, toldItem(*item.record))
			continue
		}
		told.Items = append(told.Items, wire.ShardItem{
			First: item.First, Items: item.Items, Status: machine.Running, Started: item.started, Redrives: item.Again(),
		})
	}
	ref := s.in.Shard
	if ref.Rest != nil || ref.Only != nil || ref.Inline != nil && ref.Inline.Rest != nil { // its items do not follow each other
		for _, item := range s.backlog {
			told.Items = append(told.Items, waitingItem(item.ItemInput))
		}
		return told, nil
	}
	switch {
	case len(s.backlog) > 0:
		told.Pending, told.PendingFrom = true, s.backlog[0].First
	case !s.state.Read:
		told.Pending, told.PendingFrom = true, s.state.From
	}
	return told, nil
}

// toldItem gives an item that has ended.
func toldItem(record wire.Record) wire.ShardItem {
	ended := record.Ended
	one := wire.ShardItem{
		First: record.First, Items: record.Items, Status: ended.Status, Started: ended.Started, Stopped: ended.Stopped, Redrives: record.Redrives,
		Lasting: record.Lasting,
	}
	if f := ended.Failure; f != nil {
		one.Error, one.Cause = text(f.Error), text(f.Cause)
	}
	return one
}

func text(v value.Value) string {
	if v.IsAbsent() {
		return ""
	}
	return cut(v, shownCause).Text()
}
