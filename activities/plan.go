package activities

import (
	"context"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/reader"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
	"github.com/seed-a99ddb6e/stepwell/machine"
)

// Plan cuts one page of shards: [wire.PlanInput] -> [wire.Plan]. A page that
// an earlier attempt has written stands; it is not cut again.
func (m *Maps) Plan(ctx context.Context, in wire.PlanInput) (wire.Plan, error) {
	defer m.alive(ctx)()
	plan, err := m.plan(ctx, in)
	return plan, concluded(ctx, err)
}

func (m *Maps) plan(ctx context.Context, in wire.PlanInput) (wire.Plan, error) {
	place, err := m.placeOf(ctx, in)
	if err != nil {
		return wire.Plan{}, err
	}
	if place.IsZero() {
		return m.planInline(ctx, in)
	}
	page, err := m.index.Page(ctx, place, in.Page)
	if refused := (*objects.Error)(nil); errors.As(err, &refused) && refused.Kind == objects.NotFound {
		page, err = m.cut(ctx, in, place)
		if err == nil {
			page, err = m.index.WritePage(ctx, place, in.Page, page)
		}
	}
	if err != nil {
		return wire.Plan{}, m.abandon(ctx, in, place, m.unstaged(err))
	}
	return planOf(page, wire.SpecRef{Staging: place.String()}), nil
}

// abandon empties staging when a run ends with its first page for good: nobody
// else knows of the place yet. It gives the error that ends it.
func (m *Maps) abandon(ctx context.Context, in wire.PlanInput, place staging.Place, err error) error {
	if in.Page > 0 || definite(err) == nil {
		return err
	}
	if left := m.empty(ctx, place); left != nil {
		m.Log.Warn("staging cannot be emptied; delete it yourself", "staging", place.String(), "error", left)
	}
	return err
}

// planInline plans a run without staging: its shards travel in payloads, and
// so does its specification, without the items that the shards carry.
func (m *Maps) planInline(ctx context.Context, in wire.PlanInput) (wire.Plan, error) {
	page, err := m.cut(ctx, in, staging.Place{})
	if err != nil {
		return wire.Plan{}, err
	}
	spec := in.Spec
	spec.Run = reader.WithoutItems(spec.Run)
	plan := planOf(page, wire.SpecRef{Inline: &spec, Letters: m.DeadLetters != nil})
	for i := range page.Shards {
		page.Shards[i] = sourced(page.Shards[i], &page.Source)
	}
	plan.Inline = page.Shards
	return plan, nil
}

func (m *Maps) cut(ctx context.Context, in wire.PlanInput, place staging.Place) (staging.Page, error) {
	source, err := reader.Open(reader.Source{Store: m.Store, Run: in.Spec.Run, Place: place})
	if err != nil {
		return staging.Page{}, err
	}
	from := wire.Cursor{}
	if in.Cursor != nil {
		from = *in.Cursor
	}
	page, err := source.Plan(ctx, from, reader.LimitsOf(in.Leaf, in.Spec.Run))
	return staging.Page{FirstShard: from.Shards, Shards: page.Shards, Source: page.Source, Next: page.Next}, err
}

func planOf(page staging.Page, ref wire.SpecRef) wire.Plan {
	plan := wire.Plan{Ref: ref, FirstShard: page.FirstShard, Sizes: make([]int64, len(page.Shards)), Next: page.Next}
	for i, shard := range page.Shards {
		plan.Sizes[i] = shard.Items
	}
	return plan
}

// placeOf gives where the run's files are. The first page finds it, looks
// whether the results can be written, and writes the specification.
func (m *Maps) placeOf(ctx context.Context, in wire.PlanInput) (staging.Place, error) {
	if in.Staging != "" {
		return staging.Parse(in.Staging)
	}
	to, export, err := results.Destination(in.Spec.Run)
	if err != nil {
		return staging.Place{}, err
	}
	if export {
		// A lack of permission to ask is no answer; that the bucket is absent is.
		err := m.Store.Bucket(ctx, to)
		if refused := (*objects.Error)(nil); errors.As(err, &refused) && refused.Kind == objects.NotFound {
			return staging.Place{}, results.Unwritable(err)
		}
	}
	var place staging.Place
	switch {
	case m.Staging != "":
		if place, err = staging.Below(m.Staging, results.UUID(in.Spec.Run.MapRunArn)); err != nil {
			return place, faulty(machine.ErrorRuntime, "%s", err)
		}
	case export:
		place = staging.Beside(to)
	default:
		return place, nil
	}
	return place, m.unstaged(m.index.WriteSpec(ctx, place, in.Spec))
}
