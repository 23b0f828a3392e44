package activities

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/seed-a99ddb6e/stepwell/activities/objects"
	"github.com/seed-a99ddb6e/stepwell/activities/results"
	"github.com/seed-a99ddb6e/stepwell/activities/staging"
	"github.com/seed-a99ddb6e/stepwell/internal/wire"
)

// earlierResults gives what an earlier attempt came to, which may have emptied
// staging before it was lost: staging beside the results leaves the manifest as
// witness, staging elsewhere keeps a small file with the outcome.
func (m *Maps) earlierResults(ctx context.Context, place staging.Place, in wire.ResultsInput) (out wire.Results, there bool, err error) {
	if to, ok := place.Results(); ok {
		manifest, ok, err := results.ReadManifest(ctx, m.Store, to)
		if err != nil || !ok {
			return out, false, err
		}
		out.Written = written(in.Parts)
		out.Output, out.Manifest = results.Output(manifest.MapRunArn, to)
		return out, true, nil
	}
	text, err := objects.Load(ctx, m.Store, place.Outcome())
	if refused := (*objects.Error)(nil); errors.As(err, &refused) && refused.Kind == objects.NotFound {
		return out, false, nil
	}
	if err != nil {
		return out, false, m.unstaged(err)
	}
	return out, true, json.Unmarshal(text, &out)
}

// keepResults leaves what earlierResults looks for.
func (m *Maps) keepResults(ctx context.Context, place staging.Place, out wire.Results) error {
	if _, ok := place.Results(); ok {
		return nil // the manifest is there
	}
	text, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return m.unstaged(m.Store.Put(ctx, place.Outcome(), text))
}

// empty deletes the files of the run but for its outcome. A lack of permission
// does not make the results less complete.
func (m *Maps) empty(ctx context.Context, place staging.Place) error {
	for _, at := range place.Doomed() {
		err := m.Store.Empty(ctx, at)
		if refused := (*objects.Error)(nil); errors.As(err, &refused) {
			m.Log.Warn("staging cannot be emptied; delete it yourself", "staging", place.String(), "error", err)
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}
