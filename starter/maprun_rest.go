package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// rest gives the files of items that can be redriven and do not wait for it.
func (l *itemListing) rest() []wire.RestPart {
	if l.told == nil {
		return nil
	}
	return l.told.Rest
}

// restParts reads what is kept in staging of items that can be redriven.
func (l *itemListing) restParts(ctx context.Context, parts []wire.RestPart) error {
	if len(parts) == 0 {
		return nil
	}
	const doing = "what is kept of items that did not succeed cannot be read"
	s, err := l.console.storage(ctx)
	if err != nil {
		return err
	}
	staging, err := objects.Parse(l.told.Staging)
	if err != nil {
		return err
	}
	for _, part := range parts {
		text, err := objects.Load(ctx, s, staging.At(staging.Key+"parts/"+part.Name))
		var refused *objects.Error
		if errors.As(err, &refused) && refused.Kind == objects.NotFound && l.look.running() {
			continue // its items run again by now
		}
		if err != nil {
			return s.explain(ctx, err, doing)
		}
		if err := l.restPart(text); err != nil {
			return err
		}
	}
	return nil
}

// restPart takes the lines of such a file.
func (l *itemListing) restPart(text []byte) error {
	lines := json.NewDecoder(bytes.NewReader(text))
	for {
		var in wire.ItemInput
		switch err := lines.Decode(&in); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return failed("", "what is kept of items in %s is damaged", l.told.Staging)
		}
		if err := l.add(l.restItem(in)); err != nil {
			return err
		}
	}
}

// restItem gives an item that can be redriven: one that waits for that, or one
// that has ended.
func (l *itemListing) restItem(in wire.ItemInput) mapRunItem {
	status := wire.Pending
	switch {
	case !in.Earlier.Begun():
	case l.wish.category() == wire.RestFile:
		status = wire.PendingRedrive
	case l.wish.category() == wire.FailedFile:
		status = in.Earlier.Status
	default:
		return mapRunItem{} // it waits for a redrive, which is not asked for
	}
	one := l.itemAt(in.First, status)
	if in.Items > 1 {
		one.ItemCount = in.Items
	}
	if e := in.Earlier; e.Begun() {
		one.RedriveCount, one.Error, one.Cause = e.Redrives, e.Error, e.Cause
		one.StartDate, one.StopDate = instant(e.Started), instant(e.Stopped)
	}
	return one
}
