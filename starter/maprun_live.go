package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"time"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// live gathers items of a Map Run that goes on: from part files, from the shards
// that run, and from what has not been started.
func (l *itemListing) live(ctx context.Context) error {
	if l.told == nil {
		return failed("start one with stepwell-worker", "no worker tells how %s stands", l.look.arn())
	}
	switch {
	case l.wish.status == "running":
	case l.told.Staging == "":
		wish := wire.ItemsWish{Category: l.wish.category(), Limit: l.wish.limit}
		if err := l.ask(ctx, l.look.id, wish); err != nil {
			return err
		}
	default:
		if err := l.staged(ctx); err != nil {
			return err
		}
	}
	if l.wish.status == "pending" {
		return l.pending(ctx)
	}
	if l.isExpress() {
		switch l.wish.status {
		case "running":
			l.console.say("stepwell: %d items run in express shards, which do not tell which ones", l.told.Running)
		case "pending-redrive":
			l.console.say("stepwell: of items that wait in express shards that run it is not known which they are; 'stepwell maprun describe' counts them")
		}
		return nil
	}
	for _, shard := range l.told.RunningShards {
		if err := l.askShard(ctx, shard); err != nil {
			return err
		}
	}
	return nil
}

// ask asks a workflow for its items. One that does not answer has just ended:
// what it did stands in its part files.
func (l *itemListing) ask(ctx context.Context, workflowID string, args ...any) error {
	told, err := l.queryItems(ctx, workflowID, args...)
	if err != nil {
		return ctx.Err()
	}
	return l.take(told)
}

// askShard asks a shard that runs. Those of its items that it will put back wait for
// that already.
func (l *itemListing) askShard(ctx context.Context, shard wire.RunningShard) error {
	told, err := l.queryItems(ctx, wire.ShardID(l.look.id, shard.Number))
	if err != nil {
		return ctx.Err()
	}
	for i := range told.Items {
		switch item := &told.Items[i]; item.Status {
		case machine.Failed, machine.TimedOut, machine.Aborted:
			if shard.Again && !item.Lasting {
				item.Status = wire.PendingRedrive
			}
		}
	}
	return l.take(told)
}

// take takes what a workflow tells of its items.
func (l *itemListing) take(told wire.ShardItems) error {
	for _, item := range told.Items {
		one := l.itemAt(item.First, item.Status)
		one.StartDate, one.StopDate, one.Error, one.Cause = instant(item.Started), instant(item.Stopped), item.Error, item.Cause
		one.RedriveCount = item.Redrives
		if item.Items > 1 {
			one.ItemCount = item.Items
		}
		if err := l.add(one); err != nil {
			return err
		}
	}
	return nil
}

func (n *cluster) queryItems(ctx context.Context, workflowID string, args ...any) (told wire.ShardItems, err error) {
	asking, cancel := context.WithTimeout(ctx, queryTime)
	defer cancel()
	answer, err := n.QueryWorkflow(asking, workflowID, "", wire.ItemsQuery, args...)
	if err == nil {
		err = answer.Get(&told)
	}
	return told, err
}

// itemAt gives the item with an index.
func (l *itemListing) itemAt(first int64, status machine.Status) mapRunItem {
	origin := machine.ItemOrigin(l.told.Common, first, time.Time{})
	return mapRunItem{ExecutionARN: origin.ID, Name: origin.Name, Index: &first, Status: status}
}

// pending gives the items that have not been started, by their indexes: those
// left in running shards, and those of the shards to come. Of batches every
// item is told of, since they have not been made.
func (l *itemListing) pending(ctx context.Context) error {
	if l.look.input.Spec.Run.Batcher != nil {
		return failed("'stepwell maprun describe' shows how many there are", "the items that are pending in %s have not been put into batches yet", l.look.arn())
	}
	stretch := func(from, to int64) error {
		for i := from; i < to; i++ {
			if err := l.add(l.itemAt(i, wire.Pending)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, shard := range l.told.RunningShards {
		if l.isExpress() {
			break
		}
		told, err := l.queryItems(ctx, wire.ShardID(l.look.id, shard.Number))
		if err != nil {
			continue
		}
		if err := l.take(told); err != nil {
			return err
		}
		if shard.Scattered || !told.Pending {
			continue
		}
		if err := stretch(max(told.PendingFrom, shard.First), shard.First+shard.Items); err != nil {
			return err
		}
	}
	if l.told.PendingIn == nil {
		return stretch(l.told.PendingFrom, l.told.Total)
	}
	for _, s := range l.told.PendingIn {
		if err := stretch(s.From, s.To); err != nil {
			return err
		}
	}
	return nil
}

// staged reads what shards that have ended have written up to now. Items that may
// be redriven are read by the names of their files alone: there are older ones, of
// items that were redriven meanwhile.
func (l *itemListing) staged(ctx context.Context) error {
	category := l.wish.category()
	switch {
	case category == wire.RestFile || category == wire.PendingFile:
		return l.restParts(ctx, l.told.WaitingRedrive)
	case category == wire.FailedFile && l.look.input.Redrivable:
		if err := l.restParts(ctx, l.rest()); err != nil {
			return err
		}
		category = wire.LastingFile
	}
	if !l.format().Keeps(category) {
		return nil
	}
	return l.parts(ctx, category)
}

// parts reads the part files of a category. Several attempts of an express shard
// may have written one record.
func (l *itemListing) parts(ctx context.Context, category wire.Category) error {
	s, err := l.console.storage(ctx)
	if err != nil {
		return err
	}
	at, err := objects.Parse(l.told.Staging)
	if err != nil {
		return err
	}
	listing := objects.Listing{Location: at, Prefix: at.Key + "parts/"}
	for {
		page, err := s.List(ctx, listing)
		if err != nil {
			return s.explain(ctx, err, "the part files of the Map Run cannot be read")
		}
		if len(page) == 0 {
			return nil
		}
		for _, part := range page {
			if !strings.HasSuffix(part.Key, "-"+string(category)) {
				continue
			}
			text, err := objects.Load(ctx, s, at.At(part.Key))
			if err != nil {
				return s.explain(ctx, err, "the part files of the Map Run cannot be read")
			}
			if err := l.part(text); err != nil {
				return err
			}
		}
		listing.After = page[len(page)-1].Key
	}
}

// part takes the records of a part file: joined by commas, or one a line.
func (l *itemListing) part(text []byte) error {
	if f := l.format(); f.Lines && f.Exported {
		return eachRecord(bytes.NewReader(text), true, l.record)
	}
	array := io.MultiReader(strings.NewReader("["), bytes.NewReader(text), strings.NewReader("]"))
	return eachRecord(array, false, l.record)
}
